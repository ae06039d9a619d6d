using LeanPose.Learning.Backbones;
using LeanPose.Learning.Losses;
using LeanPose.Learning.Native;
using LeanPose.Learning.Tests.Export;
using LeanPose.Learning.Weights;
using LeanPose.Testing;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Backbones;

/// <summary>One walk over all backbones that are registered: invariant 25 of the specification.</summary>
public sealed class BackboneCatalogTests
{
    private static readonly Dictionary<string, long> Published = new()
    {
        ["resnet18"] = 15_378_520,
        ["resnet50"] = 34_001_496,
        ["resnet101"] = 52_993_624,
        ["resnet152"] = 68_637_272,
        ["hrnet-w32"] = 28_536_344,
        ["hrnet-w48"] = 63_596_088,
        ["mobilenet-v2"] = 9_571_608, // 2 223 872 of torchvision's, the rest is the head
    };

    public static TheoryData<string> Small => [.. BackboneCatalog.Names.Except(["resnet50", "resnet101", "resnet152", "hrnet-w48"])];

    public static TheoryData<string> Names => [.. BackboneCatalog.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Shape_size_gradients_and_file(string backbone)
    {
        using var scope = NewDisposeScope();
        using var network = new PoseNetwork(backbone, 24);
        if (Published.TryGetValue(backbone, out var count))
            Assert.Equal(count, network.parameters().Sum(p => p.numel()));

        // Output at stride 4, also where width and height differ.
        network.train();
        var output = network.call(rand(2, 3, 64, 32));
        Assert.Equal([2, 24, 16, 8], output.shape);
        HeatmapLoss.Compute(output, rand(2, 24, 16, 8), ones(2, 24)).backward();
        Assert.All(network.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.isfinite().all().item<bool>() && g.ne(0).any().item<bool>(), p.name));

        using var folder = new TempFolder();
        SafeTensors.Write(folder["weights"], network.State(), new Dictionary<string, string>());
        using var again = new PoseNetwork(backbone, 24);
        Assert.True(WeightLoader.Load(again, folder["weights"]).IsExact);
        using var noGradient = no_grad();
        network.eval();
        again.eval();
        var input = rand(1, 3, 32, 32);
        Assert.True(again.call(input).equal(network.call(input)).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Gradients_in_bf16_do_not_depend_on_what_the_memory_held_before(string backbone)
    {
        Assert.SkipUnless(NativeSwitches.CanAutocast, "The native runtime has no autocast.");
        using var scope = NewDisposeScope();
        using var network = new PoseNetwork(backbone, 17);
        Tensor images = rand(2, 3, 64, 64), target = rand(2, 17, 16, 16), weight = ones(2, 17);
        Tensor[] clean = Gradients(0), dirty = Gradients(float.NaN);
        Assert.All(network.named_parameters().Zip(clean.Zip(dirty)), p => Assert.True(p.Second.First.equal(p.Second.Second).all().item<bool>(), p.First.name));

        Tensor[] Gradients(float left)
        {
            network.zero_grad();
            Tensor loss;
            DirtyMemory.Leave(left);
            using (NativeSwitches.Autocast(DeviceType.CPU, ScalarType.BFloat16))
                loss = HeatmapLoss.Compute(network.call(images), target, weight);
            DirtyMemory.Leave(left);
            loss.backward();
            return [.. network.parameters().Select(p => p.grad!.clone())];
        }
    }

    [Fact]
    public void The_published_networks_are_all_there() => Assert.All(Published.Keys, name => Assert.True(BackboneCatalog.Contains(name)));

    // Millions of parameters with 17 keypoints, from the published table of RTMPose's backbones with this head (6.03 and 8.58; the
    // smaller one comes to 6.0246 here).
    [Theory]
    [InlineData("cspnext-tiny", 6.03)]
    [InlineData("cspnext-s", 8.58)]
    public void Sizes_are_those_of_the_papers(string backbone, double millions)
    {
        using var network = new PoseNetwork(backbone, 17);
        Assert.Equal(millions, network.parameters().Sum(p => p.numel()) / 1e6, 0.006);
    }

    [Fact]
    public void CSPNeXt_s_has_as_many_tensors_as_the_published_file()
    {
        using var backbone = BackboneCatalog.Create("cspnext-s");
        Assert.Equal(242, backbone.named_parameters().Count() + backbone.named_buffers().Count());
    }

    [Fact]
    public void The_transformer_is_DeiT_S()
    {
        using var backbone = BackboneCatalog.Create("vit-small");
        Assert.Equal(22_050_664 - 385_000, backbone.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Maps_have_the_strides_and_channels_that_are_promised(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var backbone = BackboneCatalog.Create(name);
        backbone.eval();
        var maps = backbone.call(rand(1, 3, 64, 96));
        Assert.Equal(backbone.Strides.Zip(backbone.Channels, (s, c) => new long[] { 1, c, 64 / s, 96 / s }), maps.Select(m => m.shape));
        Assert.InRange(backbone.HeadMap, 0, maps.Length - 1);
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Mixed_precision_keeps_weights_and_statistics_in_float32(string name)
    {
        Assert.SkipUnless(NativeRuntime.Inspect().CanAutocast, "this libtorch has no autocast");
        using var scope = NewDisposeScope();
        using var network = OnnxModel.Network(name, 3);
        network.train();
        var input = rand(2, 3, 64, 64);
        Tensor output;
        using (NativeSwitches.Autocast(DeviceType.CPU, ScalarType.BFloat16))
            output = network.call(input);
        Assert.Equal(ScalarType.BFloat16, output.dtype);
        output.to_type(ScalarType.Float32).square().mean().backward();
        Assert.All(network.State().Where(s => s.Value.is_floating_point()), s => Assert.Equal(ScalarType.Float32, s.Value.dtype));
        Assert.All(network.named_parameters(), p => Assert.True(p.parameter.grad is { dtype: ScalarType.Float32 } g && g.isfinite().all().item<bool>(), p.name));
    }

    [Fact]
    public void A_backbone_with_parameters_of_its_own_may_be_moved()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new PoseNetwork("vit-small", 3);
        network.eval();
        var input = rand(1, 3, 64, 32);
        var before = network.call(input);
        network.to(ScalarType.Float64);
        var after = network.call(input.to_type(ScalarType.Float64));
        Assert.Equal(ScalarType.Float64, after.dtype);
        Assert.True(after.allclose(before.to_type(ScalarType.Float64), rtol: 1e-3, atol: 1e-6));
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        Assert.False(BackboneCatalog.Contains("resnet19"));
        Assert.StartsWith("There is no backbone 'resnet19'. There are: resnet18, ", Assert.Throws<ArgumentException>(() => BackboneCatalog.Create("resnet19")).Message);
    }
}
