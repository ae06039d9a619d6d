using LeanPose.Learning.Native;
using static TorchSharp.torch;

namespace LeanPose.Learning.Benchmarking;

/// <summary>How fast this machine computes one convolution.</summary>
/// <param name="Bf16">In bf16, else in float32.</param>
/// <param name="Channels">Channels in and out.</param>
/// <param name="Size">Width and height of the map.</param>
/// <param name="Batch">Pictures.</param>
/// <param name="GflopPerSecond">10⁹ operations a second, by the fastest run: a peak is what is possible.</param>
/// <param name="Time">Time of a run.</param>
public sealed record ConvolutionRate(bool Bf16, int Channels, int Size, int Batch, double GflopPerSecond, Timings Time)
{
    private const int Pictures = 16;

    /// <summary>3×3 convolutions as residual networks have them: channels and size of the map.</summary>
    public static IReadOnlyList<(int Channels, int Size)> Shapes { get; } = [(64, 56), (128, 28), (128, 56), (256, 28), (256, 14)];

    /// <summary>Measures a 3×3 convolution of stride 1, 16 pictures, channels-last.</summary>
    /// <param name="bf16">In bf16, else in float32.</param>
    /// <param name="channels">Channels in and out.</param>
    /// <param name="size">Width and height of the map.</param>
    /// <param name="seconds">No further run is begun after this time.</param>
    /// <param name="stop">Stops between runs.</param>
    public static ConvolutionRate Measure(bool bf16, int channels, int size, double seconds, CancellationToken stop)
    {
        using var pause = FinalizerPause.Begin();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var type = bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var images = randn(Pictures, size, size, channels).to_type(type).permute(0, 3, 1, 2);
        var weights = randn(channels, 3, 3, channels).to_type(type).permute(0, 3, 1, 2);
        Run();
        var fastest = double.MaxValue;
        var time = Timings.Measure(
            () =>
            {
                var start = System.Diagnostics.Stopwatch.GetTimestamp();
                Run();
                fastest = Math.Min(fastest, System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds);
            },
            seconds, 2, stop);
        var flops = 2.0 * 9 * channels * channels * size * size * Pictures;
        return new ConvolutionRate(bf16, channels, size, Pictures, flops / 1e9 / fastest, time);

        void Run() => nn.functional.conv2d(images, weights, padding: [1, 1]).Dispose();
    }
}
