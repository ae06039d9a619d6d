using LeanPose.Learning.Backbones;
using LeanPose.Learning.Losses;
using LeanPose.Learning.Weights;
using LeanPose.Testing;
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
    };

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

    [Fact]
    public void The_published_networks_are_all_there() => Assert.All(Published.Keys, name => Assert.True(BackboneCatalog.Contains(name)));

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        Assert.False(BackboneCatalog.Contains("resnet19"));
        Assert.StartsWith("There is no backbone 'resnet19'. There are: resnet18, ", Assert.Throws<ArgumentException>(() => BackboneCatalog.Create("resnet19")).Message);
    }
}
