using System.Text.Json;
using System.Xml.Linq;
using LeanPose.Evaluation;
using LeanPose.IO;
using LeanPose.Learning.Training;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Reports;

/// <summary>One run as one web page: no script, no other file, light and dark, phone and desk. A run that is not over gets a page, too.</summary>
public static class RunReport
{
    /// <summary>Writes <c>report.html</c> into the run folder, from what lies there, and returns its path.</summary>
    /// <param name="runFolder">Of a finished, stopped or running training.</param>
    /// <param name="examples">Validation persons to show; may be empty.</param>
    /// <exception cref="Datasets.DataException">The folder holds no run, or the page cannot be written.</exception>
    public static string Write(string runFolder, IReadOnlyList<PredictedPerson> examples)
    {
        var run = RunFolder.Open(runFolder);
        var log = RunHistory.Read(run.Log);
        var (reports, deployed) = LastReports(run, log);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(run.Path));
        var main = deployed is null ? null : reports[deployed];

        AtomicFile.WriteAllText(run.Report, Page(
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
            Section("Pseudo labels, keypoint by keypoint", TrainingCharts.PerKeypoint(log)),
            Section("Speed", TrainingCharts.Machine(log)),
            Recipe(run),
            Files(run)));
        return run.Report;
    }

    // The log has all networks; metrics.json, once the run is over, has the deployed one's last word.
    private static (IReadOnlyDictionary<string, EvaluationReport> Reports, string? Deployed) LastReports(RunFolder run, RunHistory log)
    {
        var last = log.Evaluations.Count > 0 ? log.Evaluations[^1] : null;
        var final = last is null || log.End == nameof(TrainingEnd.Finished) ? Final(run) : null;
        var reports = last?.Reports.ToDictionary() ?? [];
        var deployed = last?.Deployed ?? reports.Keys.FirstOrDefault() ?? (final is null ? null : "network");
        if (final is not null)
            reports[deployed!] = final;
        return (reports.OrderBy(r => r.Key != deployed).ToDictionary(), deployed);
    }

    private static EvaluationReport? Final(RunFolder run)
    {
        try
        {
            return File.Exists(run.Metrics) ? EvaluationReport.FromJson(File.ReadAllText(run.Metrics)) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string State(RunHistory log)
    {
        var steps = log.TotalSteps is { } total ? $"{log.LastStep} of {total} steps" : $"{log.LastStep} steps";
        return log.End switch
        {
            null => $"not finished · {steps}",
            nameof(TrainingEnd.Finished) => $"finished · {steps}",
            _ => $"{log.End.ToLowerInvariant()} · {steps}",
        };
    }

    private static XElement Tiles(RunHistory log, EvaluationReport? report)
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

    private static XElement? Recipe(RunFolder run)
        => File.Exists(run.RecipeFile) ? Section("Recipe", Tag("pre", File.ReadAllText(run.RecipeFile))) : null;

    private static XElement? Files(RunFolder run)
    {
        (string Path, string What)[] files =
        [
            (run.Model, "the deployed network, for predict and eval"),
            (run.RecipeFile, "the recipe as resolved: train it again with this"),
            (run.SplitFile, "which persons were labelled, unlabelled and for validation"),
            (run.Metrics, "the deployed network’s numbers, for programs"),
            (run.Results, "its final predictions on the validation persons, as COCO results"),
            (run.Log, "one JSON object for every logging interval, evaluation and checkpoint"),
            (run.Checkpoint, "everything that resuming needs"),
            (run.HealthyCheckpoint, "the last checkpoint in which the guard found nothing wrong"),
        ];
        return Section(
            "Files",
            Tag("p", "In ", Tag("code", run.Path)),
            MetricTables.Table([], files.Where(f => File.Exists(f.Path)).Select(f => MetricTables.Row(
                Path.GetRelativePath(run.Path, f.Path), [Tag("td", Class("num"), Numbers.Bytes(new FileInfo(f.Path).Length)), Tag("td", f.What)]))));
    }
}
