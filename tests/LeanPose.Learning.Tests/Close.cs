using LeanPose.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests;

/// <summary>Comparisons with stated tolerances.</summary>
internal static class Close
{
    public static float[] Values(Tensor t)
    {
        using var plain = t.detach().to_type(ScalarType.Float32).cpu().contiguous();
        return plain.data<float>().ToArray();
    }

    /// <summary>Largest difference at most <paramref name="tolerance"/> times the largest expected absolute value.</summary>
    public static void Relative(GoldenTensor expected, Tensor actual, double tolerance, string what)
    {
        var values = Values(actual);
        Assert.Equal(expected.Count, values.Length);
        var scale = expected.Values.Max(Math.Abs);
        var worst = expected.Values.Zip(values, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= tolerance * scale, $"{what}: largest difference {worst:g4}, allowed {tolerance * scale:g4}");
    }

    public static void Absolute(GoldenTensor expected, Tensor actual, double tolerance, string what)
    {
        var values = Values(actual);
        Assert.Equal(expected.Count, values.Length);
        var worst = expected.Values.Zip(values, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= tolerance, $"{what}: largest difference {worst:g4}, allowed {tolerance:g4}");
    }

    public static void Relative(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Abs(expected), $"{what}: {actual:g9}, expected {expected:g9} within {tolerance:g2} of it");

    public static Tensor ToTensor(GoldenTensor golden) => tensor(golden.Floats, golden.Shape.Select(s => (long)s).ToArray());
}
