using LeanPose.Evaluation;

namespace LeanPose.Cli.Comparison;

/// <summary>A metric over the runs of a group; fractions 0..1.</summary>
/// <param name="Mean">Over the runs.</param>
/// <param name="Deviation">Standard deviation over the runs (n − 1 in the divisor); null for one run.</param>
/// <param name="Interval">95 %, over seeds and persons drawn anew; null without predictions.</param>
/// <param name="Values">By run.</param>
internal sealed record GroupMetric(double? Mean, double? Deviation, ConfidenceInterval? Interval, IReadOnlyList<double?> Values);

/// <summary>By how much one group is ahead of another in a metric; fractions.</summary>
/// <param name="Mean">Difference of the means over the seeds that both have.</param>
/// <param name="Interval">95 %, paired: the same seeds and persons drawn anew for both; null without predictions.</param>
internal sealed record GroupDifference(double Mean, ConfidenceInterval? Interval);

/// <summary>Runs that only their seed tells apart.</summary>
/// <param name="Name">Of the recipe.</param>
/// <param name="Runs">By rising seed.</param>
internal sealed record RunGroup(string Name, IReadOnlyList<MeasuredRun> Runs)
{
    /// <summary>The metrics that are compared.</summary>
    public static IReadOnlyList<string> Metrics => ResampledMetrics.Names;

    /// <summary>How it learns.</summary>
    public string Method => Runs[0].Recipe.Method.Name;

    /// <summary>Mean minutes of training.</summary>
    public double Minutes => Runs.Average(r => r.Seconds) / 60;

    /// <summary>The seeds, rising.</summary>
    public IReadOnlyList<int> Seeds => [.. Runs.Select(r => r.Recipe.Seed)];

    /// <summary>
    /// Sorts runs into groups, which keep the order of their first runs. Of each seed only the first run counts: a copy, or the same seed once
    /// more, is no further sample of how seeds vary.
    /// </summary>
    /// <returns>The groups, and the runs that are repetitions, each with the one that counts.</returns>
    public static (IReadOnlyList<RunGroup> Groups, IReadOnlyList<(MeasuredRun Run, MeasuredRun Counted)> Repeated) Of(IEnumerable<MeasuredRun> runs)
    {
        var groups = runs.GroupBy(r => (RecipeIdentity.WithoutSeed(r.Recipe), r.Labelled, r.ValidationKey))
            .Select(g => g.GroupBy(r => r.Recipe.Seed).OrderBy(s => s.Key).Select(s => s.ToList()).ToList())
            .ToList();
        return (
            [.. groups.Select(g => new RunGroup(RecipeIdentity.BaseName(g[0][0].Recipe.Name), [.. g.Select(s => s[0])]))],
            [.. groups.SelectMany(g => g).SelectMany(s => s.Skip(1).Select(r => (r, s[0])))]);
    }

    /// <summary>Sums a metric up.</summary>
    public GroupMetric Metric(string metric, RunSamples samples)
    {
        var values = Runs.Select(r => r[metric]).ToList();
        var measured = values.OfType<double>().ToList();
        if (measured.Count == 0)
            return new(null, null, null, values);
        var mean = measured.Average();
        double? deviation = measured.Count < 2 ? null : Math.Sqrt(measured.Sum(v => (v - mean) * (v - mean)) / (measured.Count - 1));
        return new(mean, deviation, samples.Mean(Runs, metric) is { } drawn ? Bootstrap.Interval(drawn) : null, values);
    }

    /// <summary>How far this group is ahead of another one; null where they have no seed in common, were measured on other persons or labels or lack the metric.</summary>
    public GroupDifference? Ahead(RunGroup other, string metric, RunSamples samples)
    {
        var pairs = Runs.Join(other.Runs, r => r.Recipe.Seed, r => r.Recipe.Seed, (mine, theirs) => (Mine: mine, Theirs: theirs)).ToList();
        if (pairs.Count == 0 || pairs.Any(p => p.Mine.ValidationKey is null || p.Mine.ValidationKey != p.Theirs.ValidationKey || p.Mine[metric] is null || p.Theirs[metric] is null))
            return null;
        if (pairs.Any(p => samples.IsOutdated(p.Mine) != samples.IsOutdated(p.Theirs)))
            return null;
        var mean = pairs.Average(p => p.Mine[metric]!.Value - p.Theirs[metric]!.Value);
        var (ours, others) = (samples.Mean([.. pairs.Select(p => p.Mine)], metric), samples.Mean([.. pairs.Select(p => p.Theirs)], metric));
        return new(mean, ours is null || others is null ? null : Bootstrap.Interval(ours.Zip(others, (a, b) => a - b)));
    }
}
