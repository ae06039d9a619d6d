using System.Text.Json.Nodes;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Datasets;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary><c>pseudo</c> and <c>data corrupt</c>, from the real program.</summary>
public sealed class PseudoVerbTests : IDisposable
{
    private readonly SmallProject _project = new();

    public void Dispose() => _project.Dispose();

    private Task<Finished> Run(string line) => CommandLine.Run(_project.Path, line.Split(' '));

    private JsonNode Json(string name) => JsonNode.Parse(File.ReadAllText(_project[name]))!;

    [Fact]
    public async Task Pseudo_labels_of_a_run_take_the_place_of_labels()
    {
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "recipe.yaml", "--set", "method.name=sspcm", "--set", "data.unlabelled={images: images, annotations: persons.json}")).ExitCode);
        var end = await Run("pseudo runs/small --min-certainty 0.000001 --out out/pseudo.json --review out/review.html --json out/summary.json");
        Assert.Equal((ExitCode.Ok, ""), (end.ExitCode, end.Error));
        var summary = Json("out/summary.json");
        Assert.Equal(3, (int)summary["parts"]!["unlabelled"]!["persons"]!);
        Assert.Equal(_project["images"], (string)summary["images"]!);
        Assert.Contains("student, mirrored", summary["members"]!.AsArray().Select(m => (string)m!));
        Assert.Equal(summary["members"]!.ToJsonString(), Json("out/pseudo.json")["info"]!["members"]!.ToJsonString());
        Assert.Contains("data:image/jpeg;base64", File.ReadAllText(_project["out", "review.html"]));

        var labels = CocoReader.Read(_project["out", "pseudo.json"], _project["images"]);
        Assert.Equal(["1.jpg", "2.jpg", "3.jpg"], labels.Images.Select(i => i.FileName));
        var trained = await Run("train recipe.yaml --set data.labelled.annotations=out/pseudo.json --set training.steps=1 --out again");
        Assert.True(trained.ExitCode == ExitCode.Ok, trained.Error);
    }

    [Fact]
    public async Task Labels_made_wrong_on_purpose_are_compared_with_what_is_suspected()
    {
        Assert.Equal(ExitCode.Ok, (await Run("train recipe.yaml")).ExitCode);
        var corrupted = await Run("data corrupt --annotations persons.json --share 0.3 --out wrong.json");
        Assert.Equal((ExitCode.Ok, ""), (corrupted.ExitCode, corrupted.Error));
        var changes = Json("wrong.changes.json")["changes"]!.AsArray();
        Assert.NotEmpty(changes);

        var end = await Run("pseudo runs/small/model.safetensors --annotations wrong.json --images images --truth wrong.changes.json --share 0.3 --flip false --out found.json --review review.html --json summary.json");
        Assert.Equal((ExitCode.Ok, ""), (end.ExitCode, end.Error));
        var all = Json("summary.json")["truth"]!["all"]!;
        Assert.Equal(changes.Count(c => (double)c!["moved"]! >= 0.1), (int)all["wrong"]!);
        Assert.InRange((double)all["scores"]!["suspicion"]!["auc"]!, 0, 1);
        Assert.Equal(["network"], Json("summary.json")["members"]!.AsArray().Select(m => (string)m!));
        Assert.All(Json("found.json")["annotations"]!.AsArray(), a => Assert.Equal(51, a!["given_keypoints"]!.AsArray().Count));

        // The annotations that were corrupted, before they were.
        var right = await Run("pseudo runs/small/model.safetensors --annotations persons.json --images images --truth wrong.changes.json --out other.json");
        Assert.Equal(ExitCode.Data, right.ExitCode);
        Assert.StartsWith($"error: These are not the labels that were made wrong: {changes.Count} of {changes.Count} labels do not lie where the list says", right.Error);
        Assert.False(File.Exists(_project["other.json"]));

        var strange = await Run("pseudo runs/small --of labelled --truth other.changes.json --out other.json");
        Assert.Equal(ExitCode.Data, strange.ExitCode);
        File.WriteAllText(_project["other.changes.json"], File.ReadAllText(_project["wrong.changes.json"]).Replace("\"annotation_id\":1", "\"annotation_id\":9"));
        strange = await Run("pseudo runs/small --of labelled --truth other.changes.json --out other.json");
        Assert.StartsWith("error: The changes are of other persons:", strange.Error);
        Assert.False(File.Exists(_project["other.json"]));
    }

    [Fact]
    public async Task What_does_not_go_together_is_said_and_no_file_is_replaced_by_itself()
    {
        Assert.Equal(ExitCode.Ok, (await Run("train recipe.yaml")).ExitCode);
        File.WriteAllText(_project["mine.json"], "mine");
        foreach (var (line, code, error) in new[]
        {
            ("pseudo runs/small --out x.json", ExitCode.Data, "error: The recipe has no unlabelled persons."),
            ("pseudo runs/small --of labelled --out mine.json", ExitCode.Data, "error: The file exists already."),
            ("pseudo runs/small --of labelled --out images", ExitCode.Usage, "error: --out names a folder."),
            ("pseudo runs/small/model.safetensors --out x.json", ExitCode.Usage, "error: A model file does not say which persons are meant."),
            ("pseudo runs/small --annotations persons.json --out x.json", ExitCode.Usage, "error: --annotations and --images go together."),
            ("pseudo runs/small --of labelled --annotations persons.json --images images --out x.json", ExitCode.Usage, "error: --of and --annotations do not go together."),
            ("pseudo runs/small --of labelled --min-certainty 1.5 --out x.json", ExitCode.Usage, "error: --min-certainty: found '1.5', expected a number above 0, up to 1."),
            ("pseudo nowhere --of labelled --out x.json", ExitCode.Data, "error: The folder holds no run."),
            ("data corrupt --annotations persons.json --share 0.6 --out x.json", ExitCode.Usage, "error: --share: found '0.6', expected a number above 0, up to 0.5."),
            ("data corrupt --annotations persons.json --out mine.json", ExitCode.Data, "error: The file exists already."),
        })
        {
            var end = await Run(line);
            Assert.True(end.ExitCode == code && end.Error.StartsWith(error, StringComparison.Ordinal), $"{line}: {end.ExitCode} {end.Error}");
        }

        Assert.False(File.Exists(_project["x.json"]));
        Assert.Equal("mine", File.ReadAllText(_project["mine.json"]));
    }
}
