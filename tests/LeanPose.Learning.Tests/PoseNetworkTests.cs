using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests;

public sealed class PoseNetworkTests
{
    [Fact]
    public void The_head_starts_as_the_paper_says()
    {
        using var network = new PoseNetwork("resnet18", 24);
        var state = network.State().ToDictionary(s => s.Name, s => s.Value);
        foreach (var name in new[] { "deconv_layers.0.weight", "deconv_layers.3.weight", "deconv_layers.6.weight", "final_layer.weight" })
        {
            using var scope = NewDisposeScope();
            var values = Close.Values(state[name]);
            Assert.Equal(0.001, Math.Sqrt(values.Average(v => v * v)), 5e-5);
            Assert.Equal(0, values.Average(), 1e-4);
        }

        Assert.All(Close.Values(state["final_layer.bias"]), v => Assert.Equal(0, v));
        Assert.All(Close.Values(state["deconv_layers.1.weight"]), v => Assert.Equal(1, v));
        Assert.All(Close.Values(state["deconv_layers.1.bias"]), v => Assert.Equal(0, v));
        Assert.Equal([256, 24, 1, 1], new[] { 256L }.Concat(state["final_layer.weight"].shape.Where((_, i) => i != 1)));
    }

    [Theory]
    [InlineData(3, 64, 64)]
    [InlineData(1, 1, 64, 64)]
    [InlineData(1, 3, 64, 60)]
    [InlineData(1, 3, 33, 64)]
    [InlineData(0, 3, 64, 64)]
    public void Inputs_that_do_not_fit_are_refused_before_libtorch_sees_them(params int[] shape)
    {
        using var scope = NewDisposeScope();
        using var network = new PoseNetwork("resnet10-quarter", 2);
        var problem = Assert.Throws<ArgumentException>(() => network.call(zeros(shape.Select(s => (long)s).ToArray())));
        Assert.Equal($"A pose network takes B×3×H×W with B above 0 and H and W multiples of 32; it was given {string.Join('×', shape)}.", problem.Message);
    }

    [Fact]
    public void Values_are_copied_not_shared_and_only_between_equals()
    {
        using var scope = NewDisposeScope();
        using PoseNetwork a = new("resnet10-quarter", 2), b = new("resnet10-quarter", 2), c = new("resnet10-quarter", 3);
        b.CopyFrom(a);
        Assert.All(a.State().Zip(b.State()), p => Assert.True(p.First.Value.equal(p.Second.Value).all().item<bool>()));
        using (no_grad())
            a.State().First().Value.add_(1);
        Assert.False(a.State().First().Value.equal(b.State().First().Value).all().item<bool>());
        Assert.Equal("A resnet10-quarter with 3 keypoints cannot take the values of a resnet10-quarter with 2.", Assert.Throws<ArgumentException>(() => c.CopyFrom(a)).Message);
    }
}
