using System.Text.Json;
using System.Xml.Linq;
using LeanPose.Evaluation;
using LeanPose.IO;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Reports;

/// <summary>One run as one web page: no script, no other file, light and dark, phone and desk. A run that is not over gets a page, too.</summary>
public static class RunReport
{
    /// <summary>Writes <c>report.html</c> into the run folder, from what lies there, and returns its path.</summary>
    /// <param name="runFolder">Of a finished, stopped or running training.</param>
    /// <param name="examples">Validation persons to show; may be empty.</param>
    /// <exception cref="Datasets.DataException">The page cannot be written.</exception>
    public static string Write(string runFolder, IReadOnlyList<PredictedPerson> examples)
    {
        var folder = Path.GetFullPath(runFolder);
        var log = RunLog.Read(Path.Combine(folder, "log.jsonl"));
        var (reports, deployed) = LastReports(folder, log);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        var main = deployed is null ? null : reports[deployed];

        var path = Path.Combine(folder, "report.html");
        AtomicFile.WriteAllText(path, Page(
            $"{name} · LeanPose",
            Tag("h1", name),
            Tag("p", Tag("span", Class("state"), State(log)), " ", Tag("span", Class("soft"), log.Message)),
            log.Warnings.Select(w => Tag("div", Class("warning"), w)),
            log.BrokenLines == 0 ? null : Tag("div", Class("warning"), $"{log.BrokenLines} line(s) of log.jsonl could not be read and are left out."),
            Tiles(log, main),
            log.Summary is null ? null : Section("What was trained", Tag("pre", log.Summary)),
            main is null
                ? Section("Measured", Tag("p", Class("soft"), "No evaluation yet."))
                : Section(
                    "Measured",
                    Tag("p", Class("soft"), "Deployed network: ", Tag("b", deployed), main.Intervals is null ? "." : ". Small numbers: 95 % bootstrap interval."),
                    Tag("div", Class("two"), MetricTables.Metrics(reports), Tag("div", Tag("h3", "Protocol"), MetricTables.Protocol(main)))),
            Section("Learning curves", TrainingCharts.Metrics(log), TrainingCharts.Losses(log)),
            main is null ? null : Section("Keypoint by keypoint", MetricTables.PerJoint(main)),
            PictureSection.Draw(examples),
            Section("Pseudo labels", TrainingCharts.Pseudo(log)),
            Section("Speed", TrainingCharts.Machine(log)),
            Recipe(folder),
            Files(folder)));
        return path;
    }

    // metrics.json is written once at the end; before that the log's last evaluation is the newest there is.
    private static (IReadOnlyDictionary<string, EvaluationReport> Reports, string? Deployed) LastReports(string folder, RunLog log)
    {
        var last = log.Evaluations.Count > 0 ? log.Evaluations[^1] : null;
        var reports = Measured(Path.Combine(folder, "metrics.json"), last?.Deployed) ?? last?.Reports ?? new Dictionary<string, EvaluationReport>();
        var deployed = last?.Deployed is { } d && reports.ContainsKey(d) ? d : reports.Keys.FirstOrDefault();
        return (reports.OrderBy(r => r.Key != deployed).ToDictionary(), deployed);
    }

    private static Dictionary<string, EvaluationReport>? Measured(string path, string? deployed)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            var root = json.RootElement;
            if (root.TryGetProperty("metrics", out _))
                return new() { [deployed ?? "network"] = EvaluationReport.FromJson(root.GetRawText()) };
            var networks = root.TryGetProperty("reports", out var inner) ? inner : root;
            return networks.EnumerateObject().ToDictionary(n => n.Name, n => EvaluationReport.FromJson(n.Value.GetRawText()));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string State(RunLog log)
    {
        var steps = log.TotalSteps is { } total ? $"{log.LastStep} of {total} steps" : $"{log.LastStep} steps";
        return log.End switch
        {
            null => $"not finished · {steps}",
            "Finished" => $"finished · {steps}",
            _ => $"{log.End.ToLowerInvariant()} · {steps}",
        };
    }

    private static XElement Tiles(RunLog log, EvaluationReport? report)
    {
        var speeds = log.Steps.Select(s => s.ImagesPerSecond).OfType<double>().ToArray();
        return Tag(
            "div",
            Class("tiles"),
            new[] { "AP", PoseEvaluation.TorsoPck, PoseEvaluation.BoxPck }.Select(m => report?.Metrics.GetValueOrDefault(m) is { } v
                ? Tile(Numbers.Percent(v) + " %", m, report.Intervals is { } all && all.TryGetValue(m, out var i) ? $"95 %: {Numbers.Percent(i.Low)} – {Numbers.Percent(i.High)}" : null)
                : null),
            log.Steps.Count == 0 ? null : Tile(Numbers.Duration(log.Seconds), "of training"),
            speeds.Length == 0 ? null : Tile(Numbers.Short(speeds.Average()), "labelled images per second"));
    }

    private static XElement Tile(string number, string name, string? more = null) => Tag("div", Class("tile"), Tag("b", number), Tag("span", name), more is null ? null : Tag("span", more));

    private static XElement? Recipe(string folder)
    {
        var file = Path.Combine(folder, "recipe.yaml");
        return File.Exists(file) ? Section("Recipe", Tag("pre", File.ReadAllText(file))) : null;
    }

    private static XElement Files(string folder)
    {
        (string Path, string What)[] files =
        [
            ("model.safetensors", "the deployed network, for predict, eval and export"), ("recipe.yaml", "the recipe as resolved; train it again with this"),
            ("split.json", "which persons were labelled"), ("metrics.json", "the numbers above for programs"),
            ("log.jsonl", "one JSON object per step, evaluation and checkpoint"), ("checkpoints/last.safetensors", "everything that resuming needs"),
        ];
        var present = files.Where(f => File.Exists(Path.Combine(folder, f.Path))).ToArray();
        return Section(
            "Files",
            Tag("p", "In ", Tag("code", folder)),
            MetricTables.Table([], present.Select(f => MetricTables.Row(f.Path, [Tag("td", Class("num"), Numbers.Bytes(new FileInfo(Path.Combine(folder, f.Path)).Length)), Tag("td", f.What)]))))!;
    }
}
