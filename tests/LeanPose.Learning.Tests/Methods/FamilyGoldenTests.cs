using System.Text.Json;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Methods.PoseCons;
using LeanPose.Learning.Methods.PoseDual;
using LeanPose.Learning.Views;
using LeanPose.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Methods;

/// <summary>Whole steps of the predecessors on recorded heatmaps, which stand in for what the networks would have seen.</summary>
[Trait("Category", "Golden")]
public sealed class FamilyGoldenTests
{
    [Theory]
    [InlineData("posecons", "none", 1)]
    [InlineData("posecons", "jc", 1)]
    [InlineData("posedual", "none", 1)]
    [InlineData("posedual", "jc", 1)]
    [InlineData("posecons", "jc jo joco jccm", 4)]
    [InlineData("posedual", "jc jo joco jccm", 4)]
    public void A_step_on_recorded_heatmaps(string method, string views, int times)
    {
        using var scope = NewDisposeScope();
        var g = GoldenTensors.Open("sspcm.safetensors");
        using var json = JsonDocument.Parse(File.ReadAllText(TestMaterial.Golden("sspcm_expected.json")));
        var expected = json.RootElement.GetProperty(method);
        Tensor T(string name) => Close.ToTensor(g[name]);
        var (image, view) = (T("unsup_image"), new HardView([.. g["theta"].Values.Chunk(6)], CPU));
        var leaves = new Dictionary<string, Tensor>();
        Tensor Leaf(string name) => leaves[name] = T(name).requires_grad_(true);

        var roles = new Dictionary<string, int> { ["student"] = 1, ["auxiliary"] = 2 };
        var context = new MethodContext
        {
            CreateNetwork = role =>
            {
                // The order of a step: labelled, easy, hard.
                var network = new PoseNetwork("resnet10-quarter", g["sup1"].Shape[1]);
                var n = roles[role];
                var passes = new Queue<Tensor>([Leaf($"sup{n}"), T($"teacher{n}"), .. Enumerable.Repeat(Leaf($"cons{n}"), times)]);
                network.register_forward_hook((_, _, _) => passes.Dequeue());
                return network;
            },
            TrainedChannels = [.. Enumerable.Range(0, g["sup1"].Shape[1])],
            Keypoints = g["sup1"].Shape[1],
            FlipIndex = [.. Enumerable.Range(0, g["sup1"].Shape[1])],
            Sigma = 2,
            Width = (int)image.shape[3],
            Height = (int)image.shape[2],
            Seed = 1,
            Device = CPU,
        };
        using IMethod trained = method == "posecons"
            ? new PoseCons(new PoseConsOptions { Views = [.. views.Split(' ')] }, context) { ViewOverride = view }
            : new PoseDual(new PoseDualOptions { Views = [.. views.Split(' ')] }, context) { ViewOverride = view };

        var losses = trained.Step(new(0, 0, new(image, T("target"), T("target_weight").squeeze(2)), new(image, T("unsup_weight").squeeze(2))));
        losses.Total.backward();
        double Sum(string part) => losses.Scalars.Where(s => s.Name.StartsWith($"loss/{part}/", StringComparison.Ordinal)).Sum(s => s.Value.item<float>());
        var (pose, consistency) = (expected.GetProperty("loss_pose").GetDouble(), times * expected.GetProperty("loss_cons").GetDouble());
        Close.Relative(pose, Sum("supervised") * (method == "posecons" ? 1 : 0.5), 1e-5, "loss_pose");
        Close.Relative(consistency, Sum("consistency"), 1e-5, "loss_cons");
        Close.Relative(pose + consistency, losses.Total.item<float>(), 1e-5, "loss");
        Assert.All(leaves, l => Assert.True(l.Value.grad!.ne(0).any().item<bool>(), l.Key));
        foreach (var (name, leaf) in leaves)
        {
            if (expected.TryGetProperty("grad_norm_" + name, out var norm))
                Close.Relative(times * norm.GetDouble(), leaf.grad!.norm().item<float>(), 1e-5, name);
        }
    }

    [Fact]
    public void Joint_cutout_as_published_with_swapped_bounds()
    {
        using var scope = NewDisposeScope();
        var g = GoldenTensors.Open("sspcm_masking.safetensors");
        var image = Close.ToTensor(g["image"]);
        var map = new PatchMap((int)image.shape[0], (int)image.shape[3], (int)image.shape[2]);
        JointCutout.Apply(map, SspcmGoldenTests.Patches(g, "joints_xy"), SspcmGoldenTests.Choice(g["choice_own"]), swappedBounds: true);
        Close.Absolute(g["cutout_output"], map.Apply(image), 1e-6, "cutout_output");
    }
}
