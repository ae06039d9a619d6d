using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Runtime.Tests;
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

    [Fact]
    public async Task Pictures_of_the_same_name_in_several_folders_are_told_apart()
    {
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "recipe.yaml")).ExitCode);
        foreach (var (from, to) in new[] { (1, "x.jpg"), (1, "a/x.jpg"), (2, "b/x.jpg"), (3, "b/c/x.jpg") })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_project["two", to])!);
            File.Copy(_project["images", $"{from}.jpg"], _project["two", to]);
        }

        Assert.Equal(["a/x.jpg", "b/c/x.jpg", "b/x.jpg", "x.jpg"], await Names("drawn/of/folder", "two"));
        Assert.Equal(["a/x.jpg", "b/c/x.jpg"], await Names("drawn/of/several", "two/a/", "two/b/c"));
        Assert.Equal(["x.jpg"], await Names("drawn/of/one", "two/b/x.jpg"));

        async Task<IEnumerable<string>> Names(string output, params string[] images)
        {
            var end = await CommandLine.Run(_project.Path, ["predict", "runs/small", .. images, "--out", output]);
            Assert.Equal((ExitCode.Ok, ""), (end.ExitCode, end.Error));
            var drawn = Directory.EnumerateFiles(_project[output], "*.jpg", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_project[output], f).Replace('\\', '/'));
            using var results = JsonDocument.Parse(File.ReadAllText(_project[output, "results.json"]));
            string[] names = [.. results.RootElement.EnumerateArray().Select(r => r.GetProperty("file_name").GetString()!).Order(StringComparer.Ordinal)];
            Assert.Equal(names, drawn.Order(StringComparer.Ordinal));
            return names;
        }
    }

    [Fact]
    public async Task A_stop_keeps_the_pictures_that_are_done()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends a signal.");
        const int pictures = 500;
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "recipe.yaml")).ExitCode);
        foreach (var folder in new[] { "many", "drawn" })
            Directory.CreateDirectory(_project[folder]);
        for (var i = 0; i < pictures; i++)
            File.Copy(_project["images", "1.jpg"], _project["many", $"{i:000}.jpg"]);

        var first = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(_project["drawn"], "*.jpg") { EnableRaisingEvents = true };
        watcher.Renamed += (_, _) => first.TrySetResult();
        using var process = CommandLine.Start(_project.Path, "predict", "runs/small", "many", "--out", "drawn");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await Task.WhenAny(first.Task, output);
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        using var results = JsonDocument.Parse(File.ReadAllText(_project["drawn", "results.json"]));
        var done = results.RootElement.GetArrayLength();
        Assert.InRange(done, 1, pictures - 1);
        Assert.Equal(done, Directory.GetFiles(_project["drawn"], "*.jpg").Length);
        Assert.Equal(ExitCode.Stopped, process.ExitCode);
        Assert.Equal(
            $"stopping; once more to stop at once\nerror: Stopped: {done} of {pictures} pictures are done.\n  where:    drawn\n  do:       run it again for all pictures\n",
            (await error).ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_run_is_read_as_its_recipe_says_unless_an_option_says_otherwise()
    {
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "recipe.yaml", "--set", "evaluation.decoder=argMax", "--set", "evaluation.flip=true")).ExitCode);

        Assert.Equal(("ArgMax", "on", ""), await Eval("runs/small"));
        Assert.Equal(("QuarterOffset", "off", ""), await Eval("runs/small", "--decoder", "quarterOffset", "--flip", "false"));
        Assert.Equal(("SoftArgMax", "off", ""), await Eval("runs/small/model.safetensors"));

        Assert.Equal(("argMax", ""), await Export());
        Assert.Equal(("dark", ""), await Export("--decoder", "dark"));

        // Predictions are the same numbers as with the option, and others than with another.
        Assert.Equal(await Predict("--decoder", "argMax"), await Predict());
        Assert.NotEqual(await Predict("--decoder", "softArgMax"), await Predict());
        Assert.Equal(await Pseudo("--decoder", "argMax"), await Pseudo());
        Assert.NotEqual(await Pseudo("--decoder", "softArgMax"), await Pseudo());

        // The networks of a run can be used without its recipe.
        File.AppendAllText(_project["runs", "small", "recipe.yaml"], "nonsense: 1\n");
        const string Warning = "warning: the run's recipe is left out: ";
        var (decoder, flip, error) = await Eval("runs/small");
        Assert.Equal(("SoftArgMax", "off"), (decoder, flip));
        Assert.StartsWith(Warning, error);
        (decoder, error) = await Export();
        Assert.Equal("softArgMax", decoder);
        Assert.StartsWith(Warning, error);

        async Task<(string? Decoder, string? Flip, string Error)> Eval(params string[] arguments)
        {
            var end = await CommandLine.Run(_project.Path, ["eval", .. arguments, "--annotations", "persons.json", "--images", "images", "--json", "metrics.json"]);
            Assert.Equal(ExitCode.Ok, end.ExitCode);
            using var metrics = JsonDocument.Parse(File.ReadAllText(_project["metrics.json"]));
            var protocol = metrics.RootElement.GetProperty("protocol");
            return (protocol.GetProperty("decoder").GetString(), protocol.GetProperty("flip test").GetString(), end.Error);
        }

        async Task<(string? Decoder, string Error)> Export(params string[] arguments)
        {
            var end = await CommandLine.Run(_project.Path, ["export", "runs/small", "--onnx", "small.onnx", "--json", "export.json", .. arguments]);
            Assert.Equal(ExitCode.Ok, end.ExitCode);
            using var report = JsonDocument.Parse(File.ReadAllText(_project["export.json"]));
            return (report.RootElement.GetProperty("decoder").GetString(), end.Error);
        }

        async Task<string> Predict(params string[] arguments)
        {
            var end = await CommandLine.Run(_project.Path, ["predict", "runs/small", "images", "--boxes", "persons.json", "--out", "drawn", .. arguments]);
            Assert.Equal((ExitCode.Ok, ""), (end.ExitCode, end.Error));
            return File.ReadAllText(_project["drawn", "results.json"]);
        }

        async Task<string> Pseudo(params string[] arguments)
        {
            var end = await CommandLine.Run(_project.Path, ["pseudo", "runs/small", "--of", "labelled", "--out", "pseudo.json", "--force", .. arguments]);
            Assert.Equal((ExitCode.Ok, ""), (end.ExitCode, end.Error));
            return File.ReadAllText(_project["pseudo.json"]);
        }
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

    // The model is not even looked for.
    [Theory]
    [InlineData("PCKh is defined for MPII's keypoints only.", "--metric", "mpii")]
    [InlineData("3 of 3 pictures have no crowd index, by which CrowdPose's levels are told.", "--metric", "crowdPose")]
    [InlineData("There is no keypoint 'tail' to measure PCK@0.2-nose-tail by.", "--pck", "0.2:nose-tail")]
    [InlineData("The file does not exist.", "--sigmas", "nowhere.json")]
    public async Task What_a_metric_needs_is_looked_for_before_anything_is_predicted(string problem, params string[] arguments)
    {
        var refused = await CommandLine.Run(_project.Path, ["eval", "nowhere", "--annotations", "persons.json", "--images", "images", .. arguments]);
        Assert.Equal(ExitCode.Data, refused.ExitCode);
        Assert.StartsWith($"error: {problem}", refused.Error);
    }

    // It trains anew, some 3 s, so that it reads by itself.
    [Fact]
    public async Task A_detector_is_measured_as_the_list_of_its_boxes_would_be()
    {
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "recipe.yaml")).ExitCode);
        string[] eval = ["eval", "runs/small", "--annotations", "persons.json", "--images", "images"];
        File.WriteAllText(_project["found.json"], $"[{string.Join(',', Enumerable.Range(1, 3).SelectMany(i => new[] { Found(i, "[8, 4, 40, 40]", 0.75), Found(i, "[30, 10, 20, 30]", 0.5) }))}]");
        var list = await CommandLine.Run(_project.Path, [.. eval, "--boxes", "found.json", "--json", "out/list.json"]);
        // 64×48 lies in 32×32 at half size, 4 rows further down.
        DetectorFile.Single(_project["detector.onnx"], 4, 6, [4, 6, 24, 26, 0.75f, 0, 15, 9, 25, 24, 0.5f, 0, 2, 2, 20, 20, 0.9f, 3, 4, 6, 24, 26, 0.02f, 0]);
        string[] detect = [.. eval, "--detector", "detector.onnx"];
        var detected = await CommandLine.Run(_project.Path, [.. detect, "--json", "out/detected.json"]);
        Assert.Equal((ExitCode.Ok, "", ExitCode.Ok, ""), (list.ExitCode, list.Error, detected.ExitCode, detected.Error));
        using var listMetrics = JsonDocument.Parse(File.ReadAllText(_project["out", "list.json"]));
        using var detectedMetrics = JsonDocument.Parse(File.ReadAllText(_project["out", "detected.json"]));
        var protocol = detectedMetrics.RootElement.GetProperty("protocol");
        Assert.Equal("detected by detector.onnx (EndToEnd, 32×32)", protocol.GetProperty("boxes").GetString());
        Assert.StartsWith("6, ", protocol.GetProperty("detected persons").GetString(), StringComparison.Ordinal);
        Assert.Equal(listMetrics.RootElement.GetProperty("protocol").GetProperty("detected persons").GetString(), protocol.GetProperty("detected persons").GetString());
        Assert.Equal(Numbers(listMetrics), Numbers(detectedMetrics));
        Assert.Contains(Numbers(detectedMetrics), n => n.StartsWith("metrics: ", StringComparison.Ordinal));
        var sure = await CommandLine.Run(_project.Path, [.. detect, "--box-score", "0.6", "--json", "out/sure.json"]);
        using var sureMetrics = JsonDocument.Parse(File.ReadAllText(_project["out", "sure.json"]));
        Assert.Equal((ExitCode.Ok, "3, 3 after OKS suppression at 0.9"), (sure.ExitCode, sureMetrics.RootElement.GetProperty("protocol").GetProperty("detected persons").GetString()));

        var twice = await CommandLine.Run(_project.Path, [.. detect, "--boxes", "found.json"]);
        Assert.Equal(ExitCode.Usage, twice.ExitCode);
        Assert.StartsWith("error: --detector and --boxes do not go together.", twice.Error, StringComparison.Ordinal);
        var none = await CommandLine.Run(_project.Path, [.. eval, "--detector", "persons.json"]);
        Assert.Equal(ExitCode.Data, none.ExitCode);
        Assert.StartsWith("error: The detector cannot be used: ", none.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Numbers(JsonDocument report) =>
        report.RootElement.EnumerateObject().Where(p => p.Name != "protocol").Select(p => $"{p.Name}: {p.Value.GetRawText()}");

    private static string Found(int image, string box, double score) =>
        FormattableString.Invariant($$"""{"image_id": {{image}}, "category_id": 1, "bbox": {{box}}, "score": {{score}}}""");
}
