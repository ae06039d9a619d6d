using System.Xml.Linq;
using LeanPose.Evaluation;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Reports;

/// <summary>The curves of one run.</summary>
internal static class TrainingCharts
{
    /// <summary>The metrics worth a curve of their own; the others stand in the table.</summary>
    public static readonly string[] CurveMetrics = ["AP", PoseEvaluation.TorsoPck];

    private const int PairsShown = 4;
    private const string PresentPair = "pseudo/pair/present";

    /// <summary>Losses: the total, and one chart for each family (<c>loss/supervised/…</c>, <c>loss/consistency/…</c>).</summary>
    public static XElement? Losses(RunHistory run) => Charts(Families(run, "loss").Select(f => f.Chart));

    /// <summary>AP and PCK of every network over steps and over training time.</summary>
    public static XElement? Metrics(RunHistory run)
    {
        var networks = run.Evaluations.SelectMany(e => e.Reports.Keys).Distinct().ToArray();
        Series Curve(string network, string metric, Func<LoggedEvaluation, double> x) => new(network, [.. run.Evaluations
            .Where(e => e.Reports.GetValueOrDefault(network)?.Metrics.GetValueOrDefault(metric) is not null)
            .Select(e => (x(e), 100 * e.Reports[network].Metrics[metric]!.Value))]);
        return Charts(CurveMetrics.SelectMany(m => new[]
        {
            new LineChart($"{m}, %", "step", [.. networks.Select(n => Curve(n, m, e => e.Step))], Marks: true),
            new LineChart($"{m}, %, over time", "minutes of training", [.. networks.Select(n => Curve(n, m, e => e.Seconds / 60))], Marks: true),
        }));
    }

    /// <summary>What the unlabelled branch does: every scalar under <c>pseudo/</c>. Families of a few are curves; those of many (one for each keypoint) are a table of their last values.</summary>
    public static IEnumerable<XElement?> Pseudo(RunHistory run)
    {
        var families = Families(run, "pseudo").Where(f => f.Name != "maximum").ToLookup(f => f.Chart.Series.Count > ReportStyle.Colours);
        yield return Charts([Maxima(run), .. families[false].Select(f => f.Chart)]);
        if (!families[true].Any())
            yield break;

        var columns = families[true].ToArray();
        yield return Tag("h3", "Last logged values");
        yield return MetricTables.Table(
            ["", .. columns.Select(f => f.Name)],
            columns.SelectMany(f => f.Chart.Series).Select(s => s.Name).Distinct().Select(row => MetricTables.Row(
                row.Replace('_', ' '), columns.Select(f => Value(f.Chart.Series.FirstOrDefault(s => s.Name == row))))));
    }

    /// <summary>Telemetry by keypoint of the last logging interval; null where there is none.</summary>
    public static IEnumerable<XElement?> PerKeypoint(RunHistory run)
    {
        if (run.Steps.LastOrDefault(s => s.PerKeypoint.Columns.Count > 0) is not { } last)
            yield break;
        var (keypoints, columns) = last.PerKeypoint;
        yield return Tag("p", Class("soft"), $"{(last.Steps == 1 ? $"Step {last.Step}, its batch alone" : $"Steps {last.Step - last.Steps + 1} to {last.Step}, means over their batches")}: shares in percent, distances in heatmap cells.");
        // With many periods there are more pairs than fit a page; the log has them all.
        var pairs = columns.Keys.Count(IsPair) <= PairsShown ? columns.Keys.Where(IsPair) : columns.Keys.Where(c => c == PresentPair);
        var ofTwo = columns.Keys.Where(c => c.StartsWith("pseudo/distance", StringComparison.Ordinal)).Concat(pairs).ToArray();
        foreach (var shown in new[] { columns.Keys.Where(c => !IsPair(c)).Except(ofTwo).ToArray(), ofTwo }.Where(s => s.Length > 0))
        {
            yield return MetricTables.Table(
                ["keypoint", .. shown.Select(Heading)],
                keypoints.Select((k, i) => MetricTables.Row(k.Replace('_', ' '), shown.Select(c => Cell(c, columns[c][i])))));
        }
    }

    private static bool IsPair(string column) => column.StartsWith("pseudo/pair/", StringComparison.Ordinal);

    // Both kinds of persons in one chart: their distance is what tells of a collapse.
    private static LineChart Maxima(RunHistory run) => new("Heatmap maxima, mean", "step",
        [.. new[] { "labelled", "pseudo" }.SelectMany(root => run.Steps.SelectMany(s => s.Scalars.Keys).Distinct()
            .Where(n => n.StartsWith(root + "/maximum/", StringComparison.Ordinal))
            .Select(n => Scalar(run, n) with { Name = $"{(root == "pseudo" ? "unlabelled" : root)}: {n.Split('/')[2]}" }))]);

    private static string Heading(string column) => column switch
    {
        "labelled/maximum" => "maximum, labelled",
        "pseudo/maximum" => "maximum, unlabelled",
        "pseudo/accepted" => "accepted",
        "pseudo/gap" => "network to pseudo label",
        "pseudo/ratio" => "consistency to supervised loss",
        "pseudo/distance" => "between networks: mean",
        "pseudo/distance/p50" => "median",
        "pseudo/distance/p90" => "90 % below",
        "pseudo/distance/chosen" => "between the chosen pair",
        PresentPair => "present pair chosen",
        _ when IsPair(column) => $"{column.Split('/')[^1]} chosen",
        _ => column,
    };

    private static XElement Cell(string column, double value) => !double.IsFinite(value)
        ? Tag("td", Class("soft small"), "none")
        : column == "pseudo/accepted" || IsPair(column) ? MetricTables.Bar(value) : Tag("td", Class("num"), Numbers.Short(value));

    /// <summary>Speed, waiting and learning rate.</summary>
    public static XElement? Machine(RunHistory run) => Charts(
    [
        new LineChart("Labelled images per second", "step", [Of(run, "images/s", s => s.ImagesPerSecond)]),
        new LineChart("Waiting for data, % of the time", "step", [Of(run, "waiting", s => 100 * s.DataWait)]),
        new LineChart("Learning rate", "step", [Of(run, "learning rate", s => s.LearningRate)]),
    ]);

    public static XElement? Charts(IEnumerable<LineChart> charts)
        => charts.Select(c => c.Draw()).OfType<XElement>().ToArray() is { Length: > 0 } drawn ? Tag("div", Class("charts"), drawn) : null;

    // Scalars by the word after the root; the family's own number (pseudo/accepted) apart from its members (pseudo/accepted/left_hip).
    private static IEnumerable<(string Name, LineChart Chart)> Families(RunHistory run, string root) => run.Steps
        .SelectMany(s => s.Scalars.Keys).Distinct()
        .Where(n => n == root || n.StartsWith(root + "/", StringComparison.Ordinal))
        .GroupBy(n => (Family: n.Split('/') is [_, var family, ..] ? family : "total", n.Split('/', 3).Length))
        .Select(f => (f.Key.Family, new LineChart($"{char.ToUpperInvariant(root[0])}{root[1..]}: {f.Key.Family}", "step", [.. f.Select(n => Scalar(run, n))])));

    private static Series Scalar(RunHistory run, string scalar)
        => new(scalar.Split('/', 3)[^1], [.. run.Steps.Where(s => s.Scalars.ContainsKey(scalar)).Select(s => ((double)s.Step, s.Scalars[scalar]))]);

    // A share has a bar; counts and distances are plain numbers.
    private static XElement Value(Series? series) => series is null
        ? Tag("td")
        : series.Points[^1].Y is >= 0 and <= 1 and var share ? MetricTables.Bar(share) : Tag("td", Class("num"), Numbers.Short(series.Points[^1].Y));

    private static Series Of(RunHistory run, string name, Func<LoggedStep, double?> value) => new(name, [.. run.Steps.Where(s => value(s) is not null).Select(s => ((double)s.Step, value(s)!.Value))]);
}
