using System.Text.Json;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Training;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Methods;

/// <summary>What the log says of a step, against the predictions from which it was made.</summary>
public sealed class StepTelemetryTests
{
    private const int Keypoints = 5;
    private const int Batch = 3;
    private const int Size = 64;
    private static readonly int[] Trained = [0, 1, 3];

    public static TheoryData<string> Names => [.. MethodCatalog.Defaults.OfType<ConsistencyOptions>().Select(m => m.Name)];

    // Gates let everything pass, for random networks are dark.
    private static ConsistencyOptions Options(string name) => (MethodCatalog.Defaults.OfType<ConsistencyOptions>().Single(m => m.Name == name) with { ConsistencyRampupSteps = 10 }) switch
    {
        SspcmOptions o => o with { ScoreGate = false },
        DualCorrectOptions o => o with { ScoreThreshold = 0 },
        var o => o,
    };

    private static IMethod Create(MethodOptions options) => MethodCatalog.Create(options, new MethodContext
    {
        CreateNetwork = new NetworkFactory(new() { Backbone = "resnet10-quarter" }, Keypoints, 6, CPU).Create,
        TrainedChannels = Trained,
        Keypoints = Keypoints,
        FlipIndex = [1, 0, 2, 4, 3],
        Sigma = 2,
        Width = Size,
        Height = Size,
        Seed = 6,
        Device = CPU,
    });

    // Keypoint 1 of person 0 has no label; keypoint 3 has none at all.
    private static StepInput Input(int epoch = 1)
    {
        Tensor Images(string name) => HashInitialisation.Tensor(name, 9, [Batch, 3, Size, Size], input: true);
        var target = HashInitialisation.Tensor("target", 9, [Batch, Keypoints, Size / 4, Size / 4], input: false);
        var weight = tensor(new float[] { 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0 }, [Batch, Keypoints]);
        var channels = tensor(new float[] { 1, 1, 0, 1, 0 }, [1, Keypoints]);
        return new(5, epoch, new(Images("labelled"), target, weight), new(Images("unlabelled"), channels));
    }

    private static Dictionary<string, List<Tensor>> Watch(IMethod method)
    {
        var seen = method.Networks.ToDictionary(n => n.Name, _ => new List<Tensor>());
        foreach (var (name, network) in method.Networks)
        {
            network.register_forward_hook((_, _, y) =>
            {
                seen[name].Add(y.detach().clone().DetachFromDisposeScope());
                return y;
            });
        }

        return seen;
    }

    private static double Maximum(Tensor heatmaps, int person, int keypoint) => heatmaps[person, keypoint].max().item<float>();

    [Theory]
    [MemberData(nameof(Names))]
    public void Brightness_is_the_mean_maximum_of_the_step_s_own_predictions(string name)
    {
        using var scope = NewDisposeScope();
        using var method = Create(Options(name));
        var seen = Watch(method);
        var losses = method.Step(Input());
        var scalars = losses.Scalars.ToDictionary(s => s.Name, s => (double)s.Value.item<float>());
        foreach (var (network, maps) in seen)
        {
            (int Person, int Keypoint)[] labels = [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1)];
            Close.Relative(labels.Average(l => Maximum(maps[0], l.Person, l.Keypoint)), scalars["labelled/maximum/" + network], 1e-5, network);
            // SSPCM's student teaches nobody; where an average teaches, the network itself does not see the easy view.
            var teaches = Options(name).AverageDecay is null && (network != "student" || name != "sspcm");
            Close.Relative(Mean(maps[teaches ? 2 : 1]), scalars["pseudo/hard/" + network], 1e-5, network);
            if (teaches)
                Close.Relative(Mean(maps[1]), scalars["pseudo/maximum/" + network], 1e-5, network);
            Assert.InRange(scalars["pseudo/ratio/" + network], 0, double.MaxValue);
            var ramp = Math.Exp(-5 * 0.25) * Options(name).ConsistencyWeight / Options(name).SupervisedWeight;
            Close.Relative(ramp * scalars["loss/consistency/" + network] / scalars["loss/supervised/" + network], scalars["pseudo/ratio/" + network], 1e-4, network);
        }

        double Mean(Tensor maps) => Enumerable.Range(0, Batch).Average(i => Trained.Average(j => Maximum(maps, i, j)));
        var table = losses.PerKeypoint.ToDictionary(p => p.Name, p => Close.Values(p.Value));
        Assert.All(table.Values, v => Assert.Equal(Keypoints, v.Length));
        Close.Relative((Maximum(seen["student"][0], 1, 1) + Maximum(seen["student"][0], 2, 1)) / 2, table["labelled/maximum"][1], 1e-5, "keypoint 1");
        Assert.True(float.IsNaN(table["labelled/maximum"][3]), "keypoint 3 has no label");
        Close.Relative(scalars["pseudo/accepted"], Trained.Average(j => table["pseudo/accepted"][j]), 1e-5, "accepted");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Distances_have_order_and_pairs_sum_up_to_one(string name)
    {
        using var scope = NewDisposeScope();
        using var method = Create(Options(name));
        var scalars = method.Step(Input()).Scalars.ToDictionary(s => s.Name, s => (double)s.Value.item<float>());
        Assert.Equal(method.Networks.Count > 1, scalars.ContainsKey("pseudo/distance/present"));
        Assert.True(scalars["pseudo/gap/student"] >= 0);
        if (method.Networks.Count > 1)
            Assert.True(scalars["pseudo/distance/p10"] <= scalars["pseudo/distance/p50"] && scalars["pseudo/distance/p50"] <= scalars["pseudo/distance/p90"]);
        var periods = method.Snapshots.Any(s => !s.Name.EndsWith("-average", StringComparison.Ordinal));
        Assert.Equal(periods, scalars.ContainsKey("pseudo/pair/present"));
        if (!periods)
            return;
        Assert.True(scalars["pseudo/distance/chosen"] <= scalars["pseudo/distance/present"]);
        var members = scalars.Where(s => s.Key.StartsWith("pseudo/pair/", StringComparison.Ordinal) && s.Key.Contains('+')).ToList();
        Assert.Equal(3, members.Count);
        Assert.Equal(1, scalars["pseudo/pair/present"] + members.Sum(m => m.Value), 5);
        Assert.Equal(scalars["pseudo/pair/earlier"], members.Sum(m => m.Value), 5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Keypoints_have_quantiles_pairs_and_a_ratio_of_their_own(string name)
    {
        using var scope = NewDisposeScope();
        using var method = Create(Options(name));
        var losses = method.Step(Input());
        var scalars = losses.Scalars.ToDictionary(s => s.Name, s => (double)s.Value.item<float>());
        var table = losses.PerKeypoint.ToDictionary(p => p.Name, p => Close.Values(p.Value));

        // Keypoint 3 has pseudo labels and no label.
        Assert.True(float.IsPositiveInfinity(table["pseudo/ratio"][3]));
        Assert.All([0, 1], j => Assert.InRange(table["pseudo/ratio"][j], 0, float.MaxValue));

        Assert.Equal(scalars.ContainsKey("pseudo/distance/present"), table.ContainsKey("pseudo/distance/p50"));
        if (!table.TryGetValue("pseudo/distance/p50", out var median))
            return;
        Assert.All(Trained, j => Assert.True(median[j] <= table["pseudo/distance/p90"][j]));
        var pairs = scalars.Keys.Where(k => k.StartsWith("pseudo/pair/", StringComparison.Ordinal) && k != "pseudo/pair/earlier").ToList();
        Assert.Equal(pairs.Order(), table.Keys.Where(k => k.StartsWith("pseudo/pair/", StringComparison.Ordinal)).Order());
        Assert.All(pairs, p => Close.Relative(1 + scalars[p], 1 + Trained.Average(j => table[p][j]), 1e-5, p));
        if (pairs.Count > 0)
            Assert.All(Trained, j => Assert.Equal(1, pairs.Sum(p => table[p][j]), 1e-5));
    }

    [Fact]
    public void The_median_distance_of_a_keypoint_is_that_of_the_person_in_the_middle()
    {
        using var scope = NewDisposeScope();
        using var method = Create(Options("sspcm"));
        var seen = Watch(method);
        var median = Close.Values(method.Step(Input()).PerKeypoint.Single(p => p.Name == "pseudo/distance/p50").Value);
        foreach (var j in Trained)
        {
            var distances = Enumerable.Range(0, Batch).Select(i =>
            {
                var ((ax, ay), (bx, by)) = (Peak(seen["teacher"][1][i, j]), Peak(seen["auxiliary"][1][i, j]));
                return Math.Sqrt(Math.Pow(ax - bx, 2) + Math.Pow(ay - by, 2));
            }).Order().ToArray();
            Assert.Equal(distances[1], median[j], 1e-4);
        }

        static (long X, long Y) Peak(Tensor map)
        {
            var cell = map.flatten().argmax().item<long>();
            return (cell % (Size / 4), cell / (Size / 4));
        }
    }

    [Fact]
    public void The_factor_of_a_rollback_scales_what_unlabelled_persons_teach_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        double Total(double factor)
        {
            using var method = Create(new PoseConsOptions { ConsistencyWeight = 3 });
            return method.Step(Input() with { ConsistencyFactor = factor }).Total.item<float>();
        }

        var (none, half, whole) = (Total(0), Total(0.5), Total(1));
        Assert.True(whole > none);
        Close.Relative((none + whole) / 2, half, 1e-5, "half");
    }

    [Fact]
    public void The_log_has_scalars_by_name_and_columns_by_keypoint()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new SspcmOptions());
        tiny.Train(recipe with { Training = recipe.Training with { LogEvery = 4, CheckpointEvery = 6 } }, "run");
        var steps = Lines(tiny, "run");
        Assert.Equal([(4, 4), (6, 2)], steps.Select(s => (s.GetProperty("step").GetInt32(), s.GetProperty("steps").GetInt32())));
        foreach (var step in steps)
        {
            Assert.All(step.GetProperty("scalars").EnumerateObject(), s => Assert.True(s.Value.ValueKind is JsonValueKind.Number or JsonValueKind.Null));
            var table = step.GetProperty("perKeypoint");
            Assert.Equal(tiny.Data.Labelled.Skeleton.Keypoints.Order(), table.GetProperty("keypoint").EnumerateArray().Select(k => k.GetString()!).Order());
            Assert.All(table.EnumerateObject(), c => Assert.Equal(17, c.Value.GetArrayLength()));
            Assert.Contains("pseudo/pair/present", table.EnumerateObject().Select(c => c.Name));
        }
    }

    [Fact]
    public void A_line_of_the_log_has_the_means_of_its_interval_and_how_often_is_logged_changes_no_weight()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new SspcmOptions());
        foreach (var (name, every) in new[] { ("each", 1), ("three", 3) })
            tiny.Train(recipe with { Training = recipe.Training with { LogEvery = every, CheckpointEvery = 6 } }, name);
        Assert.Equal(tiny.Model("each"), tiny.Model("three"));

        List<JsonElement> single = Lines(tiny, "each"), intervals = Lines(tiny, "three");
        Assert.Equal([3, 6], intervals.Select(l => l.GetProperty("step").GetInt32()));
        foreach (var (i, line) in intervals.Index())
        {
            var part = single.Skip(3 * i).Take(3).ToList();
            foreach (var scalar in line.GetProperty("scalars").EnumerateObject())
                Near(Mean([.. part.Select(l => l.GetProperty("scalars").TryGetProperty(scalar.Name, out var v) ? v : default)]), scalar.Value, scalar.Name, 1e-9);
            foreach (var column in line.GetProperty("perKeypoint").EnumerateObject().Where(c => c.Name != "keypoint"))
            {
                for (var k = 0; k < column.Value.GetArrayLength(); k++)
                    Near(Mean([.. part.Select(l => l.GetProperty("perKeypoint").TryGetProperty(column.Name, out var v) ? v[k] : default)]), column.Value[k], column.Name, 1e-3);
            }
        }

        // Null where no step of the interval has a number; pairs of periods come with the second epoch.
        static double? Mean(JsonElement[] values) => values.Where(v => v.ValueKind == JsonValueKind.Number).Select(v => (double?)v.GetDouble()).Average();

        static void Near(double? expected, JsonElement actual, string name, double tolerance)
        {
            Assert.Equal(expected is null, actual.ValueKind == JsonValueKind.Null);
            if (expected is { } e)
                Assert.True(Math.Abs(e - actual.GetDouble()) <= tolerance * Math.Max(1, Math.Abs(e)), $"{name}: {e} and {actual.GetDouble()}");
        }
    }

    private static List<JsonElement> Lines(TinyRun tiny, string name) =>
        [.. File.ReadLines(tiny.Folder(name).Log).Select(l => JsonDocument.Parse(l).RootElement).Where(l => l.GetProperty("event").GetString() == "step")];
}
