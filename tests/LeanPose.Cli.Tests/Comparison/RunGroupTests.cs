using LeanPose.Cli.Comparison;
using LeanPose.Cli.Recipes;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Geometry;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Comparison;

/// <summary>Groups of made-up finished runs, whose predictions are off by known amounts.</summary>
public sealed class RunGroupTests : IDisposable
{
    private const int Persons = 40;
    private readonly TempFolder _folder = new();
    private readonly PoseDataset _truth;

    public RunGroupTests()
    {
        var skeleton = KnownSkeletons.Coco17;
        var images = Enumerable.Range(1, Persons).Select(i => new ImageRecord(i, $"{i}.png", _folder[$"{i}.png"], 100, 100)).ToList();
        _truth = new("truth", skeleton, [.. images], [.. images.Select(i => new PersonInstance
        {
            Id = i.Id,
            Image = i,
            RawBox = new Box(0, 0, 90, 90),
            Box = new Box(0, 0, 90, 90),
            Area = 8100,
            Keypoints = [.. Enumerable.Range(0, 17).Select(k => new Keypoint(10 + (4 * k), 80 - (3 * k), Visibility.Visible))],
        })]);
        CocoWriter.Write(_truth, _folder["val.json"]); // the pictures do not exist, and need not
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Runs_that_only_their_seed_tells_apart_are_a_group()
    {
        MeasuredRun[] runs = [Run("a1", "a", 1, 4), Run("a2", "a", 2, 4), Run("b1", "b", 1, 4), Run("a1-long", "a", 1, 4, steps: 99), Run("a3", "a-seed3", 3, 4, threads: 1)];
        var (groups, repeated) = RunGroup.Of(runs);
        Assert.Empty(repeated);
        Assert.Equal([("a", 3), ("b", 1), ("a", 1)], groups.Select(g => (g.Name, g.Runs.Count)));
        Assert.Equal([1, 2, 3], groups[0].Seeds);
    }

    [Fact]
    public void Of_a_seed_one_run_counts_and_its_copies_are_named()
    {
        MeasuredRun[] runs = [Run("a2", "a", 2, 4), Run("a1", "a", 1, 4), Run("a1-copy", "a", 1, 4), Run("b1", "b", 1, 4), Run("a1-again", "a", 1, 9)];
        var (groups, repeated) = RunGroup.Of(runs);
        Assert.Equal([1, 2], groups[0].Seeds);
        Assert.Equal([runs[1], runs[0]], groups[0].Runs);
        Assert.Equal([1], groups[1].Seeds);
        Assert.Equal([(runs[2], runs[1]), (runs[4], runs[1])], repeated);
    }

    [Fact]
    public void Runs_measured_on_others_are_no_group()
    {
        MeasuredRun[] runs = [Run("a1", "a", 1, 4), Run("a2", "a", 2, 4) with { ValidationKey = "others" }];
        Assert.Equal(2, RunGroup.Of(runs).Groups.Count);
    }

    [Fact]
    public void Where_the_labels_have_changed_there_is_no_interval_and_no_difference_to_a_run_of_the_new_ones()
    {
        var old = Run("a", "a", 1, 4);
        CocoWriter.Write(Moved(_truth), _folder["val.json"]);
        var samples = new RunSamples(new Bootstrap(Resamples: 20));
        var metric = new RunGroup("a", [old]).Metric(PoseEvaluation.BoxPck, samples);
        Assert.Equal((0.9, null), (metric.Mean, metric.Interval));
        var problem = Assert.Single(samples.Problems);
        Assert.StartsWith("a has no interval: The labels are others than when it was measured: with those of today its predictions have AP", problem);
        Assert.Contains("leanpose eval", problem);

        var other = Run("b", "b", 1, 4);
        Assert.Equal(0, new RunGroup("a", [old]).Ahead(new RunGroup("b", [other]), PoseEvaluation.BoxPck, samples)!.Mean, 1e-12); // both of the old labels

        CocoWriter.Write(_truth, _folder["val.json"]);
        samples = new RunSamples(new Bootstrap(Resamples: 20));
        Assert.NotNull(new RunGroup("a", [old]).Metric(PoseEvaluation.BoxPck, samples).Interval);
        Assert.Empty(samples.Problems);
        CocoWriter.Write(Moved(_truth), _folder["val.json"]);
        samples = new RunSamples(new Bootstrap(Resamples: 20));
        var anew = Run("d", "d", 1, 4, labels: Moved(_truth));
        Assert.NotNull(new RunGroup("d", [anew]).Metric(PoseEvaluation.BoxPck, samples).Interval);
        Assert.Null(new RunGroup("d", [anew]).Ahead(new RunGroup("b", [other]), PoseEvaluation.BoxPck, samples));
    }

    // Labels of ten persons, far from where they were.
    private static PoseDataset Moved(PoseDataset labels) => new(labels.Name, labels.Skeleton, labels.Images,
        [.. labels.Persons.Select(p => p.Id > 30 ? p with { Keypoints = [.. p.Keypoints.Select(k => k with { X = k.X - 9, Y = k.Y + 9 })] } : p)]);

    [Fact]
    public void Means_deviations_and_differences_are_those_of_the_seeds_that_both_have()
    {
        // Persons below `wrong` are predicted far off: box PCK is 1 - wrong / 40.
        var baseline = new RunGroup("base", [Run("s1", "s", 1, 12), Run("s2", "s", 2, 16), Run("s3", "s", 3, 40)]);
        var other = new RunGroup("other", [Run("t1", "t", 1, 8), Run("t2", "t", 2, 8)]);
        var samples = new RunSamples(new Bootstrap(Resamples: 200));

        var metric = other.Metric(PoseEvaluation.BoxPck, samples);
        Assert.Equal(0.8, metric.Mean!.Value, 1e-12);
        Assert.Equal(0, metric.Deviation!.Value, 1e-12);
        Assert.Equal(Math.Sqrt(((0.1 * 0.1) + (0 * 0)) / 2), new RunGroup("x", [baseline.Runs[0], baseline.Runs[1]]).Metric(PoseEvaluation.BoxPck, samples).Deviation!.Value, 1e-9);
        Assert.InRange(0.8, metric.Interval!.Value.Low, metric.Interval.Value.High);

        var ahead = other.Ahead(baseline, PoseEvaluation.BoxPck, samples)!;
        Assert.Equal(((12 - 8) + (16 - 8)) / 2.0 / Persons, ahead.Mean, 1e-12);
        // Whoever is wrong in the better run is wrong in the other too: paired, the difference is never below 0.
        Assert.InRange(ahead.Interval!.Value.Low, 0, ahead.Mean);
        Assert.True(ahead.Interval.Value.High - ahead.Interval.Value.Low < metric.Interval.Value.High - metric.Interval.Value.Low + 0.1);
        Assert.Equal(-ahead.Mean, baseline.Ahead(other, PoseEvaluation.BoxPck, samples)!.Mean, 1e-12);
        Assert.Empty(samples.Problems);
    }

    [Fact]
    public void Without_predictions_there_are_means_and_no_intervals()
    {
        var group = new RunGroup("a", [Run("a", "a", 1, 4)]);
        File.Delete(_folder["a", "results.json"]);
        var samples = new RunSamples(new Bootstrap(Resamples: 20));
        Assert.Equal((0.9, null, null), (group.Metric(PoseEvaluation.BoxPck, samples).Mean, group.Metric(PoseEvaluation.BoxPck, samples).Deviation, group.Metric(PoseEvaluation.BoxPck, samples).Interval));
        Assert.Contains("results.json", Assert.Single(samples.Problems));
    }

    [Fact]
    public void Runs_measured_on_others_are_not_compared()
    {
        var (mine, theirs) = (Run("a", "a", 1, 4), Run("b", "b", 1, 4));
        var samples = new RunSamples(new Bootstrap(Resamples: 20));
        Assert.NotNull(new RunGroup("a", [mine]).Ahead(new RunGroup("b", [theirs]), "AP", samples));
        Assert.Null(new RunGroup("a", [mine]).Ahead(new RunGroup("b", [theirs with { ValidationKey = "others" }]), "AP", samples));
        Assert.Null(new RunGroup("a", [mine]).Ahead(new RunGroup("b", [Run("c", "b", 2, 4)]), "AP", samples));
    }

    [Fact]
    public void Speed_and_machine_make_no_other_experiment_and_everything_else_does()
    {
        var recipe = Recipe("a", 1, 10, null);
        var training = recipe.Training;
        Assert.Empty(RecipeIdentity.Differences(recipe, recipe with { Training = training with { Threads = 7, Device = "cuda:1", LogEvery = 3 }, Description = "x" }));
        Assert.Equal(["training.batch=32"], RecipeIdentity.Differences(recipe, recipe with { Training = training with { Batch = 4 } }));
        Assert.Empty(RecipeIdentity.Differences(recipe, recipe with { Guard = new() { Action = GuardAction.Warn } }));
        Assert.Equal(["guard.action=stop"], RecipeIdentity.Differences(recipe with { Method = new PoseConsOptions() }, recipe with { Method = new PoseConsOptions(), Guard = new() { Action = GuardAction.Warn } }));
        Assert.Equal(["seed=1"], RecipeIdentity.Differences(recipe, recipe with { Seed = 2 }));
    }

    [Fact]
    public void Weights_of_each_seed_are_told_apart_by_their_seed_alone()
    {
        string Identity(int seed, string weights) => RecipeIdentity.WithoutSeed(Recipe("a", seed, 10, null) with { Model = new() { Weights = weights, AuxiliaryWeights = "b-seed3.safetensors" } });
        Assert.Equal(Identity(1, "runs/start-seed1/model.safetensors"), Identity(2, "runs/start-seed2/model.safetensors"));
        Assert.Equal(Identity(1, "start-seed1.safetensors"), Identity(2, "start-seed2.safetensors"));
        Assert.NotEqual(Identity(1, "runs/start-seed1/model.safetensors"), Identity(2, "runs/longer-seed2/model.safetensors"));
        Assert.NotEqual(Identity(1, "runs/start-seed1/model.safetensors"), Identity(1, "runs/start-seed1x/model.safetensors"));
    }

    private Recipe Recipe(string name, int seed, int steps, int? threads) => new()
    {
        Name = name,
        Seed = seed,
        Method = new SupervisedOptions(),
        Data = new() { Root = _folder.Path, Labelled = new() { Images = ".", Annotations = "train.json" }, Validation = new() { Images = ".", Annotations = "val.json" } },
        Training = new() { Steps = steps, Threads = threads },
    };

    private MeasuredRun Run(string folder, string name, int seed, int wrong, int steps = 10, int? threads = null, PoseDataset? labels = null)
    {
        var run = RunFolder.Create(_folder[folder]);
        var results = _truth.Persons.Select(p => new PoseResult(p.Image.Id, [.. p.Keypoints.Select(k => new ScoredPoint(k.X + (p.Id <= wrong ? 60 : 0), k.Y, 1))], 1, p.RawBox, p.Id)).ToArray();
        File.WriteAllText(run.RecipeFile, RecipeWriter.Write(Recipe(name, seed, steps, threads)));
        File.WriteAllText(run.SplitFile, $$$"""{"validation": {"source": "val.json", "annotationIds": [{{{string.Join(',', _truth.Persons.Select(p => p.Id))}}}]}}""");
        File.WriteAllText(run.Model, "");
        File.WriteAllText(run.Metrics, PoseEvaluation.Run(labels ?? _truth, results, new Dictionary<string, string> { ["labelled persons"] = "5" }).ToJson());
        CocoResults.Write(results, run.Results);
        return MeasuredRun.Read(run.Path);
    }
}
