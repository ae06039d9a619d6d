using LeanPose.Learning.Native;
using LeanPose.Learning.Training;
using LeanPose.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Training;

public class AdamTests
{
    private const double Rate = 1e-3;

    /// <summary>Small parts are the way on the CPU, one part for all is the way on other devices.</summary>
    [Theory]
    [InlineData(1000)]
    [InlineData(1 << 16)]
    [InlineData(long.MaxValue)]
    public void Every_size_of_parts_moves_as_the_paper_says(long part)
    {
        using var pause = FinalizerPause.Begin();
        using var scope = NewDisposeScope();
        using var network = new PoseNetwork("resnet10-quarter", 3);
        using var flat = new FlatParameters(network);
        using var adam = new Adam(flat, part);
        var values = flat.Values.data<float>().Select(v => (double)v).ToArray();
        double[] first = new double[values.Length], second = new double[values.Length];
        for (var step = 1; step <= 3; step++)
        {
            var gradients = Gradients(values.Length, step);
            flat.Gradients.copy_(tensor(gradients));
            adam.Step(step, Rate);
            for (var i = 0; i < values.Length; i++)
            {
                first[i] = (0.9 * first[i]) + (0.1 * gradients[i]);
                second[i] = (0.999 * second[i]) + (0.001 * gradients[i] * gradients[i]);
                var (m, v) = (first[i] / (1 - Math.Pow(0.9, step)), second[i] / (1 - Math.Pow(0.999, step)));
                values[i] -= Rate * m / (Math.Sqrt(v) + 1e-8);
            }

            Assert.Equal(0f, flat.Gradients.abs().max().item<float>());
        }

        var moved = flat.Values.data<float>().ToArray();
        // Weights of batch norm are near 1, where neighbouring floats are 1.2e-7 apart.
        for (var i = 0; i < values.Length; i++)
            Assert.InRange(moved[i] - values[i], -4e-7 * Math.Max(1, Math.Abs(values[i])), 4e-7 * Math.Max(1, Math.Abs(values[i])));
    }

    [Fact]
    public void Parts_of_any_size_give_the_same_bits()
    {
        using var pause = FinalizerPause.Begin();
        Assert.Equal(After(1 << 16), After(long.MaxValue));

        static float[] After(long part)
        {
            using var scope = NewDisposeScope();
            manual_seed(1);
            using var network = new PoseNetwork("resnet10-quarter", 3);
            using var flat = new FlatParameters(network);
            using var adam = new Adam(flat, part);
            for (var step = 1; step <= 3; step++)
            {
                flat.Gradients.copy_(tensor(Gradients(flat.Gradients.numel(), step)));
                adam.Step(step, Rate);
            }

            return flat.Values.data<float>().ToArray();
        }
    }

    private static float[] Gradients(long count, int step)
    {
        var random = KeyedRandom.For(7, "gradients", step);
        return [.. Enumerable.Range(0, (int)count).Select(_ => (float)random.NextNormal())];
    }
}
