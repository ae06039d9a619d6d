using LeanPose.Learning.Losses;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Methods.Sspcm;
using LeanPose.Learning.Native;
using LeanPose.Learning.Training;
using LeanPose.Learning.Views;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Methods;

/// <summary>Gradient flow, state and losses of SSPCM: invariants 10, 15 to 18, 21 and 22 of the specification.</summary>
public sealed class SspcmTests
{
    private const int Keypoints = 5;
    private const int Size = 64;
    private const int Batch = 3;

    private static Sspcm Create(SspcmOptions options, HardView? view = null) => new(options, Context()) { ViewOverride = view };

    private static MethodContext Context() => new()
    {
        CreateNetwork = role =>
        {
            var network = new PoseNetwork("resnet10-quarter", Keypoints);
            HashInitialisation.Fill(network, 77, role);
            network.train();
            return network;
        },
        TrainedChannels = [0, 1, 3],
        Keypoints = Keypoints,
        FlipIndex = [1, 0, 2, 4, 3],
        Sigma = 2,
        Width = Size,
        Height = Size,
        Seed = 6,
        Device = CPU,
    };

    private static StepInput Input(int epoch = 0)
    {
        Tensor Images(string name) => HashInitialisation.Tensor(name, 9, [Batch, 3, Size, Size], input: true);
        var target = HashInitialisation.Tensor("target", 9, [Batch, Keypoints, Size / 4, Size / 4], input: false);
        var channels = tensor(new float[] { 1, 1, 0, 1, 0 }, [1, Keypoints]);
        return new(epoch, epoch, new(Images("labelled"), target, channels.expand(Batch, -1)), new(Images("unlabelled"), channels));
    }

    private static PoseNetwork Network(Sspcm method, string name) => method.Networks.Concat(method.Snapshots).Single(n => n.Name == name).Network;

    private static bool HasGradient(PoseNetwork network) => network.parameters().Any(p => p.grad is { } g && g.ne(0).any().item<bool>());

    private static Dictionary<string, float[]> Values(PoseNetwork network) => network.State().ToDictionary(s => s.Name, s => Close.Values(s.Value));

    private static long Passes(PoseNetwork network) => network.State().Single(s => s.Name == "bn1.num_batches_tracked").Value.item<long>();

    /// <summary>With fewer lanes than networks the student sees the labels later.</summary>
    [Fact]
    public void Any_number_of_lanes_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        var one = Results(1);
        Assert.Equal(one, Results(2));
        Assert.Equal(one, Results(3));

        static List<float[]> Results(int count)
        {
            using var lanes = new Lanes(count, 1);
            using var method = Create(new() { CorrectionWarmupEpochs = 0, StudentViews = ["joco", "co"] });
            var losses = method.Step(Input() with { Lanes = lanes });
            losses.Total.backward();
            return [.. losses.Parts.Select(Close.Values), .. losses.Scalars.Select(s => Close.Values(s.Value)), .. method.Networks.SelectMany(n => n.Network.parameters()).Select(p => Close.Values(p.grad!)), .. method.Networks.SelectMany(n => Values(n.Network).Values)];
        }
    }

    [Fact]
    public void Each_term_moves_one_network()
    {
        using var scope = NewDisposeScope();
        using var method = Create(new() { Periods = 3, CorrectionWarmupEpochs = 0, ScoreGate = false });
        var losses = method.Step(Input(epoch: 2));
        foreach (var part in new[] { "supervised", "consistency" })
        {
            foreach (var (name, _) in method.Networks)
            {
                autograd.backward([losses.Scalars.Single(s => s.Name == $"loss/{part}/{name}").Value], retain_graph: true);
                Assert.Equal([name], method.Networks.Where(n => HasGradient(n.Network)).Select(n => n.Name));
                Assert.Equal(4, method.Snapshots.Count);
                Assert.All(method.Snapshots, s => Assert.All(s.Network.parameters(), p => Assert.Null(p.grad)));
                foreach (var parameter in method.Networks.SelectMany(n => n.Network.parameters()))
                    parameter.grad?.zero_();
            }
        }
    }

    [Fact]
    public void The_total_is_half_the_supervised_and_the_whole_consistency_losses()
    {
        using var scope = NewDisposeScope();
        using var method = Create(new());
        var losses = method.Step(Input());
        double Sum(string prefix) => losses.Scalars.Where(s => s.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(s => s.Value.item<float>());
        Assert.True(Sum("loss/consistency/") > 0);
        Close.Relative((0.5 * Sum("loss/supervised/")) + Sum("loss/consistency/"), losses.Total.item<float>(), 1e-5, "total");
    }

    [Fact]
    public void Running_statistics_move_three_times_in_the_teachers_and_twice_in_the_student()
    {
        using var scope = NewDisposeScope();
        using var method = Create(new());
        method.Step(Input());
        Assert.Equal([3, 3, 2, 0, 0], method.Networks.Concat(method.Snapshots).Select(n => Passes(n.Network)));
        method.NextEpoch();
        method.Step(Input(epoch: 1));
        Assert.Equal([6, 6, 4, 4, 4], method.Networks.Concat(method.Snapshots).Select(n => Passes(n.Network)));
    }

    [Fact]
    public void Epoch_zero_leaves_the_earlier_period_alone()
    {
        using var scope = NewDisposeScope();
        using var method = Create(new());
        var before = method.Snapshots.Select(s => Values(s.Network)).ToList();
        var losses = method.Step(Input());
        Assert.Equal(before, method.Snapshots.Select(s => Values(s.Network)));
        Assert.DoesNotContain(losses.Scalars, s => s.Name.StartsWith("pseudo/pair/", StringComparison.Ordinal));
    }

    [Fact]
    public void A_period_that_no_epoch_has_filled_yet_has_no_say()
    {
        using var scope = NewDisposeScope();
        using var method = Create(new() { Periods = 3, CorrectionWarmupEpochs = 0 });
        for (var epoch = 0; epoch < 3; epoch++)
        {
            method.Step(Input(epoch));
            Assert.Equal(epoch >= 1, Passes(Network(method, "teacher-1")) > 0);
            Assert.Equal(epoch >= 2, Passes(Network(method, "auxiliary-2")) > 0);
            method.NextEpoch();
            foreach (var copy in method.Snapshots.Select(s => s.Network.State().Single(t => t.Name == "bn1.num_batches_tracked").Value))
                copy.zero_();
        }
    }

    [Fact]
    public void The_teachers_mean_heatmap_is_measured_too()
    {
        using var scope = NewDisposeScope();
        using var method = Create(new());
        var (name, members) = Assert.Single(method.Ensembles);
        Assert.Equal("mean-of-teachers", name);
        Assert.Equal(["teacher", "auxiliary"], members.Select(m => m.Name));
    }

    [Fact]
    public void At_the_end_of_an_epoch_the_copies_are_the_teachers_and_then_stay()
    {
        using var scope = NewDisposeScope();
        using var method = Create(new() { Periods = 3 });
        using var flat = new FlatParameters(Network(method, "teacher")); // as in training
        method.Step(Input());
        method.NextEpoch();
        var first = Values(Network(method, "teacher"));
        Assert.Equal(first, Values(Network(method, "teacher-1")));
        Assert.Equal(Values(Network(method, "auxiliary")), Values(Network(method, "auxiliary-1")));

        using (no_grad())
        {
            foreach (var (_, value) in Network(method, "teacher").State())
                value.add_(1);
        }

        Assert.Equal(first, Values(Network(method, "teacher-1")));
        method.NextEpoch();
        Assert.Equal(Values(Network(method, "teacher")), Values(Network(method, "teacher-1")));
        Assert.Equal(first, Values(Network(method, "teacher-2")));
    }

    [Fact]
    public void Copies_that_equal_the_teachers_choose_the_present()
    {
        using var scope = NewDisposeScope();
        using var method = Create(new());
        method.NextEpoch();
        var scalars = method.Step(Input(epoch: 1)).Scalars.ToDictionary(s => s.Name, s => s.Value.item<float>());
        Assert.Equal(1, scalars["pseudo/pair/present"]);
        Assert.Equal(scalars["pseudo/distance/present"], scalars["pseudo/distance/chosen"]);
    }

    [Fact]
    public void Hard_views_differ_by_their_occlusion_and_share_theta_and_targets_are_not_occluded()
    {
        using var scope = NewDisposeScope();
        var view = HardView.Draw(new(), Batch, 1, 8, 0, CPU);
        var (images, maps) = (new Dictionary<string, List<Tensor>>(), new Dictionary<string, List<Tensor>>());
        IReadOnlyDictionary<string, float> Run(int cutOcclude)
        {
            using var method = Create(new() { CutOccludeJoints = cutOcclude, ScoreGate = false }, view);
            foreach (var (name, network) in method.Networks)
            {
                (images[name], maps[name]) = ([], []);
                network.register_forward_hook((_, x, y) =>
                {
                    images[name].Add(x.clone().DetachFromDisposeScope());
                    maps[name].Add(y.detach().clone().DetachFromDisposeScope());
                    return y;
                });
            }

            return method.Step(Input()).Scalars.ToDictionary(s => s.Name, s => s.Value.item<float>());
        }

        var input = Input();
        Run(cutOcclude: 0);
        var plain = view.Warp(input.Unlabelled!.Images);
        Assert.All(images.Values, i => Assert.True(i[^1].equal(plain).all().item<bool>()));

        var scalars = Run(cutOcclude: 2);
        var (hardA, hardB, hardS) = (images["teacher"][^1], images["auxiliary"][^1], images["student"][^1]);
        Assert.All([(hardA, hardB), (hardA, hardS), (hardB, hardS), (hardA, plain)], pair => Assert.False(pair.Item1.equal(pair.Item2).all().item<bool>()));

        // Labelled, easy, hard for the teachers; labelled, hard for the student.
        Assert.Equal([3, 3, 2], new[] { "teacher", "auxiliary", "student" }.Select(n => maps[n].Count));
        Assert.True(images["teacher"][1].equal(input.Unlabelled.Images).all().item<bool>());
        var (easyA, easyB) = (maps["teacher"][1], maps["auxiliary"][1]);
        void Check(string name, Tensor easy) => Close.Relative(
            HeatmapLoss.Compute(maps[name][^1], view.Warp(easy), input.Unlabelled.Weight).item<float>(), scalars["loss/consistency/" + name], 1e-5, name);
        Check("teacher", easyB);
        Check("auxiliary", easyA);
        Check("student", (easyA + easyB) / 2);
    }

    [Fact]
    public void Nothing_is_drawn_from_anything_but_the_seed_and_the_step()
    {
        using var scope = NewDisposeScope();
        float Total(int disturbance)
        {
            using var method = Create(new() { FeatureMasking = true });
            rand(disturbance);
            return method.Step(Input()).Total.item<float>();
        }

        Assert.Equal(Total(1), Total(17));
    }

    [Theory]
    [InlineData(0.15, 0.04, 0)]
    [InlineData(0.15, 0.06, 1)]
    [InlineData(0.1, 0.1, 0)]
    public void The_score_gate_asks_for_more_than_its_threshold(double a, double b, float weight)
    {
        using var scope = NewDisposeScope();
        Tensor Map(double maximum)
        {
            var map = full([1, 2, 4, 4], -1f);
            map[0, 0, 1, 2] = (float)maximum;
            map[0, 1, 3, 3] = 1; // the gate is each keypoint's own
            return map;
        }

        var pseudo = SspcmPseudoLabels.Make(new(), Map(a), Map(b), null, ones(1, 2));
        Assert.Equal([weight, 1], Close.Values(pseudo.TeacherWeight));
        Assert.Equal([weight, 1], Close.Values(pseudo.StudentWeight));
    }

    [Fact]
    public void Three_Adams_are_one_over_all_parameters()
    {
        using var scope = NewDisposeScope();
        using Sspcm ours = Create(new() { ScoreGate = false }), theirs = Create(new() { ScoreGate = false });
        var flat = ours.Networks.Select(n => new FlatParameters(n.Network)).ToList();
        var adams = flat.Select(f => new Adam(f)).ToList();
        using var joint = optim.Adam(theirs.Networks.SelectMany(n => n.Network.parameters()), lr: 1e-3);
        ours.Step(Input()).Total.backward();

        // The same gradients for both: convolutions on another memory layout round differently, and Adam divides by their size.
        foreach (var (mine, other) in ours.Networks.SelectMany(n => n.Network.parameters()).Zip(theirs.Networks.SelectMany(n => n.Network.parameters())))
            other.grad = mine.grad!.clone();
        for (var step = 1; step <= 3; step++)
        {
            var gradients = flat.Select(f => f.Gradients.clone()).ToList();
            adams.ForEach(a => a.Step(step, 1e-3));
            Assert.All(flat, f => Assert.True(f.Gradients.eq(0).all().item<bool>()));
            joint.step();
            flat.Zip(gradients).ToList().ForEach(p => p.First.Gradients.copy_(p.Second));
        }

        foreach (var (mine, other) in ours.Networks.Zip(theirs.Networks))
        {
            foreach (var ((name, a), (_, b)) in mine.Network.named_parameters().Zip(other.Network.named_parameters()))
                Assert.True(a.allclose(b, rtol: 1e-5, atol: 1e-6), $"{mine.Name}/{name}");
        }

        adams.ForEach(a => a.Dispose());
        flat.ForEach(f => f.Dispose());
    }

    [Fact]
    public void Unlabelled_persons_are_asked_for()
    {
        using var scope = NewDisposeScope();
        using var method = Create(new());
        Assert.Throws<ArgumentException>(() => method.Step(Input() with { Unlabelled = null }));
    }
}
