using LeanPose.Cli.Reports;
using LeanPose.Suspicion;
using Spectre.Console;

namespace LeanPose.Cli.Verbs;

/// <summary>What <c>pseudo</c> says of one part of the persons.</summary>
/// <param name="Persons">How many.</param>
/// <param name="Keypoints">Keypoints of all of them.</param>
/// <param name="Trusted">Keypoints that are certain enough to be labels.</param>
/// <param name="Disagreement">Mean over the keypoints.</param>
/// <param name="Labels">Labelled keypoints.</param>
/// <param name="Suspicious">Labels with a suspicion from which a fault is named, by fault.</param>
internal sealed record PseudoSummary(int Persons, int Keypoints, int Trusted, double Disagreement, int Labels, IReadOnlyDictionary<string, int> Suspicious)
{
    /// <summary>Counts part by part.</summary>
    public static IReadOnlyDictionary<string, PseudoSummary> Of(IReadOnlyList<DoubtedPerson> persons, double minCertainty) => persons.GroupBy(p => p.Part).ToDictionary(g => g.Key, g =>
    {
        var keypoints = g.SelectMany(p => p.Pose.Keypoints).ToList();
        var faults = g.SelectMany(p => p.Label?.Faults ?? []).OfType<LabelFault>().ToLookup(f => f);
        return new PseudoSummary(
            g.Count(),
            keypoints.Count,
            keypoints.Count(k => k.Certainty >= minCertainty),
            Math.Round(keypoints.Select(k => k.Disagreement).DefaultIfEmpty(1).Average(), 4),
            g.Sum(p => p.Given.Count(k => k.IsLabelled)),
            FaultNames.All.ToDictionary(f => f.Key, f => faults[f.Value].Count()));
    });

    /// <summary>For the terminal.</summary>
    public static Table Table(IReadOnlyDictionary<string, PseudoSummary> parts)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("part", "persons", "trusted keypoints, %", "mean disagreement", "labels", "suspicious labels");
        foreach (var (name, s) in parts)
        {
            table.AddRow(
                name,
                $"{s.Persons}",
                Numbers.Percent((double)s.Trusted / Math.Max(1, s.Keypoints)),
                Numbers.Short(s.Disagreement),
                $"{s.Labels}",
                s.Labels == 0 ? "" : string.Join(", ", s.Suspicious.Where(f => f.Value > 0).Select(f => $"{f.Value} {f.Key}").DefaultIfEmpty("none")));
        }

        return table;
    }

    /// <summary>What was found of labels that were made wrong.</summary>
    public static Table Table(IReadOnlyList<TrialRow> rows, double share)
    {
        var names = rows[0].Scores.Keys.ToList();
        var top = Numbers.Percent(share);
        var table = new Table().Border(TableBorder.Rounded).AddColumns("wrong labels", "count");
        foreach (var name in names)
            table.AddColumns($"{name}: AUC", $"precision in the top {top} %", "found there");
        foreach (var row in rows)
            table.AddRow([row.Fault, $"{row.Wrong} of {row.Labels}", .. row.Scores.Values.SelectMany(s => new[] { Numbers.Percent(s.Auc), row.Fault == "all" ? Numbers.Percent(s.Precision) : "", Numbers.Percent(s.Found) })]);
        return table;
    }
}
