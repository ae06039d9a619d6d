using System.Xml.Linq;
using LeanPose.Cli.Comparison;
using LeanPose.Cli.Curves;
using LeanPose.Datasets;
using LeanPose.IO;
using Spectre.Console;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Reports;

/// <summary>Label-efficiency curves: table for the terminal, and one web page.</summary>
internal static class CurveReport
{
    /// <summary>What the numbers are; the same words on the page and in the terminal.</summary>
    public const string Reading = "Percent: mean over the seeds ± their standard deviation, in brackets a 95 % bootstrap interval over validation pictures and seeds. "
        + "Ahead: difference to the baseline with the same seeds, subsets and pictures (paired bootstrap); where the interval holds 0, it may be noise. With two or three seeds intervals are narrower than they should be.";

    /// <summary>One row for each number of labels and recipe.</summary>
    public static Table Table(CurveResult result)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("labels", "recipe", "seeds");
        foreach (var metric in RunGroup.Metrics)
            table.AddColumns(metric, "ahead");
        table.AddColumn("min");
        foreach (var (recipe, point) in Rows(result))
            table.AddRow([.. Cells(recipe, point).Select(c => new Text(c))]);
        return table;
    }

    /// <summary>Writes <c>curve.html</c>; returns its path.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public static string Write(string folder, CurveResult result)
    {
        var path = Path.Combine(folder, "curve.html");
        AtomicFile.WriteAllText(path, Page(
            "Accuracy over labels · LeanPose",
            Tag("h1", "Accuracy over labels"),
            Tag("p", Class("soft"), Reading),
            result.Missing.Select(u => Tag("div", Class("warning"), $"{u.Place} is not in here: {u.Reason}")),
            result.Notes.Select(n => Tag("div", Class("warning"), n)),
            Section("Curves", TrainingCharts.Charts(RunGroup.Metrics.Select(m => Chart(m, result)))),
            result.Curves.Count == 0 ? null : Section("Measured", MetricTables.Table(
                ["recipe", "labels", "seeds", .. RunGroup.Metrics.SelectMany(m => new[] { m, "ahead" }), "min of training"],
                Rows(result).Select(r => MetricTables.Row(r.Recipe, Cells(r.Recipe, r.Point).Where((_, i) => i != 1).Select(c => Tag("td", Class("num"), c)))))),
            result.Baseline is null ? null : Section("Seed by seed", RunGroup.Metrics.SelectMany(m => Seeds(m, result)))));
        return path;
    }

    private static IEnumerable<(string Recipe, CurvePoint Point)> Rows(CurveResult result) =>
        result.Curves.SelectMany(c => c.Points.Select(p => (c.Recipe, Point: p))).OrderBy(r => r.Point.Labels); // stable: the baseline stays first

    private static IEnumerable<string> Cells(string recipe, CurvePoint point) =>
    [
        point.Labels.ToString(),
        recipe,
        string.Join(", ", point.Group.Seeds),
        .. RunGroup.Metrics.SelectMany(m => new[] { ComparisonText.Text(point.Metrics[m]), ComparisonText.Text(point.Ahead[m]) }),
        point.Group.Minutes.ToString("0.0"),
    ];

    private static LineChart Chart(string metric, CurveResult result) => new($"{metric}, %", "labelled persons", [.. result.Curves.Select(c => new Series(
        c.Recipe,
        [.. c.Points.Where(p => p.Metrics[metric].Mean is not null).Select(p => ((double)p.Labels, 100 * p.Metrics[metric].Mean!.Value))],
        [.. c.Points.Where(p => p.Metrics[metric].Interval is not null).Select(p => ((double)p.Labels, 100 * p.Metrics[metric].Interval!.Value.Low, 100 * p.Metrics[metric].Interval!.Value.High))]))], Marks: true, LogarithmicX: true);

    private static IEnumerable<XElement> Seeds(string metric, CurveResult result)
    {
        var seeds = result.Curves.SelectMany(c => c.Points).SelectMany(p => p.Group.Seeds).Distinct().Order().ToList();
        yield return Tag("h3", $"{metric}, %");
        yield return MetricTables.Table(["recipe", "labels", .. seeds.Select(s => $"seed {s}")], Rows(result).Select(r => MetricTables.Row(r.Recipe,
        [
            Tag("td", Class("num"), r.Point.Labels.ToString()),
            .. seeds.Select(s => Tag("td", Class("num"), r.Point.Group.Seeds.ToList().IndexOf(s) is >= 0 and var i ? Numbers.Percent(r.Point.Metrics[metric].Values[i]) : "")),
        ])));
    }
}
