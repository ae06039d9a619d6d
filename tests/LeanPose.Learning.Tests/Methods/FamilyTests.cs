using LeanPose.Learning.Methods;
using LeanPose.Learning.Methods.Consistency;
using LeanPose.Learning.Methods.DualCorrect;
using LeanPose.Learning.Prediction;
using LeanPose.Learning.Training;
using LeanPose.Learning.Views;

using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Methods;

/// <summary>What the whole semi-supervised family promises: invariants 7 to 17 of the MultiAugs specification.</summary>
public sealed class FamilyTests
{
    private const int Keypoints = 5;
    private const int Batch = 3;
    private const int Size = 64;

    public static TheoryData<string> Names => [.. MethodCatalog.Defaults.OfType<ConsistencyOptions>().Select(m => m.Name)];

    public static TheoryData<string> WithTeachers
    {
        get
        {
            using var scope = NewDisposeScope();
            return [.. MethodCatalog.Defaults.Where(m => { using var method = Create(m); return method.Networks.Any(n => n.Name == "teacher"); }).Select(m => m.Name)];
        }
    }

    private static MethodOptions Options(string name) => MethodCatalog.Defaults.Single(m => m.Name == name);

    internal static IMethod Create(MethodOptions options, string? teacherBackbone = null, string backbone = "resnet10-quarter") => MethodCatalog.Create(options, new MethodContext
    {
        CreateNetwork = new NetworkFactory(new() { Backbone = backbone, TeacherBackbone = teacherBackbone }, Keypoints, 6, CPU).Create,
        TrainedChannels = [0, 1, 3],
        Keypoints = Keypoints,
        FlipIndex = [1, 0, 2, 4, 3],
        Sigma = 2,
        Width = Size,
        Height = Size,
        Seed = 6,
        Device = CPU,
    });

    internal static StepInput Input(int step = 0, int epoch = 1, int steps = int.MaxValue)
    {
        Tensor Images(string name) => HashInitialisation.Tensor(name, 9, [Batch, 3, Size, Size], input: true);
        var target = HashInitialisation.Tensor("target", 9, [Batch, Keypoints, Size / 4, Size / 4], input: false);
        var channels = tensor(new float[] { 1, 1, 0, 1, 0 }, [1, Keypoints]);
        return new(step, epoch, new(Images("labelled"), target, channels.expand(Batch, -1)), new(Images("unlabelled"), channels)) { Steps = steps };
    }

    // Gates let everything pass, so that random networks have something to learn.
    internal static ConsistencyOptions Open(string name) => Options(name) switch
    {
        SspcmOptions o => o with { ScoreGate = false, CorrectionWarmupEpochs = 0 },
        DualCorrectOptions o => o with { ScoreThreshold = 0, CorrectionWarmupEpochs = 0 },
        var o => (ConsistencyOptions)o,
    };

    internal static float[] Gradients(PoseNetwork network) => [.. network.parameters().SelectMany(p => p.grad is { } g ? Close.Values(g) : [0])];

    internal static Dictionary<string, float> Scalars(StepLosses losses) => losses.Scalars.ToDictionary(s => s.Name, s => s.Value.item<float>());

    private static long Passes(PoseNetwork network) => network.State().Single(s => s.Name == "bn1.num_batches_tracked").Value.item<long>();

    // Each network's pictures in the order in which it saw them.
    private static Dictionary<string, List<Tensor>> Watch(IMethod method)
    {
        var seen = method.Networks.ToDictionary(n => n.Name, _ => new List<Tensor>());
        foreach (var (name, network) in method.Networks)
        {
            network.register_forward_hook((_, x, y) =>
            {
                seen[name].Add(x.clone().DetachFromDisposeScope());
                return y;
            });
        }

        return seen;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_loss_reaches_its_own_network_and_no_other(string name)
    {
        using var scope = NewDisposeScope();
        using var method = Create(Open(name));
        var losses = method.Step(Input());
        foreach (var (loss, value) in losses.Scalars.Where(s => s.Name.StartsWith("loss/", StringComparison.Ordinal)))
        {
            autograd.backward([value], retain_graph: true);
            var moved = method.Networks.Where(n => Gradients(n.Network).Any(g => g != 0)).Select(n => n.Name);
            Assert.Equal([loss.Split('/')[2]], moved);
            foreach (var parameter in method.Networks.SelectMany(n => n.Network.parameters()))
                parameter.grad?.zero_();
        }

        Assert.Equal(2 * method.Networks.Count, losses.Scalars.Count(s => s.Name.StartsWith("loss/", StringComparison.Ordinal)));
        Assert.All(method.Snapshots, s => Assert.All(s.Network.parameters(), p => Assert.Null(p.grad)));
    }

    [Theory]
    [MemberData(nameof(WithTeachers))]
    public void What_the_student_is_changes_nothing_for_its_teachers(string name)
    {
        using var scope = NewDisposeScope();
        (Dictionary<string, float> Scalars, Dictionary<string, float[]> Gradients) Run(double change)
        {
            using var method = Create(Open(name), teacherBackbone: "resnet18");
            using (no_grad())
            {
                foreach (var parameter in method.Networks.Single(n => n.Name == "student").Network.parameters())
                    parameter.add_(change);
            }

            var losses = method.Step(Input());
            losses.Total.backward();
            return (Scalars(losses), method.Networks.ToDictionary(n => n.Name, n => Gradients(n.Network)));
        }

        var (one, other) = (Run(0), Run(0.01));
        foreach (var (key, value) in one.Scalars)
            Assert.Equal(!key.EndsWith("/student", StringComparison.Ordinal), value == other.Scalars[key]);
        foreach (var (network, gradients) in one.Gradients)
            Assert.Equal(network != "student", gradients.SequenceEqual(other.Gradients[network]));
    }

    [Fact]
    public void Large_teachers_teach_a_small_student_that_is_deployed()
    {
        using (var scope = NewDisposeScope())
        {
            using var method = Create(Open("sspcm"), teacherBackbone: "resnet50", backbone: "resnet18");
            Assert.Equal(["resnet50", "resnet50", "resnet18"], method.Networks.Select(n => n.Network.BackboneName));
            Assert.All(method.Snapshots, s => Assert.Equal("resnet50", s.Network.BackboneName));
            method.Step(Input()).Total.backward();
            method.NextEpoch();
            Assert.All(method.Networks, n => Assert.Contains(Gradients(n.Network), g => g != 0));
        }

        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new SspcmOptions());
        tiny.Train(recipe with { Model = recipe.Model with { TeacherBackbone = "resnet18" }, Training = recipe.Training with { Steps = 2 } }, "run");
        using var predictor = PosePredictor.Load(tiny.Folder("run").Path);
        Assert.Equal("resnet10-quarter", predictor.Networks[0].BackboneName);
        Assert.Equal(tiny.Data.Labelled.Persons.Length, predictor.Predict(tiny.Data.Labelled, new(), null, TestContext.Current.CancellationToken).Count);
    }

    [Theory]
    [InlineData("posecons", "3")]
    [InlineData("posedual", "3 3")]
    [InlineData("multi-augs-single", "6")]
    [InlineData("multi-augs-dual", "6 6")]
    [InlineData("averaged-teacher", "2 2")]
    [InlineData("sspcm", "3 3 2 1 1")]
    [InlineData("dual-correct", "3 3 1 1")]
    public void Passes_are_those_of_the_cost_table(string name, string passes)
    {
        using var scope = NewDisposeScope();
        using var method = Create(Open(name));
        method.Step(Input());
        Assert.Equal(passes, string.Join(' ', method.Networks.Concat(method.Snapshots).Select(n => Passes(n.Network))));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_total_is_the_weighted_sum_of_its_parts_and_comes_in_slowly(string name)
    {
        using var scope = NewDisposeScope();
        var options = Open(name) with { SupervisedWeight = 0.7, ConsistencyWeight = 3, ConsistencyRampupSteps = 10 };
        using var method = Create(options);
        var losses = method.Step(Input(step: 5));
        double Sum(string part) => Scalars(losses).Where(s => s.Key.StartsWith("loss/" + part, StringComparison.Ordinal)).Sum(s => s.Value);
        Assert.True(Sum("consistency") > 0);
        Close.Relative((0.7 * Sum("supervised")) + (3 * Math.Exp(-5 * 0.25) * Sum("consistency")), losses.Total.item<float>(), 1e-5, name);
    }

    [Fact]
    public void One_view_with_joint_cutout_is_the_predecessor_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        float Total(MethodOptions options)
        {
            using var method = Create(options);
            return method.Step(Input()).Total.item<float>();
        }

        Assert.Equal(Total(new PoseConsOptions()), Total(new MultiAugsSingleOptions { Views = ["jc"] }));
        Assert.Equal(Total(new PoseDualOptions()), Total(new MultiAugsDualOptions { Views = ["jc"] }));
        Assert.NotEqual(Total(new PoseConsOptions()), Total(new PoseConsOptions { Views = ["jo"] }));
    }

    [Fact]
    public void Equal_views_add_up_or_average_and_fused_heatmaps_are_a_weaker_signal()
    {
        using var scope = NewDisposeScope();
        (float Loss, float[] Gradients) Run(MultiAugsSingleOptions options)
        {
            using var method = Create(options with { SupervisedWeight = 0 });
            var losses = method.Step(Input());
            losses.Total.backward();
            return (losses.Total.item<float>(), Gradients(method.Networks[0].Network));
        }

        void Compare(float times, (float Loss, float[] Gradients) expected, (float Loss, float[] Gradients) actual)
        {
            Close.Relative(times * expected.Loss, actual.Loss, 1e-5, "loss");
            var scale = times * expected.Gradients.Max(Math.Abs);
            Assert.All(expected.Gradients.Zip(actual.Gradients), g => Assert.Equal(times * g.First, g.Second, 1e-4 * scale));
        }

        var one = Run(new() { Views = ["none"] });
        Compare(3, one, Run(new() { Views = ["none", "none", "none"] }));
        Compare(1, one, Run(new() { Views = ["none", "none", "none"], ViewReduction = ViewReduction.Mean }));
        Compare(1, one, Run(new() { Views = ["none", "none", "none"], HeatFusion = true }));
        Assert.True(Run(new() { HeatFusion = true }).Loss < Run(new() { ViewReduction = ViewReduction.Mean }).Loss);
        Assert.Equal(0, Run(new() { ConfidenceMask = 1e6 }).Loss);
        Assert.Equal(one.Loss, Run(new() { Views = ["none"], ConfidenceMask = -1e6 }).Loss, 1e-6);
    }

    [Fact]
    public void All_views_share_theta_and_differ_in_their_damage_and_nothing_changes_the_easy_view()
    {
        using var scope = NewDisposeScope();
        var input = Input();
        var easy = input.Unlabelled!.Images.clone();
        using var method = Create(new MultiAugsDualOptions { Views = ["none", "jc", "none", "co", "jo+ra"] });
        var seen = Watch(method);
        method.Step(input);
        Assert.True(input.Unlabelled.Images.equal(easy).all().item<bool>());
        var plain = HardView.Draw(new(), Batch, 1, 6, 0, CPU).Warp(easy);
        foreach (var images in seen.Values)
        {
            Assert.True(images[1].equal(easy).all().item<bool>());
            Assert.All([2, 4], k => Assert.True(images[k].equal(plain).all().item<bool>()));
            Assert.All([3, 5, 6], k => Assert.False(images[k].equal(plain).all().item<bool>()));
        }

        Assert.False(seen["student"][3].equal(seen["auxiliary"][3]).all().item<bool>());
    }

    [Fact]
    public void In_a_dual_method_what_one_network_sees_aims_the_others_damage_only()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> Views(bool shifted)
        {
            using var method = Create(new PoseDualOptions());
            if (shifted)
            {
                var passes = 0;
                method.Networks.Single(n => n.Name == "student").Network.register_forward_hook((_, _, y) => passes++ == 1 ? y.roll([5, 7], [2, 3]) : y);
            }

            var seen = Watch(method);
            method.Step(Input());
            return seen.ToDictionary(s => s.Key, s => s.Value[^1]);
        }

        var (one, other) = (Views(false), Views(true));
        Assert.True(one["student"].equal(other["student"]).all().item<bool>());
        Assert.False(one["auxiliary"].equal(other["auxiliary"]).all().item<bool>());
    }

    [Fact]
    public void Sspcm_with_several_views_averages_to_the_weights_of_one()
    {
        using var scope = NewDisposeScope();
        float Total(params string[] views)
        {
            using var method = Create(((SspcmOptions)Open("sspcm")) with { TeacherViews = [views[0]], StudentViews = [.. views], ViewReduction = ViewReduction.Mean, ConsistencyWeight = 2 });
            return method.Step(Input()).Total.item<float>();
        }

        Close.Relative(Total("none"), Total("none", "none", "none"), 1e-5, "total");
        Assert.NotEqual(Total("none"), Total("none", "joco", "jccm"));
    }

    [Fact]
    public void Dual_correct_teaches_from_the_other_network_of_the_chosen_pair()
    {
        using var scope = NewDisposeScope();
        Tensor Peak(int x, int y)
        {
            var map = zeros(1, 1, 40, 40);
            map[0, 0, y, x] = 1;
            return map;
        }

        var chosen = PositionInconsistency.Correct([Peak(10, 10), Peak(12, 14)], [Peak(13, 14), Peak(30, 30)]);
        Assert.True(chosen.Auxiliary.equal(Peak(13, 14)).all().item<bool>());
        Assert.True(chosen.Teacher.equal(Peak(12, 14)).all().item<bool>());
        Assert.Equal(1, chosen.Chosen.item<float>());
    }

    [Fact]
    public void Dual_correct_with_copies_that_have_not_moved_is_posedual()
    {
        using var scope = NewDisposeScope();
        float Total(ConsistencyOptions options)
        {
            using var method = Create(options);
            return method.Step(Input()).Total.item<float>();
        }

        var dual = new DualCorrectOptions { AlternatingViews = ["jc"], OccasionalViews = [], ScoreThreshold = 0, CorrectionWarmupEpochs = 0 };
        Assert.Equal(Total(new PoseDualOptions()), Total(dual));
        Assert.NotEqual(Total(dual), Total(dual with { DistanceRadius = 6 }));
    }

    [Fact]
    public void Dual_correct_takes_its_views_in_turns()
    {
        using var scope = NewDisposeScope();
        DualCorrect Method(DualCorrectOptions options) => (DualCorrect)Create(options);
        using var turns = Method(new() { OccasionalViews = [], ViewsPerStep = 2 });
        Assert.Equal(["joco", "jccm"], turns.ViewsOf(0, "student", 0).Select(v => v.Name));
        Assert.Equal(["jccm", "joco"], turns.ViewsOf(1, "auxiliary", 0).Select(v => v.Name));
        Assert.Equal(["jccm", "joco"], turns.ViewsOf(0, "student", 1).Select(v => v.Name));

        using var published = Method(new());
        var views = Enumerable.Range(0, 8000).Select(step => Assert.Single(published.ViewsOf(0, "student", step)).Name).ToArray();
        foreach (var name in new[] { "jc", "jo", "joco", "jccm" })
            Assert.Equal(0.25, views.Count(v => v == name) / 8000.0, 0.02);
        Assert.DoesNotContain("jccm", views.Where((_, step) => step % 2 == 0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_trained_run_loads_and_predicts(string name)
    {
        using var tiny = new TinyRun(validation: true);
        var recipe = TinyRun.Recipe(Options(name));
        var outcome = tiny.Train(recipe with { Training = recipe.Training with { Steps = 2 } }, "run");
        using var method = Create(Options(name));
        Assert.Equal(method.Networks.Select(n => n.Name).Concat(method.Ensembles.Select(e => e.Name)), outcome.Final!.Keys);
        foreach (var file in new[] { tiny.Folder("run").Path, tiny.Folder("run").Model })
        {
            using var predictor = PosePredictor.Load(file);
            Assert.Equal(name, predictor.Model.Method);
            Assert.Equal(5, predictor.Predict(tiny.Data.Validation!, new(), null, TestContext.Current.CancellationToken).Count);
        }
    }
}
