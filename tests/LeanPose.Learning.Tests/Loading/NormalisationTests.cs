using LeanPose.Learning.Loading;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Loading;

public sealed class NormalisationTests
{
    [Fact]
    public void Bytes_become_normalised_planes()
    {
        using var scope = NewDisposeScope();
        var bytes = Enumerable.Range(0, 2 * 3 * 4 * 3).Select(i => (byte)(i * 7 % 256)).ToArray();
        var input = Normalisation.ToInput(bytes, 2, 3, 4, CPU);
        Assert.Equal([2, 3, 3, 4], input.shape);
        for (var i = 0; i < bytes.Length; i++)
        {
            int c = i % 3, x = i / 3 % 4, y = i / 12 % 3, b = i / 36;
            Assert.Equal(((bytes[i] / 255.0) - Normalisation.Mean[c]) / Normalisation.Deviation[c], input[b, c, y, x].item<float>(), 1e-5);
        }
    }
}
