using System.Buffers;
using System.Numerics;

namespace LeanPose.Heatmaps;

/// <summary>DARK's sub-cell refinement: smooth, take the logarithm, one Newton step (Zhang et al., CVPR 2020).</summary>
internal static class DarkRefinement
{
    /// <summary>Below the logarithm.</summary>
    public const float Floor = 1e-10f;

    private const int Radius = 5;

    private static readonly float[] s_taps = MakeTaps(sigma: 2);

    /// <summary>The 11 taps of the blur.</summary>
    public static ReadOnlySpan<float> Taps => s_taps;

    /// <summary>The offset from the peak in cells; (0, 0) where the step is not defined (border, flat or singular).</summary>
    public static (double X, double Y) Offset(ReadOnlySpan<float> map, int width, int height, HeatmapPeak peak)
    {
        int px = peak.X, py = peak.Y;
        if (px <= 1 || px >= width - 2 || py <= 1 || py >= height - 2)
            return default;

        var smooth = ArrayPool<float>.Shared.Rent(width * height);
        try
        {
            var s = smooth.AsSpan(0, width * height);
            Blur(map, width, height, s);
            // Smoothing lowers the peak; the old height is restored because of the floor under the logarithm.
            var gain = peak.Value / HeatmapPeak.Of(s, width).Value;
            return NewtonStep(s, width, px, py, gain);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(smooth);
        }
    }

    private static (double X, double Y) NewtonStep(ReadOnlySpan<float> smooth, int width, int px, int py, float gain)
    {
        Span<double> log = stackalloc double[25];
        for (var y = -2; y <= 2; y++)
        {
            for (var x = -2; x <= 2; x++)
                log[((y + 2) * 5) + x + 2] = Math.Log(Math.Max(smooth[((py + y) * width) + px + x] * gain, Floor));
        }

        // Index 12 is the peak; ±1 is a column, ±5 a row. Second derivatives are taken over two cells, as published.
        var dx = 0.5 * (log[13] - log[11]);
        var dy = 0.5 * (log[17] - log[7]);
        var dxx = 0.25 * (log[14] - (2 * log[12]) + log[10]);
        var dyy = 0.25 * (log[22] - (2 * log[12]) + log[2]);
        var dxy = 0.25 * (log[18] - log[8] - log[16] + log[6]);
        var det = (dxx * dyy) - (dxy * dxy);
        return det == 0 ? default : (((dxy * dy) - (dyy * dx)) / det, ((dxy * dx) - (dxx * dy)) / det);
    }

    /// <summary>Separable Gaussian blur with 11 taps, zeros outside.</summary>
    private static void Blur(ReadOnlySpan<float> map, int width, int height, Span<float> result)
    {
        var rows = ArrayPool<float>.Shared.Rent(width * height);
        var wide = rows.AsSpan(0, width * height);
        wide.Clear();
        result.Clear();
        for (var t = -Radius; t <= Radius; t++)
        {
            var tap = s_taps[t + Radius];
            int from = Math.Max(0, t), to = Math.Min(width, width + t);
            for (var y = 0; y < height && to > from; y++)
                AddScaled(wide.Slice((y * width) + from - t, to - from), map.Slice((y * width) + from, to - from), tap);
        }

        for (var t = -Radius; t <= Radius; t++)
        {
            int from = Math.Max(0, t), to = Math.Min(height, height + t);
            if (to > from)
                AddScaled(result[((from - t) * width)..((to - t) * width)], wide[(from * width)..(to * width)], s_taps[t + Radius]);
        }

        ArrayPool<float>.Shared.Return(rows);
    }

    private static void AddScaled(Span<float> target, ReadOnlySpan<float> source, float factor)
    {
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + (new Vector<float>(source[i..]) * factor)).CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] += source[i] * factor;
    }

    private static float[] MakeTaps(double sigma)
    {
        var taps = Enumerable.Range(-Radius, (2 * Radius) + 1).Select(t => Math.Exp(-t * t / (2 * sigma * sigma))).ToArray();
        return [.. taps.Select(t => (float)(t / taps.Sum()))];
    }
}
