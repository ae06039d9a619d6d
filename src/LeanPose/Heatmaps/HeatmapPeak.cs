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
