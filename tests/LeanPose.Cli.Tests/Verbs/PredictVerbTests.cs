using System.Text.Json;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

public sealed class PredictVerbTests : IDisposable
{
    private readonly SmallProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_trained_model_predicts_and_is_measured_and_a_broken_picture_costs_no_other()
    {
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "recipe.yaml")).ExitCode);

        var measured = await CommandLine.Run(_project.Path, "eval", "runs/small", "--annotations", "persons.json", "--images", "images", "--json", "out/metrics.json");
        Assert.Equal((ExitCode.Ok, ""), (measured.ExitCode, measured.Error));
        using var metrics = JsonDocument.Parse(File.ReadAllText(_project["out", "metrics.json"]));
        Assert.Equal("ground truth", metrics.RootElement.GetProperty("protocol").GetProperty("boxes").GetString());
        Assert.InRange(metrics.RootElement.GetProperty("metrics").GetProperty("PCK@0.1-box").GetDouble(), 0, 1);
        Assert.Equal(17, metrics.RootElement.GetProperty("perJoint").EnumerateObject().Count());

        Assert.Contains("left_wrist", measured.Output);
        Assert.Equal(51, metrics.RootElement.GetProperty("breakdown").GetProperty("visible").GetProperty("count").GetInt32());

        // What it has predicted, or any other program, is measured the same without the model and the pictures.
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "predict", "runs/small", "images", "--boxes", "persons.json", "--out", "all")).ExitCode);
        var given = await CommandLine.Run(_project.Path, "eval", "--results", "all/results.json", "--annotations", "persons.json", "--json", "out/given.json");
        Assert.Equal((ExitCode.Ok, ""), (given.ExitCode, given.Error));
        using var givenMetrics = JsonDocument.Parse(File.ReadAllText(_project["out", "given.json"]));
        Assert.Equal("all/results.json", givenMetrics.RootElement.GetProperty("protocol").GetProperty("predictions").GetString());
        foreach (var part in new[] { "metrics", "perJoint", "breakdown" })
            Assert.Equal(metrics.RootElement.GetProperty(part).GetRawText(), givenMetrics.RootElement.GetProperty(part).GetRawText());

        // Detected boxes: the same one twice is one person, and a weak one is left out.
        File.WriteAllText(_project["boxes.json"], """[{"image_id": 1, "category_id": 1, "bbox": [8, 4, 40, 40], "score": 0.9}, {"image_id": 1, "category_id": 1, "bbox": [8, 4, 40, 40], "score": 0.8}, {"image_id": 3, "category_id": 1, "bbox": [8, 4, 40, 40], "score": 0.1}]""");
        var listed = await CommandLine.Run(_project.Path, "eval", "runs/small", "--annotations", "persons.json", "--images", "images", "--boxes", "boxes.json", "--box-score", "0.5", "--json", "out/listed.json");
        Assert.Equal((ExitCode.Ok, ""), (listed.ExitCode, listed.Error));
        using var listedMetrics = JsonDocument.Parse(File.ReadAllText(_project["out", "listed.json"]));
        Assert.Equal("2, 1 after OKS suppression at 0.9", listedMetrics.RootElement.GetProperty("protocol").GetProperty("detected persons").GetString());
        Assert.False(listedMetrics.RootElement.GetProperty("metrics").TryGetProperty("PCK@0.2-torso", out _));

        File.WriteAllBytes(_project["images", "2.jpg"], File.ReadAllBytes(_project["images", "2.jpg"])[..1500]);
        var predicted = await CommandLine.Run(_project.Path, "predict", "runs/small", "images", "--boxes", "persons.json", "--out", "drawn");
        Assert.Equal(
            "error: The picture ends too early: the file is cut off.\n  where:    PROJECT/images/2.jpg\n  expected: a whole picture\n  do:       copy or download the file again, or take it out of the data set\n",
            predicted.Error.Replace(_project.Path + "/", "PROJECT/").Replace("  where:    images/", "  where:    PROJECT/images/"));
        Assert.Equal(ExitCode.Data, predicted.ExitCode);
        using var results = JsonDocument.Parse(File.ReadAllText(_project["drawn", "results.json"]));
        Assert.Equal([11, 13], results.RootElement.EnumerateArray().Select(r => r.GetProperty("annotation_id").GetInt32()));
        Assert.All(results.RootElement.EnumerateArray(), r => Assert.Equal(3 * 17, r.GetProperty("keypoints").GetArrayLength()));
        Assert.Equal(["1.jpg", "3.jpg", "results.json"], Directory.GetFiles(_project["drawn"]).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("Expected a model or --results, and not both.")]
    [InlineData("Expected a model or --results, and not both.", "runs/small", "--results", "results.json")]
    [InlineData("A model needs pictures.", "runs/small")]
    [InlineData("--flip says how to predict, but --results holds predictions.", "--results", "results.json", "--flip")]
    [InlineData("--boxes says how to predict, but --results holds predictions.", "--results", "results.json", "--boxes", "boxes.json")]
    public async Task What_does_not_go_together_is_refused(string problem, params string[] arguments)
    {
        var refused = await CommandLine.Run(_project.Path, ["eval", .. arguments, "--annotations", "persons.json"]);
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.StartsWith($"error: {problem}\n", refused.Error);
    }
}
