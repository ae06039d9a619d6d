namespace LeanPose.Evaluation;

/// <summary>A range that holds the true value in 95 % of repetitions.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct ConfidenceInterval(double Low, double High);

/// <summary>
/// How far a metric would vary had other pictures or persons been drawn: percentile bootstrap (Efron, 1979). The same
/// seed gives the same interval.
/// </summary>
/// <param name="Seed">Of the draws.</param>
/// <param name="Resamples">How many samples are drawn; 1000 is usual.</param>
public sealed record Bootstrap(ulong Seed = 0, int Resamples = 1000)
{
    /// <summary>The 95 % interval of a metric; null when no sample could be measured.</summary>
    /// <param name="units">How many pictures or persons there are.</param>
    /// <param name="metric">
    /// The metric when every unit counts as often as its weight says: <see cref="OksMatches.AveragePrecision"/> over pictures,
    /// <see cref="PckReport.Weighted"/> over persons.
    /// </param>
    public ConfidenceInterval? Interval(int units, Func<ReadOnlySpan<int>, double?> metric)
    {
        if (units == 0)
            return null;
        var weights = new int[units];
        var values = new List<double>(Resamples);
        var state = Seed;
        for (var s = 0; s < Resamples; s++)
        {
            Array.Clear(weights);
            for (var i = 0; i < units; i++)
                weights[(int)Math.BigMul(SplitMix(ref state), (ulong)units, out _)]++;
            if (metric(weights) is { } value)
                values.Add(value);
        }

        values.Sort();
        return values.Count == 0 ? null : new(Quantile(values, 0.025), Quantile(values, 0.975));
    }

    private static double Quantile(List<double> sorted, double share)
    {
        var at = share * (sorted.Count - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>SplitMix64 (Steele et al., 2014): its numbers are the same on every machine and .NET version.</summary>
    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
