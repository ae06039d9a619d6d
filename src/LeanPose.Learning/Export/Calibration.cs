using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary>How numbers become bytes: round(x / scale) + zero, limited to 0 and 255.</summary>
/// <param name="Scale">One step, above 0.</param>
/// <param name="Zero">The byte of 0.</param>
internal readonly record struct ActivationRange(float Scale, byte Zero)
{
    /// <summary>The range from <paramref name="low"/> (0 or below) to <paramref name="high"/> (0 or above).</summary>
    public static ActivationRange Of(double low, double high)
    {
        var scale = Math.Max((high - low) / 255, 1e-12);
        return new((float)scale, (byte)Math.Clamp(Math.Round(-low / scale), 0, 255));
    }
}

/// <summary>
/// Measures ranges of activations on crops: least and largest value first, then a histogram between them, of which so much of the
/// ends is cut off that the mean squared error of rounding and cutting is least. Nothing is random.
/// </summary>
internal static class Calibration
{
    private const int Bins = 2048;

    /// <summary>Runs a model over crops, one at a time, and measures all its outputs.</summary>
    /// <param name="model">Gives out what is to be measured, under its own name.</param>
    /// <param name="pixels">The crops' bytes, one after the other.</param>
    /// <param name="shape">Shape of one crop as the model takes it.</param>
    public static IReadOnlyDictionary<string, ActivationRange> Measure(byte[] model, byte[] pixels, long[] shape)
    {
        using var options = new SessionOptions { IntraOpNumThreads = get_num_threads() };
        using var session = new InferenceSession(model, options);
        var names = session.OutputNames;
        var ends = new (float Low, float High)[names.Count];
        Run(session, pixels, shape, (n, values) =>
        {
            foreach (var v in values)
                ends[n] = (Math.Min(ends[n].Low, v), Math.Max(ends[n].High, v)); // from 0, which every range holds
        });

        var counts = ends.Select(_ => new long[Bins]).ToArray();
        Run(session, pixels, shape, (n, values) =>
        {
            var (low, high) = ends[n];
            var perUnit = high > low ? Bins / (high - low) : 0;
            foreach (var v in values)
                counts[n][(int)Math.Clamp((v - low) * perUnit, 0, Bins - 1)]++;
        });
        return names.Select((name, n) => (name, Range: Best(counts[n], ends[n].Low, ends[n].High))).ToDictionary(r => r.name, r => r.Range);
    }

    /// <summary>The range of least mean squared error for values between two ends, counted in equal bins.</summary>
    public static ActivationRange Best(ReadOnlySpan<long> counts, double low, double high)
    {
        var (best, least) = (1.0, double.PositiveInfinity);
        for (var percent = 100; percent >= 20; percent--)
        {
            var (from, to) = (low * percent / 100, high * percent / 100);
            var rounding = Math.Pow((to - from) / 255, 2) / 12;
            var error = 0.0;
            for (var b = 0; b < counts.Length; b++)
            {
                var value = low + ((b + 0.5) * (high - low) / counts.Length);
                var beyond = Math.Max(0, Math.Max(from - value, value - to));
                error += counts[b] * (beyond > 0 ? beyond * beyond : rounding);
            }

            if (error < least)
                (best, least) = (percent / 100.0, error);
        }

        return ActivationRange.Of(low * best, high * best);
    }

    private delegate void Look(int output, ReadOnlySpan<float> values);

    private static void Run(InferenceSession session, byte[] pixels, long[] shape, Look look)
    {
        var size = (int)shape.Aggregate((a, b) => a * b);
        using var run = new RunOptions();
        for (var at = 0; at < pixels.Length; at += size)
        {
            using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, pixels.AsMemory(at, size), shape);
            using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
            for (var n = 0; n < outputs.Count; n++)
                look(n, outputs[n].GetTensorDataAsSpan<float>());
        }
    }
}
