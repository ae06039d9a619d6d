using LeanPose.Evaluation;
using Spectre.Console;

namespace LeanPose.Cli.Reports;

/// <summary>Evaluation reports as a table for the terminal.</summary>
public static class MetricsTable
{
    /// <summary>One row per metric in percent, one column per report, with 95 % intervals where a report has them.</summary>
    public static Table Of(IReadOnlyDictionary<string, EvaluationReport> reports)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("metric, %");
        foreach (var name in reports.Keys)
            table.AddColumn(new TableColumn(Plain(name)).RightAligned());
        foreach (var metric in reports.Values.SelectMany(r => r.Metrics.Keys).Distinct())
            table.AddRow([Plain(metric), .. reports.Values.Select(r => Plain(Cell(r, metric)))]);
        return table;
    }

    /// <summary>Rows of values in percent, with how many keypoints each counts: by keypoint, or by visibility and size.</summary>
    /// <param name="head">What a row is.</param>
    /// <param name="rows">By name; at least one.</param>
    public static Table Of(string head, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double?>> rows)
    {
        var columns = rows.Values.SelectMany(r => r.Keys).Distinct().OrderBy(c => c == PoseEvaluation.Count).ToArray();
        var table = new Table().Border(TableBorder.Rounded).AddColumn(head);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(Plain(column == PoseEvaluation.Count ? "labelled" : column + ", %")).RightAligned());
        foreach (var (name, values) in rows)
        {
            table.AddRow([Plain(name), .. columns.Select(c => Plain(
                values.GetValueOrDefault(c) is not { } v ? "-" : c == PoseEvaluation.Count ? v.ToString("0") : Numbers.Percent(v)))]);
        }

        return table;
    }

    private static string Cell(EvaluationReport report, string metric)
    {
        var number = Numbers.Percent(report.Metrics.GetValueOrDefault(metric));
        return report.Intervals is { } all && all.TryGetValue(metric, out var i) ? $"{number} ({Numbers.Percent(i.Low)}–{Numbers.Percent(i.High)})" : number;
    }

    // Names come from the user's files: plain text has no markup in it.
    private static Text Plain(string text) => new(text);
}
