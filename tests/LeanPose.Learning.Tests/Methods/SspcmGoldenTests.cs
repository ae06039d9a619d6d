using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using LeanPose.Learning.Losses;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Methods.Consistency;
using LeanPose.Learning.Methods.Sspcm;
using LeanPose.Learning.Training;
using LeanPose.Learning.Views;
using LeanPose.Testing;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Methods;

[Trait("Category", "Golden")]
public sealed class SspcmGoldenTests
{
    private static PositionInconsistency Correct(GoldenTensors g) => PositionInconsistency.Correct(
        [Close.ToTensor(g["teacher1"]), Close.ToTensor(g["teacher1_prev"])],
        [Close.ToTensor(g["teacher2"]), Close.ToTensor(g["teacher2_prev"])]);

    private static HardView View(GoldenTensors g)
    {
        var theta = g["theta"];
        return new HardView([.. theta.Values.Chunk(6)], CPU);
    }

    [Fact]
    public void Position_inconsistency_and_correction()
    {
        using var scope = NewDisposeScope();
        var g = GoldenTensors.Open("sspcm.safetensors");
        var correction = Correct(g);
        Close.Absolute(g["pair_distances_4xBxJ"], correction.Distances, 1e-6, "distances");
        Assert.Equal(g["chosen_pair"].Values.Select(v => (long)v), correction.Pair.data<long>().ToArray());
        Close.Absolute(g["ensemble"], correction.Corrected, 1e-6, "ensemble");
    }

    [Fact]
    public void Gates_and_weights()
    {
        using var scope = NewDisposeScope();
        var g = GoldenTensors.Open("sspcm.safetensors");
        var correction = Correct(g);
        var (a, b) = (Close.ToTensor(g["teacher1"]), Close.ToTensor(g["teacher2"]));
        var ones = torch.ones(1, a.shape[1]);
        foreach (var name in g.Names)
        {
            SspcmPseudoLabels Make(SspcmOptions options) => SspcmPseudoLabels.Make(options, a, b, correction, ones);
            if (name.StartsWith("score_mask_thr", StringComparison.Ordinal))
                Close.Absolute(g[name], Make(new() { ScoreThreshold = Threshold(name) }).TeacherWeight, 0, name);
            else if (name.StartsWith("dist_mask_thr", StringComparison.Ordinal))
                Close.Absolute(g[name], Make(new() { ScoreGate = false, DistanceGate = true, DistanceThreshold = Threshold(name) }).StudentWeight, 0, name);
            else if (name == "dist_reweight")
                Close.Absolute(g[name], Make(new() { ScoreGate = false, DistanceReweight = true }).StudentWeight, 1e-6, name);
            else if (name == "score_diff_reweight")
                Close.Absolute(g[name], Make(new() { ScoreGate = false, ScoreDifferenceReweight = true }).TeacherWeight, 1e-6, name);
        }

        static double Threshold(string name) => double.Parse(name[(name.LastIndexOf("thr", StringComparison.Ordinal) + 3)..], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Warps_from_easy_to_hard_view()
    {
        using var scope = NewDisposeScope();
        var g = GoldenTensors.Open("sspcm.safetensors");
        var theta = g["theta"];
        for (var i = 0; i < theta.Shape[0]; i++)
        {
            var own = HardView.Theta(g["aug_angle_deg"].Values[i], g["aug_scale"].Values[i]);
            for (var k = 0; k < 6; k++)
                Assert.Equal(theta.Values[(6 * i) + k], own[k], 1e-9);
        }

        var view = View(g);
        Close.Absolute(g["teacher1_warped"], view.Warp(Close.ToTensor(g["teacher1"])), 1e-5, "teacher1_warped");
        Close.Absolute(g["teacher2_warped"], view.Warp(Close.ToTensor(g["teacher2"])), 1e-5, "teacher2_warped");
        Close.Absolute(g["ensemble_warped"], view.Warp(Close.ToTensor(g["ensemble"])), 1e-5, "ensemble_warped");
        Close.Absolute(g["image_warped"], view.Warp(Close.ToTensor(g["unsup_image"])), 1e-4, "image_warped");
    }

    [Fact]
    public void Losses_under_every_combination_of_switches()
    {
        var g = GoldenTensors.Open("sspcm.safetensors");
        using var json = JsonDocument.Parse(File.ReadAllText(TestMaterial.Golden("sspcm_expected.json")));
        var compared = 0;
        foreach (var entry in json.RootElement.EnumerateObject().Where(e => e.Name.Contains("|dist_thr=", StringComparison.Ordinal)))
        {
            using var scope = NewDisposeScope();
            var parts = entry.Name.Split('|');
            double Number(int i) => double.Parse(parts[i].Split('=')[1], CultureInfo.InvariantCulture);
            var options = Switches(parts[0]) with { DistanceThreshold = Number(1), ScoreThreshold = Number(2) };
            Tensor Leaf(string name) => Close.ToTensor(g[name]).requires_grad_(true);
            var sup = new[] { Leaf("sup1"), Leaf("sup2"), Leaf("sup3") };
            var cons = new[] { Leaf("cons1"), Leaf("cons2"), Leaf("cons3") };
            var (target, weight) = (Close.ToTensor(g["target"]), Close.ToTensor(g["target_weight"]).squeeze(2));
            var view = View(g);
            var pseudo = SspcmPseudoLabels.Make(options, Close.ToTensor(g["teacher1"]), Close.ToTensor(g["teacher2"]), Correct(g), Close.ToTensor(g["unsup_weight"]).squeeze(2));

            var pose = sup.Select(s => HeatmapLoss.Compute(s, target, weight)).Aggregate((x, y) => x + y) * options.SupervisedWeight;
            var consistency = HeatmapLoss.Compute(cons[0], view.Warp(pseudo.Auxiliary), pseudo.TeacherWeight)
                + HeatmapLoss.Compute(cons[1], view.Warp(pseudo.Teacher), pseudo.TeacherWeight)
                + HeatmapLoss.Compute(cons[2], view.Warp(pseudo.Student), pseudo.StudentWeight);
            var total = pose + consistency;
            total.backward();

            void Check(string key, double actual) => Close.Relative(entry.Value.GetProperty(key).GetDouble(), actual, 1e-5, $"{entry.Name} {key}");
            Check("loss", total.item<float>());
            Check("loss_pose", pose.item<float>());
            Check("loss_cons", consistency.item<float>());
            for (var i = 0; i < 3; i++)
                Check($"grad_norm_cons{i + 1}", cons[i].grad!.norm().item<float>());
            Check("grad_norm_sup1", sup[0].grad!.norm().item<float>());
            compared++;
        }

        Assert.True(compared > 0, "no case was found");
    }

    // What the golden file's names of switches mean.
    private static SspcmOptions Switches(string name) => name switch
    {
        "none" => new() { ScoreGate = false },
        "score_filter" => new(),
        "score_filter_reweight" => new() { ScoreDifferenceReweight = true },
        "dist_filter" => new() { ScoreGate = false, DistanceGate = true },
        "dist_reweight" => new() { ScoreGate = false, DistanceReweight = true },
        "all_separate" => new() { ScoreDifferenceReweight = true, DistanceGate = true, DistanceReweight = true },
        "either" => new() { DistanceGate = true, EitherGate = true },
        "either_reweight" => new() { DistanceGate = true, EitherGate = true, ScoreDifferenceReweight = true, DistanceReweight = true },
        _ => throw new InvalidDataException($"unknown switches '{name}'"),
    };

    [Fact]
    public void Learning_rates()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(TestMaterial.Golden("sspcm_expected.json")));
        var compared = 0;
        foreach (var entry in json.RootElement.GetProperty("lr").EnumerateObject())
        {
            var match = Regex.Match(entry.Name, @"base=(\S+) milestones=\[([^\]]*)\] factor=(\S+)");
            double Number(int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
            var schedule = new MultiStepSchedule(Number(1), [.. match.Groups[2].Value.Split(',').Select(m => int.Parse(m, CultureInfo.InvariantCulture))], Number(3));
            var epoch = 0;
            foreach (var rate in entry.Value.EnumerateArray())
                Assert.Equal(rate.GetDouble(), schedule.At(epoch++), 1e-12);
            compared += epoch;
        }

        Assert.True(compared > 0, "no learning rate was found");
    }

    [Fact]
    public void Ramps()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(TestMaterial.Golden("sspcm_expected.json")));
        foreach (var entry in json.RootElement.EnumerateObject().Where(e => e.Name.StartsWith("rampup_length", StringComparison.Ordinal)))
        {
            var length = int.Parse(entry.Name["rampup_length".Length..], CultureInfo.InvariantCulture);
            Compare("sigmoid", t => Rampup.Sigmoid(t, length));
            Compare("linear", t => Rampup.Linear(t, length));
            Compare("cosine_rampdown", t => Rampup.CosineDown(t, length));

            void Compare(string name, Func<int, double> ramp)
            {
                var t = 0;
                foreach (var expected in entry.Value.GetProperty(name).EnumerateArray())
                    Assert.Equal(expected.GetDouble(), ramp(t++), 1e-12);
                Assert.True(t > 0, name);
            }
        }
    }

    [Fact]
    public void Cut_occlude_with_recorded_draws()
    {
        using var scope = NewDisposeScope();
        var g = GoldenTensors.Open("sspcm_masking.safetensors");
        var image = Close.ToTensor(g["image"]);
        Close.Absolute(g["cutmix_output"], CutOccluded(g, image, transposed: true), 1e-6, "as published, x and y exchanged");
        Close.Absolute(g["cutmix_output_xy_in_order"], CutOccluded(g, image, transposed: false), 1e-6, "x and y in order");
        Close.Absolute(g["image"], image, 0, "the caller's batch");
    }

    [Fact]
    public void Joint_cutout_with_recorded_draws()
    {
        using var scope = NewDisposeScope();
        var g = GoldenTensors.Open("sspcm_masking.safetensors");
        var image = Close.ToTensor(g["square_image"]);
        var map = new PatchMap((int)image.shape[0], (int)image.shape[3], (int)image.shape[2]);
        JointCutout.Apply(map, Patches(g, "square_joints_xy"), Choice(g["choice_own"]));
        Close.Absolute(g["square_cutout_output"], map.Apply(image), 1e-6, "square_cutout_output");
    }

    [Fact]
    public void Feature_masking()
    {
        using var scope = NewDisposeScope();
        var g = GoldenTensors.Open("sspcm_masking.safetensors");
        Close.Absolute(g["feature_masked"], FeatureMask.Apply(Close.ToTensor(g["feature"]), [.. g["feature_position"].Values.Select(v => (long)v)]), 0, "feature_masked");
    }

    private static Tensor CutOccluded(GoldenTensors g, Tensor image, bool transposed)
    {
        var map = new PatchMap((int)image.shape[0], (int)image.shape[3], (int)image.shape[2]);
        CutOcclude.Apply(map, Patches(g, "joints_xy"), Choice(g["choice_own"]), Choice(g["choice_other"]), g["other_image"].Ints, transposed);
        return map.Apply(image);
    }

    internal static KeypointPatches Patches(GoldenTensors g, string joints)
    {
        var (positions, jitter, size) = (g[joints], g["jitter"], g["size"]);
        var centres = new (int, int)[positions.Shape[0], positions.Shape[1]];
        var halves = new (int, int)[positions.Shape[0], positions.Shape[1]];
        for (var i = 0; i < positions.Shape[0]; i++)
        {
            for (var j = 0; j < positions.Shape[1]; j++)
            {
                int At(int axis) => (int)((float)positions[i, j, axis] + ((float)jitter[i, j, axis] * (float)KeypointPatches.Jitter));
                centres[i, j] = (At(0), At(1));
                halves[i, j] = ((int)size[i, j, 0], (int)size[i, j, 1]);
            }
        }

        return new KeypointPatches(centres, halves);
    }

    internal static int[][] Choice(GoldenTensor choice) => [.. choice.Ints.Chunk(choice.Shape[1])];

    [Fact]
    public void One_whole_step()
    {
        using var scope = NewDisposeScope();
        var g = GoldenTensors.Open("sspcm_step.safetensors");
        var salt = HashInitialisation.SaltOf(g.Metadata);
        var maps = g["unsup_ht1"].Shape.Select(s => (long)s).ToArray();
        long[] images = [maps[0], 3, maps[2] * 4, maps[3] * 4];
        var prefixes = new Dictionary<string, string> { ["teacher"] = "resnet.", ["auxiliary"] = "resnet2.", ["student"] = "final_resnet." };
        using var method = new Sspcm(new SspcmOptions { CutOccludeJoints = 0, CorrectionWarmupEpochs = 0 }, new MethodContext
        {
            CreateNetwork = role =>
            {
                var network = new PoseNetwork("resnet18", (int)maps[1]);
                HashInitialisation.Fill(network, salt, prefixes[role], "final_layer_1");
                network.train();
                return network;
            },
            TrainedChannels = [.. Enumerable.Range(0, (int)maps[1])],
            Keypoints = (int)maps[1],
            FlipIndex = [.. Enumerable.Range(0, (int)maps[1])],
            Sigma = 2,
            Width = (int)images[3],
            Height = (int)images[2],
            Seed = 1,
            Device = CPU,
        })
        {
            ViewOverride = View(g),
        };
        HashInitialisation.Fill(method.Snapshots[0].Network, salt ^ 0x5555, "resnet.", "final_layer_1");
        HashInitialisation.Fill(method.Snapshots[1].Network, salt ^ 0x5555, "resnet2.", "final_layer_1");

        var weight = HashInitialisation.Tensor("weight.step", salt, [maps[0], maps[1]], input: false).lt(0.8).to_type(ScalarType.Float32);
        Close.Absolute(g["target_weight"], weight, 0, "target_weight");
        var losses = method.Step(new StepInput(0, 1,
            new LabelledBatch(HashInitialisation.Tensor("input.sup", salt, images, input: true), HashInitialisation.Tensor("target.step", salt, maps, input: false), weight),
            new UnlabelledBatch(HashInitialisation.Tensor("input.unsup", salt, images, input: true), ones(1, maps[1]))));
        losses.Total.backward();

        double Sum(string prefix) => losses.Scalars.Where(s => s.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(s => s.Value.item<float>());
        Close.Relative(g["loss"].Values[0], losses.Total.item<float>(), 1e-4, "loss");
        Close.Relative(g["loss_pose"].Values[0], 0.5 * Sum("loss/supervised/"), 1e-4, "loss_pose");
        Close.Relative(g["loss_cons"].Values[0], Sum("loss/consistency/"), 2e-3, "loss_cons");
        foreach (var (name, network) in method.Networks)
        {
            foreach (var (key, parameter) in network.named_parameters())
            {
                var golden = "grad_norm." + prefixes[name] + key.Replace("final_layer", "final_layer_1", StringComparison.Ordinal);
                if (g.Contains(golden))
                    Close.Relative(g[golden].Values[0], parameter.grad!.to_type(ScalarType.Float64).norm().item<double>(), 0.02, golden);
            }

            var state = network.State().ToDictionary(s => s.Name, s => s.Value);
            foreach (var (golden, key) in new[] { ("bn1_mean_after.", "bn1.running_mean"), ("bn1_var_after.", "bn1.running_var") })
            {
                if (g.Contains(golden + prefixes[name].TrimEnd('.')))
                    Close.Relative(g[golden + prefixes[name].TrimEnd('.')], state[key], 1e-4, golden + name);
            }
        }

        CompareHeatmaps(g, method, HashInitialisation.Tensor("input.unsup", salt, images, input: true));
        Assert.All(method.Snapshots, s => Assert.All(s.Network.parameters(), p => Assert.True(p.grad is null)));
    }

    // The step changed no weight, and in training mode outputs do not depend on running statistics: the passes can be repeated.
    private static void CompareHeatmaps(GoldenTensors g, Sspcm method, Tensor unlabelled)
    {
        using var noGradient = no_grad();
        var teachers = method.Networks.Take(2).Concat(method.Snapshots).ToDictionary(n => n.Name, n => n.Network.call(unlabelled));
        Close.Relative(g["unsup_ht1"], teachers["teacher"], 2e-4, "unsup_ht1");
        Close.Relative(g["prev_ht1"], teachers["teacher-1"], 2e-4, "prev_ht1");
        var sure = ((HeatmapPositions.Maxima(teachers["teacher"]) + HeatmapPositions.Maxima(teachers["auxiliary"])) * 0.5).gt(0.1);
        Close.Absolute(g["score_mask"], sure.to_type(ScalarType.Float32), 0, "score_mask");

        // Two maxima differ by rounding only, so up to two keypoints may pick another pair.
        var ensemble = g["ensemble"];
        var corrected = Close.Values(PositionInconsistency.Correct([teachers["teacher"], teachers["teacher-1"]], [teachers["auxiliary"], teachers["auxiliary-1"]]).Corrected);
        var (cells, allowed) = (ensemble.Shape[2] * ensemble.Shape[3], 2e-4 * ensemble.Values.Max(Math.Abs));
        var others = Enumerable.Range(0, ensemble.Count / cells)
            .Count(m => Enumerable.Range(m * cells, cells).Any(i => Math.Abs(ensemble.Values[i] - corrected[i]) > allowed));
        Assert.True(others <= 2, $"{others} keypoints have another corrected heatmap");
    }
}
