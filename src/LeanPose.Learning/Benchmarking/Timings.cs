using System.Diagnostics;

namespace LeanPose.Learning.Benchmarking;

/// <summary>How long equal pieces of work took.</summary>
/// <param name="MedianMs">Milliseconds: half of them took longer.</param>
/// <param name="LowMs">Milliseconds: a tenth of them took less.</param>
/// <param name="HighMs">Milliseconds: a tenth of them took more.</param>
/// <param name="Runs">How many were timed.</param>
public sealed record Timings(double MedianMs, double LowMs, double HighMs, int Runs)
{
    /// <summary>Sums single times up.</summary>
    /// <param name="milliseconds">One or more, in any order.</param>
    public static Timings Of(IEnumerable<double> milliseconds)
    {
        double[] sorted = [.. milliseconds.Order()];
        return new(Quantile(sorted, 0.5), Quantile(sorted, 0.1), Quantile(sorted, 0.9), sorted.Length);
    }

    /// <summary>Times a piece of work again and again.</summary>
    /// <param name="work">What is timed.</param>
    /// <param name="seconds">No further run is begun after this time.</param>
    /// <param name="atLeast">Runs that are made however long they take.</param>
    /// <param name="stop">Stops between runs.</param>
    public static Timings Measure(Action work, double seconds, int atLeast, CancellationToken stop)
    {
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        while (times.Count < atLeast || clock.Elapsed.TotalSeconds < seconds)
        {
            stop.ThrowIfCancellationRequested();
            var start = clock.Elapsed;
            work();
            times.Add((clock.Elapsed - start).TotalMilliseconds);
        }

        return Of(times);
    }

    // Linear between the two neighbours.
    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }
}
