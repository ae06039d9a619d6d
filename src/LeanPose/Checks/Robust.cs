namespace LeanPose.Checks;

/// <summary>Middle and spread that a few wild values do not move.</summary>
/// <param name="Median">The middle value.</param>
/// <param name="Deviation">1.4826 times the median absolute deviation: a normal distribution's standard deviation.</param>
internal readonly record struct Robust(double Median, double Deviation)
{
    public static Robust Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
            return new(double.NaN, double.NaN);
        var median = Middle(sorted);
        var off = Array.ConvertAll(sorted, v => Math.Abs(v - median));
        Array.Sort(off);
        return new(median, 1.4826 * Middle(off));
    }

    private static double Middle(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
