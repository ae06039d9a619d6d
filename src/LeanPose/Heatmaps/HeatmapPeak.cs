using System.Numerics;

namespace LeanPose.Heatmaps;

/// <summary>The maximum of one heatmap.</summary>
/// <param name="X">Column of the first maximum in row-major order.</param>
/// <param name="Y">Its row.</param>
/// <param name="Value">The maximum.</param>
public readonly record struct HeatmapPeak(int X, int Y, float Value)
{
    /// <summary>
    /// Finds the first maximum in row-major order, whatever its sign. <see cref="HeatmapCodec.Decode"/> in addition sets
    /// the point to (0, 0) where the maximum is not above 0; training compares peaks without that.
    /// </summary>
    /// <param name="heatmap">One h×w map, not empty.</param>
    /// <param name="width">Its w.</param>
    public static HeatmapPeak Of(ReadOnlySpan<float> heatmap, int width)
    {
        var max = Maximum(heatmap);
        var at = FirstEqual(heatmap, max);
        return new(at % width, at / width, max);
    }

    /// <summary>The highest local maximum that is another place than the first: where else the keypoint might be.</summary>
    /// <param name="heatmap">One h×w map.</param>
    /// <param name="width">Its w.</param>
    /// <param name="first">Its maximum.</param>
    /// <param name="apart">How far from it another place begins, cells.</param>
    /// <returns>Null where no local maximum above 0 lies so far away.</returns>
    public static HeatmapPeak? SecondOf(ReadOnlySpan<float> heatmap, int width, HeatmapPeak first, double apart)
    {
        HeatmapPeak? second = null;
        for (var i = 0; i < heatmap.Length; i++)
        {
            var value = heatmap[i];
            if (!(value > (second?.Value ?? 0)))
                continue;
            int x = i % width, y = i / width, dx = x - first.X, dy = y - first.Y;
            if ((dx * dx) + (dy * dy) < apart * apart)
                continue;
            var isPeak = (x == 0 || heatmap[i - 1] <= value) && (x == width - 1 || heatmap[i + 1] <= value)
                && (i < width || heatmap[i - width] <= value) && (i + width >= heatmap.Length || heatmap[i + width] <= value);
            if (isPeak)
                second = new(x, y, value);
        }

        return second;
    }

    private static float Maximum(ReadOnlySpan<float> values)
    {
        var i = 0;
        var max = values[0];
        if (values.Length >= Vector<float>.Count)
        {
            var best = new Vector<float>(values);
            for (i = Vector<float>.Count; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
                best = Vector.Max(best, new Vector<float>(values[i..]));
            for (var lane = 0; lane < Vector<float>.Count; lane++)
                max = MathF.Max(max, best[lane]);
        }

        for (; i < values.Length; i++)
            max = MathF.Max(max, values[i]);
        return max;
    }

    private static int FirstEqual(ReadOnlySpan<float> values, float wanted)
    {
        var i = 0;
        var pattern = new Vector<float>(wanted);
        while (i <= values.Length - Vector<float>.Count && !Vector.EqualsAny(new Vector<float>(values[i..]), pattern))
            i += Vector<float>.Count;
        for (; i < values.Length; i++)
        {
            if (values[i] == wanted)
                return i;
        }

        return 0; // only a map that holds NaN gets here
    }
}
