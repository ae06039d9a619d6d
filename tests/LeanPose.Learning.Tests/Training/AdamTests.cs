using LeanPose.Learning.Training;
using LeanPose.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Training;

public class AdamTests
{
    private const double Rate = 1e-3;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void It_moves_as_the_paper_says(int threads)
    {
        using var scope = NewDisposeScope();
        using var network = new PoseNetwork("resnet10-quarter", 3);
        using var flat = new FlatParameters(network);
        using var adam = new Adam(flat);
        var values = flat.Values.data<float>().Select(v => (double)v).ToArray();
        double[] first = new double[values.Length], second = new double[values.Length];
        for (var step = 1; step <= 3; step++)
        {
            var gradients = Gradients(values.Length, step);
            flat.Gradients.copy_(tensor(gradients));
            WithThreads(threads, () => adam.Step(step, Rate));
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
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var alone = After((adam, step) => WithThreads(1, () => adam.Step(step, Rate)));
        Assert.Equal(alone, After((adam, step) => WithThreads(2, () => adam.Step(step, Rate))));
        Assert.Equal(alone, After((adam, step) => WithThreads(7, () => adam.Step(step, Rate))));
    }

    /// <summary>What other devices compute, here on the CPU.</summary>
    [Fact]
    public void Long_kernels_and_one_pass_over_memory_agree()
    {
        var memory = After((adam, step) => adam.Step(step, Rate));
        var kernels = After((adam, step) => adam.StepOnDevice(Rate / (1 - Math.Pow(0.9, step)), Math.Sqrt(1 - Math.Pow(0.999, step))));
        Assert.Equal(kernels.Length, memory.Length);
        for (var i = 0; i < memory.Length; i++)
            Assert.InRange(memory[i] - kernels[i], -4e-7 * Math.Max(1, Math.Abs(kernels[i])), 4e-7 * Math.Max(1, Math.Abs(kernels[i])));
    }

    private static float[] After(Action<Adam, int> move)
    {
        using var scope = NewDisposeScope();
        using var network = new PoseNetwork("resnet10-quarter", 3);
        using var flat = new FlatParameters(network);
        using var adam = new Adam(flat);
        flat.Values.copy_(tensor(Gradients(flat.Values.numel(), 0)));
        for (var step = 1; step <= 3; step++)
        {
            flat.Gradients.copy_(tensor(Gradients(flat.Gradients.numel(), step)));
            move(adam, step);
        }

        return flat.Values.data<float>().ToArray();
    }

    private static void WithThreads(int threads, Action action)
    {
        var before = get_num_threads();
        set_num_threads(threads);
        try
        {
            action();
        }
        finally
        {
            set_num_threads(before);
        }
    }

    private static float[] Gradients(long count, int step)
    {
        var random = KeyedRandom.For(7, "gradients", step);
        return [.. Enumerable.Range(0, (int)count).Select(_ => (float)random.NextNormal())];
    }
}
