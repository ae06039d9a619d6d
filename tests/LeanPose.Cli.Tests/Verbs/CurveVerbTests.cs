using System.Text.Json.Nodes;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Reports;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Evaluation;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary>Label-efficiency curves from the real program: a grid is trained, stopped, resumed, extended and reported on.</summary>
public sealed class CurveVerbTests : IDisposable
{
    private readonly SmallProject _project = new();

    public CurveVerbTests()
    {
        var recipe = File.ReadAllText(_project["recipe.yaml"])
            .Replace("  labelled: {images: images, annotations: persons.json}", """
                labelled: {images: images, annotations: persons.json, split: none-such.json}
                validation: {images: images, annotations: persons.json, split: val.json}
              """.TrimEnd(), StringComparison.Ordinal);
        File.WriteAllText(_project["val.json"], """{"annotation_ids": [13]}""");
        File.WriteAllText(_project["plain.yaml"], recipe.Replace("name: small", "name: plain", StringComparison.Ordinal));
        File.WriteAllText(_project["both.yaml"], recipe
            .Replace("name: small", "name: both\nmethod: {name: posecons}", StringComparison.Ordinal)
            .Replace("validation:", "unlabelled: {images: images, annotations: persons.json, exclude: none-such.json}\n  validation:", StringComparison.Ordinal));
    }

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_grid_is_trained_kept_and_reported_on()
    {
        var done = await Curve("plain.yaml", "both.yaml", "--labels", "1", "--seeds", "2");
        Assert.True(done.ExitCode == ExitCode.Ok, done.Error + done.Output);
        var json = JsonNode.Parse(File.ReadAllText(_project["grid", "curve.json"]))!;
        Assert.Equal(("plain", 2), ((string)json["baseline"]!, json["curves"]!.AsArray().Count));
        var point = json["curves"]![1]!["points"]![0]!;
        Assert.Equal("both", (string)json["curves"]![1]!["recipe"]!);
        foreach (var metric in ResampledMetrics.Names)
        {
            var mine = Values(json, 1, metric);
            var theirs = Values(json, 0, metric);
            Assert.Equal(mine.Average(), (double)point["metrics"]![metric]!["mean"]!, 1e-12);
            Assert.Equal(mine.Average() - theirs.Average(), (double)point["aheadOfBaseline"]![metric]!["mean"]!, 1e-12);
            Assert.NotNull(point["aheadOfBaseline"]![metric]!["low"]);
        }

        // Who is labelled is unlabelled nowhere, and who is measured on is neither.
        foreach (var seed in new[] { 1, 2 })
        {
            var split = JsonNode.Parse(File.ReadAllText(_project["grid", $"both-1-seed{seed}", "split.json"]))!;
            long[] Ids(string part) => [.. split[part]!["annotationIds"]!.AsArray().Select(n => (long)n!)];
            Assert.Empty(Ids("labelled").Intersect(Ids("unlabelled")));
            Assert.DoesNotContain(13, Ids("labelled"));
            Assert.Equal(split["labelled"]!.ToJsonString(), JsonNode.Parse(File.ReadAllText(_project["grid", $"plain-1-seed{seed}", "split.json"]))!["labelled"]!.ToJsonString());
        }

        var page = SampleRun.Text(SampleRun.Parse(_project["grid", "curve.html"]));
        Assert.Contains("both", page);

        // Once more: nothing is trained, nothing changes; then one more number of labels, and only its runs are new.
        var (before, model) = (File.ReadAllBytes(_project["grid", "curve.json"]), File.GetLastWriteTimeUtc(_project["grid", "both-1-seed1", "model.safetensors"]));
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "curve", "--only-report", "--out", "grid")).ExitCode);
        Assert.Equal(before, File.ReadAllBytes(_project["grid", "curve.json"]));
        done = await Curve("plain.yaml", "both.yaml", "--labels", "1,2", "--seeds", "1");
        Assert.Contains("4 runs, 2 of them finished", done.Output);
        Assert.Equal(model, File.GetLastWriteTimeUtc(_project["grid", "both-1-seed1", "model.safetensors"]));
        json = JsonNode.Parse(File.ReadAllText(_project["grid", "curve.json"]))!;
        Assert.Equal([1, 2], json["curves"]![0]!["points"]!.AsArray().Select(p => (int)p!["labels"]!));
        Assert.NotEmpty(SampleRun.Parse(_project["grid", "curve.html"]).Descendants("svg"));
    }

    [Fact]
    public async Task A_run_that_fails_does_not_stop_the_others()
    {
        // Someone else's run lies where one of the grid belongs.
        await CommandLine.Run(_project.Path, "train", "recipe.yaml", "--out", "grid/plain-1-seed1");
        var end = await Curve("plain.yaml", "--labels", "1", "--seeds", "2");
        Assert.Equal(ExitCode.Failed, end.ExitCode);
        Assert.Contains("failed: plain, 1 labels, seed 1: The folder holds a run of other values.", end.Error);
        var json = JsonNode.Parse(File.ReadAllText(_project["grid", "curve.json"]))!;
        Assert.Equal([2], json["curves"]![0]!["points"]![0]!["seeds"]!.AsArray().Select(s => (int)s!));
        Assert.Equal(1, (int)json["unfinished"]![0]!["seed"]!);
    }

    [Fact]
    public async Task Runs_of_other_values_stay_out_of_the_curve_and_are_named()
    {
        Assert.Equal(ExitCode.Ok, (await Curve("plain.yaml", "--labels", "1", "--seeds", "1")).ExitCode);
        var end = await Curve("plain.yaml", "--labels", "1,2", "--seeds", "2", "--set", "training.steps=3");
        Assert.Equal(ExitCode.Failed, end.ExitCode);
        Assert.Contains("failed: plain, 1 labels, seed 1: The folder holds a run of other values.", end.Error);

        // Most runs take three steps: a later report leaves out the same one.
        var reported = await CommandLine.Run(_project.Path, "curve", "--only-report", "--out", "grid");
        Assert.Contains("not in here: plain, 1 labels, seed 1: It is a run of other values: training.steps=2. The curve has training.steps=3.", reported.Error);
        var json = JsonNode.Parse(File.ReadAllText(_project["grid", "curve.json"]))!;
        Assert.Equal(["[2]", "[1,2]"], json["curves"]![0]!["points"]!.AsArray().Select(p => p!["seeds"]!.ToJsonString()));
        Assert.Equal((1, 1), ((int)json["leftOut"]![0]!["labels"]!, (int)json["leftOut"]![0]!["seed"]!));
        Assert.Contains("plain, 1 labels, seed 1 is not in here: It is a run of other values", SampleRun.Text(SampleRun.Parse(_project["grid", "curve.html"])));

        // A copy is no further seed.
        Copy("plain-2-seed2", "plain-2-seed3");
        reported = await CommandLine.Run(_project.Path, "curve", "--only-report", "--out", "grid");
        Assert.Contains("not in here: plain, 2 labels, seed 3: Its recipe has seed 2: it is another run's copy, or was renamed.", reported.Error);

        // Asked for by name, the two steps count again.
        end = await Curve("plain.yaml", "--labels", "1", "--seeds", "1");
        Assert.Equal(ExitCode.Ok, end.ExitCode);
        Assert.Contains("not in here: plain, 2 labels, seed 2: It is a run of other values: training.steps=3. The curve has training.steps=2.", end.Error);
        json = JsonNode.Parse(File.ReadAllText(_project["grid", "curve.json"]))!;
        Assert.Equal("[1]", Assert.Single(json["curves"]![0]!["points"]!.AsArray())!["seeds"]!.ToJsonString());
    }

    [Fact]
    public async Task A_run_whose_labels_have_changed_has_no_interval_until_it_is_measured_anew()
    {
        Assert.Equal(ExitCode.Ok, (await Curve("plain.yaml", "--labels", "1", "--seeds", "1")).ExitCode);
        var seen = JsonNode.Parse(File.ReadAllText(_project["grid", "plain-1-seed1", "results.json"]))![0]!["keypoints"]!.AsArray().Select(n => (double)n!).Chunk(3);
        _project.Change(coco => coco["annotations"]![2]!["keypoints"] = new JsonArray([.. seen.SelectMany(k => new JsonNode[] { k[0], k[1], 2 })]));
        var end = await CommandLine.Run(_project.Path, "curve", "--only-report", "--out", "grid");
        Assert.Contains("plain-1-seed1 has no interval: The labels are others than when it was measured: with those of today its predictions have AP 100.0 %", end.Error);
        var json = JsonNode.Parse(File.ReadAllText(_project["grid", "curve.json"]))!;
        Assert.Null(json["curves"]![0]!["points"]![0]!["metrics"]!["AP"]!["low"]);
        Assert.Single(json["notes"]!.AsArray());

        end = await CommandLine.Run(_project.Path, "train", "grid/plain-1-seed1", "--resume");
        Assert.True(end.ExitCode == ExitCode.Ok, end.Error);
        end = await CommandLine.Run(_project.Path, "curve", "--only-report", "--out", "grid");
        Assert.Equal((ExitCode.Ok, ""), (end.ExitCode, end.Error));
        Assert.Equal(1, (double)JsonNode.Parse(File.ReadAllText(_project["grid", "curve.json"]))!["curves"]![0]!["points"]![0]!["metrics"]!["AP"]!["low"]!, 1e-9);
    }

    [Fact]
    public async Task A_run_that_collapses_has_failed_and_the_others_go_on()
    {
        // Pseudo labels with less energy than labels and next to no weight are empty to a guard as strict as this one.
        string[] strict =
        [
            "--set", "method.consistencyWeight=1e-9", "--set", "method.consistencyRampupSteps=0", "--set", "guard={action: stop, fromStep: 0, looks: 1, targetEnergy: 1}",
            "--set", "training.steps=6", "--set", "training.epochSteps=1", "--set", "training.logEvery=1",
        ];
        var end = await Curve(["both.yaml", "--labels", "1,2", "--seeds", "1", .. strict]);
        Assert.True(end.ExitCode == ExitCode.Failed, end.Error + end.Output);
        Assert.Contains("failed: both, 1 labels, seed 1: Collapsed at step", end.Error);
        Assert.Contains("failed: both, 2 labels, seed 1: Collapsed at step", end.Error);
        Assert.Contains("collapsed", SampleRun.Text(SampleRun.Parse(_project["grid", "both-1-seed1", "report.html"])), StringComparison.OrdinalIgnoreCase);

        // A sound recipe beside it: the page, the numbers and a later report say why the other one is not in them.
        end = await Curve(["plain.yaml", "--labels", "1", "--seeds", "1", .. strict[4..]]);
        Assert.True(end.ExitCode == ExitCode.Ok, end.Error + end.Output);
        end = await CommandLine.Run(_project.Path, "curve", "--only-report", "--out", "grid");
        Assert.Contains("not in here: both, 1 labels, seed 1: Collapsed at step", end.Error);
        var json = JsonNode.Parse(File.ReadAllText(_project["grid", "curve.json"]))!;
        Assert.Equal(["plain"], json["curves"]!.AsArray().Select(c => (string)c!["recipe"]!));
        Assert.StartsWith("Collapsed at step", (string)json["unfinished"]![0]!["reason"]!);
        Assert.Contains("both, 1 labels, seed 1 is not in here: Collapsed at step", SampleRun.Text(SampleRun.Parse(_project["grid", "curve.html"])));

        // The guard watches no supervised run, so that its keys make no other run of it.
        end = await Curve(["plain.yaml", "--labels", "1", "--seeds", "1", .. strict[6..]]);
        Assert.Contains("1 runs, 1 of them finished", end.Output);
    }

    [Fact]
    public async Task A_grid_that_was_stopped_goes_on_and_gives_the_same_numbers()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Sends a signal.");
        string[] grid = ["curve", "plain.yaml", "--labels", "1,2", "--seeds", "1", "--set", "training.steps=40", "--set", "training.logEvery=1"];
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, [.. grid, "--out", "whole"])).ExitCode);
        using (var process = CommandLine.Start(_project.Path, [.. grid, "--out", "grid"]))
        {
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith("step 5/", StringComparison.Ordinal))
            {
            }

            using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", process.Id.ToString()]);
            await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(ExitCode.Stopped, process.ExitCode);
            Assert.Contains("stopping", await error);
        }

        Assert.False(File.Exists(_project["grid", "plain-2-seed1", "model.safetensors"]));
        var end = await CommandLine.Run(_project.Path, [.. grid, "--out", "grid"]);
        Assert.True(end.ExitCode == ExitCode.Ok, end.Error);
        foreach (var run in new[] { "plain-1-seed1", "plain-2-seed1" })
            Assert.Equal(File.ReadAllBytes(_project["whole", run, "results.json"]), File.ReadAllBytes(_project["grid", run, "results.json"]));
    }

    [Theory]
    [InlineData("plain.yaml --labels 3 --out grid", "--labels asks for 3 labelled persons, and there are 2.")]
    [InlineData("--out grid", "There is no recipe to train.")]
    [InlineData("plain.yaml plain.yaml --labels 1 --out grid", "Two recipes are called 'plain'.")]
    [InlineData("plain.yaml both.yaml --labels 1 --set data.validation=null --out grid", "The recipe measures nothing.")]
    [InlineData("plain.yaml --only-report --out grid", "--only-report takes no recipes.")]
    public async Task Wrong_use_says_what_is_wrong(string line, string error)
    {
        var end = await CommandLine.Run(_project.Path, ["curve", .. line.Split(' ')]);
        Assert.Equal(ExitCode.Usage, end.ExitCode);
        Assert.StartsWith("error: " + error, end.Error);
    }

    [Fact]
    public async Task Finished_runs_are_compared()
    {
        foreach (var (recipe, seed) in new[] { ("plain", 1), ("plain", 2), ("both", 1) })
        {
            string[] values = ["--set", $"seed={seed}", "--set", "data.labelled.split=null", "--set", recipe == "both" ? "data.unlabelled.exclude=null" : "seed=" + seed, "--out", $"{recipe}{seed}"];
            Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, ["train", $"{recipe}.yaml", .. values])).ExitCode);
        }

        Copy("../plain1", "plain1-copy");
        var end = await CommandLine.Run(_project.Path, "compare", "both1", "plain1", "plain2", "grid/plain1-copy", "images", "--json", "c.json", "--markdown");
        Assert.Equal(ExitCode.Ok, end.ExitCode);
        Assert.Contains("left out: The folder holds no run.", end.Error);
        Assert.Contains("left out: Seed 1 of plain is there already.", end.Error);
        Assert.Contains("| plain ", end.Output);
        Assert.Contains("Ahead of plain, in points:", end.Output);
        var json = JsonNode.Parse(File.ReadAllText(_project["c.json"]))!;
        Assert.Equal([("plain", 2), ("both", 1)], json["groups"]!.AsArray().Select(g => ((string)g!["name"]!, g["seeds"]!.AsArray().Count)));
        Assert.Equal(["images", "plain1-copy"], json["leftOut"]!.AsArray().Select(l => Path.GetFileName((string)l!["run"]!)));
        Assert.Equal(ExitCode.Data, (await CommandLine.Run(_project.Path, "compare", "images")).ExitCode);
    }

    [Fact]
    public async Task Variants_of_a_recipe_are_named_by_their_folders()
    {
        foreach (var (folder, seed, rate) in new[] { ("slow-seed1", 1, "1e-4"), ("slow-seed2", 2, "1e-4"), ("fast-seed1", 1, "1e-3") })
        {
            string[] values = ["--set", $"seed={seed}", "--set", "data.labelled.split=null", "--set", $"training.learningRate={rate}", "--out", folder];
            Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, ["train", "plain.yaml", .. values])).ExitCode);
        }

        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "compare", "slow-seed1", "slow-seed2", "fast-seed1", "--json", "c.json")).ExitCode);
        var json = JsonNode.Parse(File.ReadAllText(_project["c.json"]))!;
        Assert.Equal(["plain (slow)", "plain (fast-seed1)"], json["groups"]!.AsArray().Select(g => (string)g!["name"]!));
    }

    private static double[] Values(JsonNode json, int curve, string metric) =>
        [.. json["curves"]![curve]!["points"]![0]!["metrics"]![metric]!["values"]!.AsArray().Select(v => (double)v!)];

    private void Copy(string from, string to)
    {
        Directory.CreateDirectory(_project["grid", to]);
        foreach (var file in Directory.EnumerateFiles(_project["grid", from]))
            File.Copy(file, _project["grid", to, Path.GetFileName(file)]);
    }

    private Task<Finished> Curve(params string[] arguments) => CommandLine.Run(_project.Path, ["curve", .. arguments, "--out", "grid"]);
}
