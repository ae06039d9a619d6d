using System.Text.RegularExpressions;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary>No verb writes over a file that it is given to read.</summary>
public sealed class OriginalsTests : IDisposable
{
    private readonly SmallProject _project = new();

    public OriginalsTests()
    {
        Directory.CreateDirectory(_project["run"]);
        File.WriteAllText(_project["run", "model.safetensors"], "weights");
        File.Copy(_project["recipe.yaml"], _project["run", "recipe.yaml"]);
        File.Copy(_project["persons.json"], _project["other.json"]);
        Directory.CreateDirectory(_project["yolo"]);
        File.WriteAllText(_project["yolo", "data.yaml"], "train: images");
    }

    public static TheoryData<string> Verbs => HelpTests.Verbs;

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData("eval run --annotations persons.json --images images --json persons.json", "persons.json (given with --annotations persons.json)", "--json")]
    [InlineData("eval run --annotations persons.json --images images --json images/1.jpg", "images/1.jpg (given with --images images)", "--json")]
    [InlineData("eval run --annotations persons.json --images images --json images/../run/model.safetensors", "images/../run/model.safetensors (given with MODEL run)", "--json")]
    [InlineData("eval run --annotations persons.json --images images --json other.json --with other.json", "other.json (given with --with other.json)", "--json")]
    [InlineData("export run/model.safetensors --onnx run/model.safetensors", "run/model.safetensors (given with MODEL run/model.safetensors)", "--onnx")]
    [InlineData("predict run images --out images", "images/1.jpg (given with IMAGE images)", "--out")]
    [InlineData("predict run images/2.jpg images/3.jpg --out images", "images/2.jpg (given with IMAGE images/2.jpg)", "--out")]
    [InlineData("predict run images --out drawn --json images/2.jpg", "images/2.jpg (given with IMAGE images)", "--json")]
    [InlineData("pseudo run --out pseudo.json --review persons.json", "persons.json (given with MODEL run)", "--review")]
    [InlineData("train recipe.yaml --json recipe.yaml", "recipe.yaml (given with RECIPE recipe.yaml)", "--json")]
    [InlineData("train recipe.yaml --set data.labelled.annotations=other.json --json other.json", "other.json (given with RECIPE recipe.yaml)", "--json")]
    [InlineData("data check recipe.yaml --html persons.json", "persons.json (given with RECIPE recipe.yaml)", "--html")]
    [InlineData("data convert persons.json --out persons.json --force", "persons.json (given with SOURCE persons.json)", "--out")]
    [InlineData("data convert yolo --to ultralytics --out yolo --force", "yolo/data.yaml (given with SOURCE yolo)", "--out")]
    [InlineData("data merge persons.json other.json --images images --out other.json --force", "other.json (given with FILE other.json)", "--out")]
    [InlineData("data show --annotations persons.json --images images --out images/1.jpg --force", "images/1.jpg (given with --images images)", "--out")]
    [InlineData("weights convert other.json other.json --force", "other.json (given with IN other.json)", "OUT")]
    public async Task What_is_read_is_not_written_over(string line, string where, string option)
    {
        var before = Content();
        var refused = await CommandLine.Run(_project.Path, line.Split(' '));
        Assert.Equal(
            $"error: The command would write over a file that it reads.\n  where:    {where}\n  expected: another place for what is written\n  do:       choose another name with {option}\n",
            refused.Error);
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Equal(before, Content());
    }

    [Fact]
    public async Task Nor_by_another_way_to_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "symbolic links need rights there");
        Directory.CreateSymbolicLink(_project["link"], _project.Path);
        var refused = await CommandLine.Run(_project.Path, "data", "stats", "--annotations", "persons.json", "--json", "link/link/persons.json");
        Assert.StartsWith("error: The command would write over a file that it reads.\n  where:    link/link/persons.json (given with --annotations persons.json)\n", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_outputs_have_two_places()
    {
        var refused = await CommandLine.Run(_project.Path, "data", "subset", "--annotations", "persons.json", "--out", "part.json", "--coco", "./part.json");
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.StartsWith("error: Two outputs would be written to the same place.\n  where:    --out and --coco ./part.json\n", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_project["part.json"]));
    }

    [Fact]
    public async Task Other_files_are_replaced_as_ever()
    {
        foreach (var _ in new[] { 1, 2 })
        {
            var written = await CommandLine.Run(_project.Path, "data", "stats", "--annotations", "persons.json", "--json", "images/stats.json");
            Assert.Equal((ExitCode.Ok, ""), (written.ExitCode, written.Error));
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_option_that_is_written_to_is_known_as_such(string verb)
    {
        var options = CommandTree.Create().Parse(verb).CommandResult.Command.Options;
        Assert.All(
            options.Where(o => o.HelpName is "FILE" or "DIR" or "PATH" && Regex.IsMatch(o.Description!, @"\bwrite\b", RegexOptions.IgnoreCase)),
            o => Assert.Contains(o.Name, Originals.Written));
    }

    private Dictionary<string, string> Content() =>
        Directory.EnumerateFiles(_project.Path, "*", SearchOption.AllDirectories).ToDictionary(f => f, f => Convert.ToHexString(File.ReadAllBytes(f)));
}
