using LeanPose.Learning.Benchmarking;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Benchmarking;

/// <summary>Operations counted by the network against the formula written out by hand, layer by layer.</summary>
public sealed class NetworkFlopsTests
{
    // One k×k convolution: products at every place of the map that it makes.
    private static long Convolution(long input, long output, long kernel, long width, long height) => input * output * kernel * kernel * width * height;

    // ResNet-18, -34 or resnet10-quarter: conv1, then layers of two 3×3 convolutions a block.
    private static long Plain(int[] blocks, long first, long width, long height)
    {
        var products = Convolution(3, first, 7, width / 2, height / 2);
        for (var layer = 0; layer < 4; layer++)
        {
            long planes = first << layer, before = layer == 0 ? first : planes / 2, w = (width / 4) >> layer, h = (height / 4) >> layer;
            products += Convolution(before, planes, 3, w, h) + (((2 * blocks[layer]) - 1) * Convolution(planes, planes, 3, w, h));
            if (layer > 0)
                products += Convolution(before, planes, 1, w, h);
        }

        return products;
    }

    // ResNet-50: 1×1 to a quarter, 3×3 (which holds the stride), 1×1 back, and a shortcut in each layer's first block.
    private static long Bottleneck(int[] blocks, long width, long height)
    {
        var products = Convolution(3, 64, 7, width / 2, height / 2);
        for (var layer = 0; layer < 4; layer++)
        {
            long planes = 64L << layer, before = layer == 0 ? 64 : planes * 2, w = (width / 4) >> layer, h = (height / 4) >> layer;
            var (wBefore, hBefore) = layer == 0 ? (w, h) : (2 * w, 2 * h);
            products += Convolution(before, planes, 1, wBefore, hBefore) + Convolution(planes, planes, 3, w, h) + Convolution(planes, 4 * planes, 1, w, h) + Convolution(before, 4 * planes, 1, w, h);
            products += (blocks[layer] - 1) * (Convolution(4 * planes, planes, 1, w, h) + Convolution(planes, planes, 3, w, h) + Convolution(planes, 4 * planes, 1, w, h));
        }

        return products;
    }

    // Three 4×4 transposed convolutions, counted at the maps they take (strides 32, 16, 8).
    private static long Deconvolutions(long input, long channels, long width, long height) =>
        Convolution(input, channels, 4, width / 32, height / 32) + Convolution(channels, channels, 4, width / 16, height / 16) + Convolution(channels, channels, 4, width / 8, height / 8);

    private static long Counted(string backbone, int keypoints, int width, int height)
    {
        using var network = new PoseNetwork(backbone, keypoints);
        return NetworkFlops.Forward(network, width, height);
    }

    [Theory]
    [InlineData("resnet18", new[] { 2, 2, 2, 2 }, 64, 512, 256)]
    [InlineData("resnet34", new[] { 3, 4, 6, 3 }, 64, 512, 256)]
    [InlineData("resnet10-quarter", new[] { 1, 1, 1, 1 }, 16, 128, 64)]
    public void Plain_networks_by_formula(string backbone, int[] blocks, int first, int last, int head)
    {
        var expected = 2 * (Plain(blocks, first, 96, 128) + Deconvolutions(last, head, 96, 128) + Convolution(head, 17, 1, 24, 32));
        Assert.Equal(expected, Counted(backbone, 17, 96, 128));
        Assert.Equal(4 * expected, Counted(backbone, 17, 192, 256));
    }

    [Fact]
    public void PoseResNet50_agrees_with_the_number_in_the_literature()
    {
        const int width = 192, height = 256;
        var deconvolutions = Deconvolutions(2048, 256, width, height);
        var products = Bottleneck([3, 4, 6, 3], width, height) + deconvolutions + Convolution(256, 17, 1, width / 4, height / 4);
        Assert.Equal(2 * products, Counted("resnet50", 17, width, height));

        // "8.9 GFLOPs" (SimpleBaseline, HRNet) are products in units of 2³⁰, with transposed convolutions counted at their
        // outputs, which are four times as large as their inputs.
        var literature = (products + (3 * deconvolutions)) / (double)(1 << 30);
        Assert.InRange(literature, 8.9, 9.0);
    }

    [Fact]
    public void Counting_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var network = new PoseNetwork("resnet10-quarter", 3);
        network.train();
        var before = network.State().Select(s => s.Value.clone()).ToList();
        Assert.Equal(NetworkFlops.Forward(network, 32, 64), NetworkFlops.Forward(network, 32, 64));
        Assert.True(network.training);
        Assert.All(before.Zip(network.State()), p => Assert.True(p.First.equal(p.Second.Value).all().item<bool>()));
    }
}
