using System.Xml.Linq;
using LeanPose.Evaluation;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Reports;

/// <summary>Tables of evaluation reports for web pages.</summary>
internal static class MetricTables
{
    /// <summary>One row per metric, one column per report; the best of several is bold.</summary>
    public static XElement Metrics(IReadOnlyDictionary<string, EvaluationReport> reports)
    {
        var names = reports.Values.SelectMany(r => r.Metrics.Keys).Distinct().ToArray();
        return Table(["metric, %", .. reports.Keys], names.Select(m =>
        {
            var best = reports.Count > 1 ? reports.Values.Max(r => r.Metrics.GetValueOrDefault(m)) : null;
            return Row(m, reports.Values.Select(r => r.Metrics.GetValueOrDefault(m) is { } v
                ? Tag("td", Class(v == best ? "num best" : "num"), Numbers.Percent(v), Interval(r, m))
                : Tag("td", Class("soft small"), Numbers.NoInstance)));
        }));
    }

    /// <summary>One row per keypoint, PCKs as bars.</summary>
    public static XElement? PerJoint(EvaluationReport report)
    {
        var columns = report.PerJoint.Values.SelectMany(j => j.Keys).Distinct().ToArray();
        return columns.Length == 0 ? null : Table(
            ["keypoint", .. columns.Select(c => c == PoseEvaluation.Count ? "labelled" : c + ", %")],
            report.PerJoint.Select(j => Row(j.Key.Replace('_', ' '), columns.Select(c => Joint(c, j.Value.GetValueOrDefault(c))))));
    }

    /// <summary>What the numbers mean nothing without.</summary>
    public static XElement? Protocol(EvaluationReport report) => report.Protocol.Count == 0 ? null : Table(
        [], report.Protocol.Select(p => Row(p.Key, [Tag("td", Tag("code", p.Value))])));

    public static XElement Table(IReadOnlyList<string> heads, IEnumerable<XElement> rows) => Tag(
        "div",
        Class("scroll"),
        Tag("table", heads.Count == 0 ? null : Tag("thead", Tag("tr", heads.Select(h => Tag("th", h)))), Tag("tbody", rows)));

    public static XElement Row(string head, IEnumerable<XElement> cells) => Tag("tr", Tag("th", head), cells);

    /// <summary>A share as a bar and a number in percent.</summary>
    public static XElement Bar(double share) => Tag(
        "td",
        Class("num"),
        Tag("span", Class("bar"), Tag("i", Attr("style", $"width:{Math.Clamp(share, 0, 1) * 100:0.#}%"))),
        Numbers.Percent(share));

    private static XElement Joint(string column, double? value) => value switch
    {
        null => Tag("td", Class("soft small"), "no label"),
        { } v when column == PoseEvaluation.Count => Tag("td", Class("num"), v.ToString("0")),
        { } v => Bar(v),
    };

    private static XElement? Interval(EvaluationReport report, string metric)
        => report.Intervals is { } all && all.TryGetValue(metric, out var i) ? Tag("span", Class("interval"), $"{Numbers.Percent(i.Low)} – {Numbers.Percent(i.High)}") : null;
}
