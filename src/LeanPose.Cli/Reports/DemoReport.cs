using System.Xml.Linq;
using LeanPose.Datasets;
using LeanPose.Drawing;
using LeanPose.Imaging;
using LeanPose.IO;
using LeanPose.Learning.Training;
using LeanPose.Skeletons;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Reports;

/// <summary>One method of the demonstration.</summary>
/// <param name="Name">As tables and curves call it.</param>
/// <param name="Metrics">Of its deployed network; fractions.</param>
/// <param name="Seconds">Wall-clock time of its run, evaluations included.</param>
/// <param name="RunFolder">Where its log lies.</param>
public sealed record DemoEntry(string Name, IReadOnlyDictionary<string, double?> Metrics, double Seconds, string RunFolder);

/// <summary>One row of the demonstration's pictures.</summary>
/// <param name="Skeleton">The keypoints of label and predictions.</param>
/// <param name="Person">With labels.</param>
/// <param name="Predictions">One for each entry, in its order; null where that method has none.</param>
public sealed record DemoPerson(Skeleton Skeleton, PersonInstance Person, IReadOnlyList<PoseResult?> Predictions);

/// <summary>How much data the methods had, in persons, and how long they learned.</summary>
public sealed record DemoSetting(int Labelled, int Unlabelled, int Validation, int Steps);

/// <summary>The demonstration as one web page, and its picture grid as a file.</summary>
public static class DemoReport
{
    private const int CellSize = 260;

    /// <summary>Writes <c>report.html</c> and, where there are pictures, <c>grid.png</c>; returns the page's path.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="setting">What was compared.</param>
    /// <param name="entries">The methods.</param>
    /// <param name="persons">Rows of the grid: label, then every method's prediction.</param>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static string Write(string folder, DemoSetting setting, IReadOnlyList<DemoEntry> entries, IReadOnlyList<DemoPerson> persons)
    {
        var grid = Grid(entries, persons);
        if (grid is not null)
            ImageEncoder.SavePng(grid, Path.Combine(folder, "grid.png"));

        var logs = entries.Select(e => (e.Name, Log: RunHistory.Read(RunFolder.Open(e.RunFolder).Log))).ToArray();
        var path = Path.Combine(folder, "report.html");
        AtomicFile.WriteAllText(path, Page(
            "Few labels, many pictures · LeanPose",
            Tag("h1", "Few labels, many pictures"),
            Story(setting, entries),
            Tag("div", Class("tiles"), entries.Select(e => e.Metrics.GetValueOrDefault("AP") is { } ap ? Tag("div", Class("tile"), Tag("b", Numbers.Percent(ap) + " %"), Tag("span", $"AP, {e.Name}")) : null)),
            Section("Measured", Table(entries), Tag("p", Class("soft small"), $"On {setting.Validation} persons that no method has seen. One run each; other seeds give other numbers.")),
            Section("Learning curves", TrainingCharts.Charts(TrainingCharts.CurveMetrics.SelectMany(m => Curves(m, logs)))),
            grid is null ? null : Section(
                "Pictures",
                Tag("p", Class("soft"), "Validation persons, the same for every method.", PictureSection.SideKey()),
                Tag("img", Class("whole"), Attr("src", DataUri.Jpeg(grid, 88)), Attr("alt", "Label and predictions side by side"), Attr("width", grid.Width), Attr("height", grid.Height))),
            Section("Files", MetricTables.Table([], entries.Select(e => MetricTables.Row(e.Name, [Tag("td", Tag("code", Path.GetFullPath(e.RunFolder)))]))))));
        return path;
    }

    private static IEnumerable<XElement> Story(DemoSetting setting, IReadOnlyList<DemoEntry> entries) =>
    [
        Tag("p", Class("soft"), $"LeanPose made {setting.Labelled + setting.Unlabelled + setting.Validation} pictures of drawn people and pretended that only {setting.Labelled} of them carry labels. "
            + $"Each method trained the same small network for {setting.Steps} steps: {string.Join(", ", entries.Select(e => e.Name))}."),
        Tag("p", Class("soft"), $"Supervised learning sees only the {setting.Labelled} labelled persons. SSPCM learns from the same ones and also from {setting.Unlabelled} persons without labels: "
            + "two networks predict each of their pictures, and what both agree on becomes the label of harder views of it."),
    ];

    private static XElement Table(IReadOnlyList<DemoEntry> entries)
    {
        var metrics = entries.SelectMany(e => e.Metrics.Keys).Distinct().ToArray();
        return MetricTables.Table(
            ["metric", .. entries.Select(e => e.Name)],
            metrics.Select(m =>
            {
                var best = entries.Max(e => e.Metrics.GetValueOrDefault(m));
                return MetricTables.Row(m + ", %", entries.Select(e => e.Metrics.GetValueOrDefault(m) is { } v
                    ? Tag("td", Class(v == best ? "num best" : "num"), Numbers.Percent(v))
                    : Tag("td", Class("soft small"), Numbers.NoInstance)));
            }).Append(MetricTables.Row("time, with evaluation", entries.Select(e => Tag("td", Class("num"), Numbers.Duration(e.Seconds))))));
    }

    private static IEnumerable<LineChart> Curves(string metric, IReadOnlyList<(string Name, RunHistory Log)> logs)
    {
        Series Curve(string name, RunHistory log, Func<LoggedEvaluation, double> x) => new(name, [.. log.Evaluations
            .Select(e => (X: x(e), Y: e.Deployed is { } d ? e.Reports.GetValueOrDefault(d)?.Metrics.GetValueOrDefault(metric) : null))
            .Where(p => p.Y is not null).Select(p => (p.X, 100 * p.Y!.Value))]);
        yield return new LineChart($"{metric}, %", "step", [.. logs.Select(l => Curve(l.Name, l.Log, e => e.Step))], Marks: true);
        yield return new LineChart($"{metric}, %, over time", "minutes of training", [.. logs.Select(l => Curve(l.Name, l.Log, e => e.Seconds / 60))], Marks: true);
    }

    private static RgbImage? Grid(IReadOnlyList<DemoEntry> entries, IReadOnlyList<DemoPerson> persons)
    {
        var rows = new List<IReadOnlyList<PictureCell>>();
        foreach (var person in persons)
        {
            if (PersonPictures.Open(person.Person, CellSize) is not { } pictures)
                continue;
            rows.Add([
                new PictureCell(pictures.Label(person.Skeleton), person.Person.Image.FileName),
                .. person.Predictions.Select(p => p is null
                    ? new PictureCell(null, "no prediction")
                    : new PictureCell(pictures.Prediction(person.Skeleton, p), $"error {new PredictedPerson(person.Skeleton, person.Person, p).MeanError:0.0} px"))]);
        }

        return rows.Count == 0 ? null : PictureGrid.Draw(rows, ["Label", .. entries.Select(e => e.Name)]);
    }
}
