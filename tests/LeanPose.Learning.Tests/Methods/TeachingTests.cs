using LeanPose.Datasets;
using LeanPose.Heatmaps;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Methods.Consistency;
using LeanPose.Learning.Native;
using LeanPose.Learning.Training;
using LeanPose.Skeletons;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Methods;

/// <summary>When networks begin to teach, and what teaches: burn-in, averaged weights, mirrored crops, kept statistics.</summary>
public sealed class TeachingTests
{
    public static TheoryData<string> Names => FamilyTests.Names;

    private static float[] Statistics(PoseNetwork network) => [.. network.named_buffers().Where(b => b.buffer.is_floating_point()).SelectMany(b => Close.Values(b.buffer))];

    [Theory]
    [MemberData(nameof(Names))]
    public void During_the_burn_in_networks_learn_from_labels_alone(string name)
    {
        using var scope = NewDisposeScope();
        using var method = FamilyTests.Create(FamilyTests.Open(name) with { SupervisedWeight = 0.5, BurnInSteps = 3, ConsistencyRampupSteps = 10 });
        var burnIn = method.Step(FamilyTests.Input(step: 2));
        Assert.Equal(
            method.Networks.Select(n => "loss/supervised/" + n.Name).Concat(method.Networks.Select(n => "labelled/maximum/" + n.Name)), burnIn.Scalars.Select(s => s.Name));
        Close.Relative(0.5 * FamilyTests.Scalars(burnIn).Where(s => s.Key.StartsWith("loss/", StringComparison.Ordinal)).Sum(s => s.Value), burnIn.Total.item<float>(), 1e-6, name);
        burnIn.Total.backward();
        Assert.All(method.Networks, n => Assert.Contains(FamilyTests.Gradients(n.Network), g => g != 0));

        // The ramp counts from the end of the burn-in.
        var after = method.Step(FamilyTests.Input(step: 8));
        double Sum(string part) => FamilyTests.Scalars(after).Where(s => s.Key.StartsWith("loss/" + part, StringComparison.Ordinal)).Sum(s => s.Value);
        Assert.True(Sum("consistency") > 0);
        Close.Relative((0.5 * Sum("supervised")) + (Math.Exp(-5 * 0.25) * Sum("consistency")), after.Total.item<float>(), 1e-5, name);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void In_the_cool_down_networks_learn_from_labels_alone(string name)
    {
        using var scope = NewDisposeScope();
        using var method = FamilyTests.Create(FamilyTests.Open(name) with { SupervisedWeight = 0.5, CoolDownSteps = 3 });
        Assert.Contains(method.Step(FamilyTests.Input(step: 6, steps: 10)).Scalars, s => s.Name.StartsWith("loss/consistency/", StringComparison.Ordinal));
        var last = method.Step(FamilyTests.Input(step: 7, steps: 10));
        Assert.DoesNotContain(last.Scalars, s => s.Name.StartsWith("loss/consistency/", StringComparison.Ordinal));
        Close.Relative(0.5 * FamilyTests.Scalars(last).Where(s => s.Key.StartsWith("loss/", StringComparison.Ordinal)).Sum(s => s.Value), last.Total.item<float>(), 1e-6, name);
        last.Total.backward();
        Assert.All(method.Networks, n => Assert.Contains(FamilyTests.Gradients(n.Network), g => g != 0));
    }

    [Fact]
    public void The_cool_down_is_at_the_end_of_a_run()
    {
        using var tiny = new TinyRun();
        var withConsistency = new List<int>();
        tiny.Train(TinyRun.Recipe(FamilyTests.Open("posecons") with { CoolDownSteps = 2 }), "run", on: e =>
        {
            if (e is StepLogged logged && logged.Scalars.ContainsKey("loss/consistency/student"))
                withConsistency.Add(logged.Step);
        });
        Assert.Equal([1, 2, 3, 4], withConsistency);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Steps_on_labels_alone_do_not_read_unlabelled_pictures(string name)
    {
        using var tiny = new TinyRun();
        foreach (var image in tiny.Data.Unlabelled!.Images)
            File.Delete(image.Path);
        var method = FamilyTests.Open(name) with { BurnInSteps = 4, CoolDownSteps = 2 };
        Assert.Equal(TrainingEnd.Finished, tiny.Train(TinyRun.Recipe(method), "without").End);

        var done = 0;
        Assert.Throws<DataException>(() => tiny.Train(TinyRun.Recipe(method with { BurnInSteps = 3 }), "with", on: e => done = e is StepDone step ? step.Step : done));
        Assert.Equal(3, done);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Averages_teach_in_place_of_their_networks(string name)
    {
        using var scope = NewDisposeScope();
        using var method = FamilyTests.Create(FamilyTests.Open(name) with { AverageDecay = 0.9 });
        var averages = method.Snapshots.Where(s => s.Name.EndsWith("-average", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(averages);
        Assert.All(averages, a => Assert.Contains(method.Ensembles, e => e.Members.Contains(a)));

        float[] Pseudo() => [.. FamilyTests.Scalars(method.Step(FamilyTests.Input())).Where(s => s.Key.StartsWith("pseudo/maximum", StringComparison.Ordinal)).Select(s => s.Value)];
        var before = Pseudo();
        using (no_grad())
        {
            foreach (var parameter in method.Networks.SelectMany(n => n.Network.parameters()))
                parameter.add_(0.01);
        }

        Assert.Equal(before, Pseudo());
        method.EndStep(1000, Lanes.One);
        Assert.NotEqual(before, Pseudo());
    }

    [Fact]
    public void An_average_follows_its_network_by_one_minus_the_decay_and_faster_at_first()
    {
        using var scope = NewDisposeScope();
        using var method = FamilyTests.Create(new PoseConsOptions { AverageDecay = 0.99 });
        var (network, average) = (method.Networks[0].Network, method.Snapshots[0].Network);
        double Distance() => network.parameters().Zip(average.parameters(), (a, b) => (a - b).abs().max().item<float>()).Max();
        Assert.Equal(0, Distance());
        using (no_grad())
        {
            foreach (var parameter in network.parameters())
                parameter.add_(1);
        }

        method.EndStep(0, Lanes.One);
        Assert.Equal(0.1, Distance(), 1e-5); // (1 + 0) / (10 + 0) is kept
        method.EndStep(1_000_000, Lanes.One);
        Assert.Equal(0.1 * 0.99, Distance(), 1e-5);
    }

    [Fact]
    public void Mirrored_teachers_average_as_the_flip_test_does()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var skeleton = new Skeleton("five", ["a", "b", "c", "d", "e"], [], [0.1, 0.1, 0.1, 0.1, 0.1], [(0, 1), (3, 4)]);
        var images = FamilyTests.Input().Unlabelled!.Images;
        using var method = FamilyTests.Create(new PoseConsOptions { AverageDecay = 0.9 });
        var network = method.Snapshots[0].Network;
        using var mirroring = FamilyTests.Create(new PoseConsOptions { AverageDecay = 0.9, MirroredTeachers = true });
        var telemetry = FamilyTests.Scalars(mirroring.Step(FamilyTests.Input()))["pseudo/maximum/student"];

        var (height, width) = ((int)images.shape[2] / 4, (int)images.shape[3] / 4);
        var codec = new HeatmapCodec(width * 4, height * 4, width, height, 2);
        var (plain, mirrored) = (Close.Values(network.call(images)), Close.Values(network.call(images.flip(3))));
        var size = plain.Length / (int)images.shape[0];
        for (var i = 0; i < images.shape[0]; i++)
        {
            var back = new float[size];
            codec.FlipBack(mirrored.AsSpan(i * size, size), skeleton, back);
            codec.MergeFlipped(plain.AsSpan(i * size, size), back, FlipShift.Subpixel);
        }

        var expected = tensor(plain, images.shape[0], 5, height, width).amax([2, 3]).index_select(1, tensor(new long[] { 0, 1, 3 })).mean().item<float>();
        Close.Relative(expected, telemetry, 1e-5, "maximum");
    }

    [Fact]
    public void Hard_views_can_leave_the_statistics_alone_and_teach_the_same()
    {
        using var scope = NewDisposeScope();
        (float[] Gradients, float[] Statistics) Run(ConsistencyOptions options)
        {
            using var method = FamilyTests.Create(options);
            method.Step(FamilyTests.Input()).Total.backward();
            return (FamilyTests.Gradients(method.Networks[0].Network), Statistics(method.Networks[0].Network));
        }

        var options = new MultiAugsDualOptions { Views = ["jc", "co"] };
        var (moved, movedByOthers) = (Run(options), Run(options with { Views = ["none", "none"] }));
        var (kept, keptByOthers) = (Run(options with { HardViewStatistics = false }), Run(options with { Views = ["none", "none"], HardViewStatistics = false }));
        Assert.Equal(moved.Gradients, kept.Gradients);
        Assert.NotEqual(moved.Statistics, kept.Statistics);
        Assert.NotEqual(moved.Statistics, movedByOthers.Statistics);
        Assert.Equal(kept.Statistics, keptByOthers.Statistics);
    }

    [Fact]
    public void Rendered_targets_stand_where_the_soft_arg_max_reads_the_teachers_maximum()
    {
        using var scope = NewDisposeScope();
        int height = 24, width = 16;
        var maps = HashInitialisation.Tensor("maps", 5, [6, 7, height, width], input: true);
        var (targets, confidence) = RenderedTargets.Of(maps, 1.5);
        var codec = new HeatmapCodec(width * 4, height * 4, width, height, 1.5);
        var (before, after) = (Close.Values(maps), Close.Values(targets));
        var (x, y) = (arange(width), arange(height));
        for (var map = 0; map < 6 * 7; map++)
        {
            var cells = height * width;
            var peak = HeatmapPeak.Of(before.AsSpan(map * cells, cells), width);
            var point = new ScoredPoint[1];
            codec.Decode(before.AsSpan(map * cells, cells), Decoder.SoftArgMax, point);
            var expected = exp(((x - point[0].X).pow(2).unsqueeze(0) + (y - point[0].Y).pow(2).unsqueeze(1)) / (-2 * 1.5 * 1.5));
            Assert.All(Close.Values(expected).Zip(after[(map * cells)..((map + 1) * cells)]), v => Assert.Equal(v.First, v.Second, 1e-5));
            Assert.Equal(Math.Clamp(peak.Value, 0, 1), Close.Values(confidence)[map]);
        }
    }

    [Theory]
    [InlineData("sspcm")]
    [InlineData("dual-correct")]
    [InlineData("posecons")]
    public void A_run_with_all_of_it_resumes_as_never_stopped(string name)
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(FamilyTests.Open(name) with { BurnInSteps = 2, CoolDownSteps = 1, AverageDecay = 0.9, MirroredTeachers = true, RenderedTargets = true, HardViewStatistics = false });
        tiny.Train(recipe, "whole");
        Assert.Equal(3, tiny.TrainUntil(recipe, "parts", 3).Step);
        tiny.Train(recipe, "parts", resume: true);
        Assert.Equal(tiny.Model("whole"), tiny.Model("parts"));
    }
}
