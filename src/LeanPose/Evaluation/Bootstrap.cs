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
    public ConfidenceInterval? Interval(int units, Func<ReadOnlySpan<int>, double?> metric) => Interval(Samples(units, metric));

    /// <summary>The 95 % interval of what <see cref="Samples"/> or <see cref="MeanOverRuns"/> gave; null when nothing could be measured.</summary>
    public static ConfidenceInterval? Interval(IEnumerable<double?> samples)
    {
        var values = samples.OfType<double>().ToList();
        values.Sort();
        return values.Count == 0 ? null : new(Quantile(values, 0.025), Quantile(values, 0.975));
    }

    /// <summary>
    /// The metric in every sample, null where it could not be measured. As many units are drawn alike in every call, so the samples of two
    /// models that were measured on the same units are pairs: their differences are the paired bootstrap.
    /// </summary>
    /// <param name="units">How many pictures or persons there are.</param>
    /// <param name="metric">As for <see cref="Interval(int, Func{ReadOnlySpan{int}, double?})"/>.</param>
    public double?[] Samples(int units, Func<ReadOnlySpan<int>, double?> metric)
    {
        var values = new double?[Resamples];
        if (units == 0)
            return values;
        var weights = new int[units];
        var state = Seed;
        for (var s = 0; s < Resamples; s++)
        {
            Draw(ref state, weights);
            values[s] = metric(weights);
        }

        return values;
    }

    /// <summary>
    /// The mean over runs (of one recipe with several seeds) in every sample, in which the runs are drawn anew as the units are. As many runs
    /// are drawn alike in every call, so that two recipes with the same seeds stay pairs.
    /// </summary>
    /// <param name="runs">What <see cref="Samples"/> gave for each run.</param>
    public double?[] MeanOverRuns(IReadOnlyList<double?[]> runs)
    {
        var means = new double?[Resamples];
        if (runs.Count == 0)
            return means;
        var weights = new int[runs.Count];
        var state = ~Seed;
        for (var s = 0; s < Resamples; s++)
        {
            Draw(ref state, weights);
            double? sum = 0;
            for (var r = 0; r < runs.Count; r++)
            {
                if (weights[r] > 0)
                    sum += weights[r] * runs[r][s]; // null where one that was drawn could not be measured
            }

            means[s] = sum / runs.Count;
        }

        return means;
    }

    private static void Draw(ref ulong state, int[] weights)
    {
        Array.Clear(weights);
        for (var i = 0; i < weights.Length; i++)
            weights[(int)Math.BigMul(SplitMix(ref state), (ulong)weights.Length, out _)]++;
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
