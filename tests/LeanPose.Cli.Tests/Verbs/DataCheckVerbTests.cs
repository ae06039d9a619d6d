using System.Text.Json.Nodes;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary><c>data check</c>, from the real program.</summary>
public sealed class DataCheckVerbTests : IDisposable
{
    private readonly SmallProject _project = new();

    public void Dispose() => _project.Dispose();

    private Task<Finished> Run(params string[] arguments) => CommandLine.Run(_project.Path, ["data", "check", .. arguments]);

    [Fact]
    public async Task Findings_are_shown_written_and_mended_and_decide_the_exit_code()
    {
        _project.Change(root =>
        {
            root["annotations"]![1]!["num_keypoints"] = 4;
            root["annotations"]![2]!["area"] = 0;
        });
        var original = File.ReadAllText(_project["persons.json"]);
        string[] check = ["--annotations", "persons.json", "--images", "images"];
        var end = await Run([.. check, "--json", "out/check.json", "--html", "out/check.html", "--fix", "out/corrected.json"]);
        Assert.Equal((ExitCode.Failed, ""), (end.ExitCode, end.Error));
        Assert.Contains("error area-mismatch: The area is 0.\n  where:    persons.json, annotations[2].area (annotation id 13, 3.jpg)\n", end.Output);
        Assert.Contains("\n1 errors, 1 warnings, ", end.Output);
        Assert.Contains("corrected 2 of 2 errors and warnings: 1 area-mismatch, 1 num-keypoints\n", end.Output);
        Assert.Equal(original, File.ReadAllText(_project["persons.json"]));

        var findings = JsonNode.Parse(File.ReadAllText(_project["out", "check.json"]))!;
        Assert.Equal((1, 1), ((int)findings["errors"]!, (int)findings["warnings"]!));
        var first = findings["findings"]![0]!;
        Assert.Equal(("area-mismatch", "error", "annotations[2].area", 13, "3.jpg", true), ((string)first["code"]!, (string)first["severity"]!, (string)first["path"]!, (int)first["annotationId"]!, (string)first["image"]!, (bool)first["mendable"]!));
        Assert.Contains("data:image/jpeg;base64", File.ReadAllText(_project["out", "check.html"]));

        string[] corrected = ["--annotations", "out/corrected.json", "--images", "images"];
        Assert.Equal(ExitCode.Ok, (await Run([.. corrected, "--severity", "warning"])).ExitCode);
        Assert.Equal(ExitCode.Failed, (await Run([.. corrected, "--severity", "hint"])).ExitCode);
        Assert.Equal(ExitCode.Ok, (await Run([.. check, "--severity", "warning", "--ignore", "area-mismatch,num-keypoints"])).ExitCode);
    }

    [Fact]
    public async Task A_recipe_that_measures_on_what_it_learns_from_is_refused()
    {
        Assert.Equal(ExitCode.Ok, (await Run("recipe.yaml")).ExitCode);
        var end = await Run("recipe.yaml", "--set", "data.validation={images: images, annotations: persons.json}");
        Assert.Equal(ExitCode.Failed, end.ExitCode);
        Assert.Contains("error leakage: 1.jpg has the same content as 1.jpg of validation (", end.Output);
        var missing = await Run("recipe.yaml", "--set", "data.validation={images: images, annotations: none.json}");
        Assert.Contains("error file-unreadable: The file does not exist.", missing.Output);
    }

    [Theory]
    [InlineData("", "What is to be checked must be said in one way.")]
    [InlineData("recipe.yaml --annotations persons.json", "What is to be checked must be said in one way.")]
    [InlineData("recipe.yaml --fix x", "A recipe and --fix do not go together.")]
    [InlineData("--annotations persons.json --against persons.json", "--against compares pictures, and there are none.")]
    [InlineData("--annotations persons.json --set seed=1", "--set overrides fields of a recipe, and there is none.")]
    [InlineData("--annotations persons.json --ignore box-emty", "There is no code 'box-emty' (did you mean 'box-empty'?).")]
    [InlineData("--annotations persons.json --fix recipe.yaml", "The file of --fix exists already.")]
    [InlineData("--annotations persons.json --severity bad", "--severity: found 'bad', expected one of error, warning, hint")]
    public async Task What_does_not_go_together_is_said(string arguments, string error)
    {
        var end = await Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(ExitCode.Usage, end.ExitCode);
        Assert.StartsWith("error: " + error, end.Error);
    }
}
