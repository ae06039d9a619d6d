using LeanPose.Learning.Native;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Native;

/// <summary>That convolutions are right on this machine, and how that is seen to where the processor hides its cache sizes.</summary>
public sealed class CacheSizesTests
{
    [Fact]
    public void The_place_of_the_sizes_is_known_by_what_stands_there()
    {
        uint[] bytes = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 3], sizes = [49152, 1048576, 1048576, .. bytes[3..]];
        Assert.Equal([3], CacheSizes.Find([7, 1, 1, .. bytes, 9]));
        Assert.Equal([0, 22], CacheSizes.Find([.. bytes, 1, .. bytes]));
        Assert.Empty(CacheSizes.Find([1, 1, 1, .. sizes]));
        Assert.Empty(CacheSizes.Find([.. bytes[..^1], 2]));
        Assert.Empty(CacheSizes.Find([]));
    }

    [Theory]
    [InlineData(256, 1, 1, false)]
    [InlineData(256, 13, 1, false)]
    [InlineData(256, 17, 1, false)]
    [InlineData(256, 17, 1, true)]
    [InlineData(256, 133, 1, true)]
    [InlineData(3, 12, 3, false)]
    [InlineData(17, 32, 3, false)]
    [InlineData(24, 24, 3, false)]
    [InlineData(24, 48, 3, true)]
    [InlineData(1024, 256, 1, false)]
    [InlineData(1024, 512, 1, true)]
    public void In_bf16_a_convolution_gives_the_numbers_and_gradients_of_float32_whatever_the_memory_held(int input, int output, int kernel, bool channelsLast)
    {
        Assert.SkipUnless(NativeSwitches.CanAutocast, "The native runtime has no autocast.");
        using var scope = NewDisposeScope();
        manual_seed(input + output);
        using var layer = nn.Conv2d(input, output, kernel, padding: kernel / 2);
        using (no_grad())
        {
            layer.weight.copy_(Rounded(layer.weight));
            layer.bias!.copy_(Rounded(layer.bias));
        }

        Tensor features = Rounded(randn(4, input, 16, 12)), gradient = Rounded(randn(4, output, 16, 12));
        if (channelsLast)
            features = features.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var exact = Pass(layer, features, gradient, lower: false);
        foreach (var left in new[] { float.NaN, 0f, 1000f })
        {
            DirtyMemory.Leave(left);
            var found = Pass(layer, features, gradient, lower: true);
            Assert.All(exact.Zip(found), pair => Assert.InRange(((pair.Second.Value - pair.First.Value).norm() / pair.First.Value.norm()).item<float>(), 0, 0.005f));
        }

        static Tensor Rounded(Tensor values) => values.to_type(ScalarType.BFloat16).to_type(ScalarType.Float32);
    }

    private static (string Name, Tensor Value)[] Pass(Conv2d layer, Tensor features, Tensor gradient, bool lower)
    {
        features = features.detach().requires_grad_();
        layer.zero_grad();
        Tensor maps;
        using (lower ? NativeSwitches.Autocast(DeviceType.CPU, ScalarType.BFloat16) : null)
            maps = layer.call(features).to_type(ScalarType.Float32);
        maps.backward([gradient]);
        return [("maps", maps.detach()), ("features", features.grad!), ("weight", layer.weight.grad!.clone()), ("bias", layer.bias!.grad!.clone())];
    }
}
