using System.Xml.Linq;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Reports;

/// <summary>The curves of one run.</summary>
internal static class TrainingCharts
{
    /// <summary>The metrics worth a curve of their own; the others stand in the table.</summary>
    private static readonly string[] CurveMetrics = ["AP", "PCK@0.2-torso"];

    /// <summary>Losses: the total and one chart for each family (<c>loss/supervised/…</c>, <c>loss/consistency/…</c>).</summary>
    public static XElement? Losses(RunLog log)
    {
        var names = Scalars(log, "loss").Order(StringComparer.Ordinal).ToArray();
        var families = names.GroupBy(n => n.Split('/') is { Length: > 2 } parts ? $"Loss: {parts[1]}" : "Loss");
        return Charts(families.Select(f => new LineChart(f.Key, "step", [.. f.Select(n => Scalar(log, n, Short(n)))])));
    }

    /// <summary>AP and PCK of every network over steps and over training time.</summary>
    public static XElement? Metrics(RunLog log)
    {
        var networks = log.Evaluations.SelectMany(e => e.Reports.Keys).Distinct().ToArray();
        Series Curve(string network, string metric, Func<LoggedEvaluation, double> x) => new(network, [.. log.Evaluations
            .Where(e => e.Reports.GetValueOrDefault(network)?.Metrics.GetValueOrDefault(metric) is not null)
            .Select(e => (x(e), 100 * e.Reports[network].Metrics[metric]!.Value))]);
        return Charts(CurveMetrics.SelectMany(m => new[]
        {
            new LineChart($"{m}, %", "step", [.. networks.Select(n => Curve(n, m, e => e.Step))], Marks: true),
            new LineChart($"{m}, %, over time", "minutes of training", [.. networks.Select(n => Curve(n, m, e => e.Seconds / 60))], Marks: true),
        }));
    }

    /// <summary>What the unlabelled branch does: every scalar under <c>pseudo/</c>; per-joint ones as a table of their last values.</summary>
    public static IEnumerable<XElement?> Pseudo(RunLog log)
    {
        var perJoint = Scalars(log, "pseudo").Select(n => n.Split('/', 3)).Where(n => n.Length == 3).ToArray();
        yield return Charts(Scalars(log, "pseudo").Where(n => n.Split('/').Length == 2).Select(n => new LineChart(Short(n), "step", [Scalar(log, n, Short(n))])));
        if (perJoint.Length == 0)
            yield break;

        var families = perJoint.Select(n => n[1]).Distinct().ToArray();
        yield return Tag("h3", "Keypoint by keypoint, last logged values");
        yield return MetricTables.Table(
            ["keypoint", .. families],
            perJoint.Select(n => n[2]).Distinct().Select(joint => MetricTables.Row(
                joint.Replace('_', ' '), families.Select(f => Value(Scalar(log, $"pseudo/{f}/{joint}", f).Points)))));
    }

    /// <summary>Speed, waiting and learning rate.</summary>
    public static XElement? Machine(RunLog log) => Charts(
    [
        new LineChart("Labelled images per second", "step", [Of(log, "images/s", s => s.ImagesPerSecond)]),
        new LineChart("Waiting for data, % of the time", "step", [Of(log, "waiting", s => 100 * s.DataWait)]),
        new LineChart("Learning rate", "step", [Of(log, "learning rate", s => s.LearningRate)]),
    ]);

    public static XElement? Charts(IEnumerable<LineChart> charts)
        => charts.Select(c => c.Draw()).OfType<XElement>().ToArray() is { Length: > 0 } drawn ? Tag("div", Class("charts"), drawn) : null;

    // A share has a bar; counts and distances are plain numbers.
    private static XElement Value(IReadOnlyList<(double X, double Y)> points) => points.Count == 0
        ? Tag("td")
        : points[^1].Y is >= 0 and <= 1 and var share ? MetricTables.Bar(share) : Tag("td", Class("num"), Numbers.Short(points[^1].Y));

    private static string[] Scalars(RunLog log, string root)
        => [.. log.Steps.SelectMany(s => s.Scalars.Keys).Distinct().Where(n => n == root || n.StartsWith(root + "/", StringComparison.Ordinal))];

    private static Series Scalar(RunLog log, string scalar, string name) => new(name, [.. log.Steps.Where(s => s.Scalars.ContainsKey(scalar)).Select(s => ((double)s.Step, s.Scalars[scalar]))]);

    private static Series Of(RunLog log, string name, Func<LoggedStep, double?> value) => new(name, [.. log.Steps.Where(s => value(s) is not null).Select(s => ((double)s.Step, value(s)!.Value))]);

    private static string Short(string scalar) => scalar.Split('/')[^1];
}
