using LeanPose.Cli.Reports;

namespace LeanPose.Cli.Comparison;

/// <summary>How groups of runs are written: as JSON (fractions) and as text (percent).</summary>
internal static class ComparisonText
{
    /// <summary>By metric: mean, sd, low, high, values.</summary>
    public static Dictionary<string, object> Metrics(IReadOnlyDictionary<string, GroupMetric> metrics) => metrics.ToDictionary(
        m => m.Key, m => (object)new { mean = m.Value.Mean, sd = m.Value.Deviation, low = m.Value.Interval?.Low, high = m.Value.Interval?.High, values = m.Value.Values });

    /// <summary>By metric: mean, low, high; only what could be compared.</summary>
    public static Dictionary<string, object> Differences(IReadOnlyDictionary<string, GroupDifference?> ahead) => ahead.Where(a => a.Value is not null).ToDictionary(
        a => a.Key, a => (object)new { mean = a.Value!.Mean, low = a.Value.Interval?.Low, high = a.Value.Interval?.High });

    /// <summary><c>61.5 ± 0.8 (58.0–64.9)</c>; what is not known is left out.</summary>
    public static string Text(GroupMetric metric)
    {
        if (metric.Mean is null)
            return "-";
        var text = Numbers.Percent(metric.Mean);
        if (metric.Deviation is { } deviation)
            text += $" ± {Numbers.Percent(deviation)}";
        return metric.Interval is { } i ? $"{text} ({Numbers.Percent(i.Low)}–{Numbers.Percent(i.High)})" : text;
    }

    /// <summary><c>+1.0 (−0.4 to +2.5)</c>.</summary>
    public static string Text(GroupDifference? difference) => difference switch
    {
        null => "-",
        { Interval: { } i } => $"{Signed(difference.Mean)} ({Signed(i.Low)} to {Signed(i.High)})",
        _ => Signed(difference.Mean),
    };

    private static string Signed(double fraction) => (100 * fraction).ToString("+0.0;−0.0;0.0");
}
