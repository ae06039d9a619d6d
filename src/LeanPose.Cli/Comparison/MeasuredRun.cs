using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using LeanPose.Cli.Recipes;
using LeanPose.Cli.Reports;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;

namespace LeanPose.Cli.Comparison;

/// <summary>A finished run, as comparisons see it.</summary>
/// <param name="Folder">The run.</param>
/// <param name="Recipe">As it was resolved.</param>
/// <param name="Report">The deployed network's final measurement.</param>
/// <param name="Steps">How many it took.</param>
/// <param name="Seconds">Training time.</param>
/// <param name="ValidationKey">The same for runs that were measured on the same persons; null where the run does not say.</param>
internal sealed record MeasuredRun(RunFolder Folder, Recipe Recipe, EvaluationReport Report, int Steps, double Seconds, string? ValidationKey)
{
    // Fractions; metrics.json and results.json hold all digits.
    private const double Rounding = 1e-6;

    /// <summary>Labelled persons it learned from.</summary>
    public int? Labelled => Count("labelled persons");

    /// <summary>Unlabelled persons it learned from.</summary>
    public int? Unlabelled => Count("unlabelled persons");

    /// <summary>A metric of the deployed network, fraction 0..1.</summary>
    public double? this[string metric] => Report.Metrics.GetValueOrDefault(metric);

    /// <summary>Whether the run in a folder went to its end and was measured.</summary>
    public static bool IsFinished(RunFolder run) => File.Exists(run.Model) && File.Exists(run.Metrics) && File.Exists(run.RecipeFile);

    /// <summary>Reads a finished run.</summary>
    /// <exception cref="DataException">It is not finished, was not measured, or its files cannot be read.</exception>
    /// <exception cref="CommandException">Its recipe is not one that this version reads.</exception>
    public static MeasuredRun Read(string folder)
    {
        var run = RunFolder.Open(folder);
        var log = RunHistory.Read(run.Log);
        if (!IsFinished(run) && log.Failure is { } failure)
            throw new DataException(failure, run.Path, "a run that was trained to its end", "see docs/guard.md, and the run's report.html");
        if (!IsFinished(run))
            throw new DataException($"The run is not finished: {log.LastStep} of {log.TotalSteps?.ToString(CultureInfo.InvariantCulture) ?? "?"} steps.", run.Path, "a run with model.safetensors and metrics.json", "go on with it: leanpose train RUN --resume (metrics need data.validation in the recipe)");
        try
        {
            var report = EvaluationReport.FromJson(File.ReadAllText(run.Metrics));
            return new MeasuredRun(run, RecipeReader.Read(run.RecipeFile, []), report, log.LastStep, log.Seconds, Validation(run, report));
        }
        catch (JsonException e)
        {
            throw new DataException($"The metrics cannot be read: {e.Message}", run.Metrics, "what leanpose train writes", "measure again with leanpose train RUN --resume");
        }
    }

    /// <summary>The final predictions and the persons they are for; the pictures need not be there.</summary>
    /// <exception cref="DataException">The run has no results.json, the annotations are gone, or they do not fit.</exception>
    public (PoseDataset Truth, IReadOnlyList<PoseResult> Results) Results()
    {
        if (!File.Exists(Folder.Results))
            throw new DataException("The run has no predictions to draw samples from.", Folder.Path, "results.json", "write it with leanpose train RUN --resume");
        var truth = RecipeData.Validation(Recipe, checkFiles: false) ?? throw new DataException("The run has no validation persons.", Folder.RecipeFile);
        return (truth, CocoResults.Read(Folder.Results, truth.Skeleton.Count));
    }

    /// <summary>
    /// What tells that the labels, or one of the run's files, are others than at its measurement: its predictions do not give its metrics. Null where they do.
    /// </summary>
    /// <param name="truth">The persons with the labels of today.</param>
    /// <param name="results">The final predictions.</param>
    /// <exception cref="DataException">The predictions do not fit the persons.</exception>
    public DataException? Outdated(PoseDataset truth, IReadOnlyList<PoseResult> results)
    {
        var now = PoseEvaluation.Run(truth, results, Report.Protocol);
        foreach (var metric in RunGroup.Metrics.Where(Report.Metrics.ContainsKey))
        {
            var (then, today) = (this[metric], now.Metrics[metric]);
            if ((then is null && today is null) || Math.Abs((then - today) ?? double.MaxValue) <= Rounding)
                continue;
            return new DataException(
                $"The labels are others than when it was measured: with those of today its predictions have {metric} {Exact(today)}, and metrics.json says {Exact(then)}.",
                $"{Folder.Results}, {truth.Name}",
                "the annotations that it was measured on",
                $"put them back, or measure anew with those of today: 'leanpose train {Folder.Path} --resume' (trains nothing more), or 'leanpose eval {Folder.Path} --annotations FILE --images DIR' for the numbers alone");
        }

        return null;

        static string Exact(double? fraction) => fraction is { } f ? string.Create(CultureInfo.InvariantCulture, $"{100 * f:0.0##} %") : "no value";
    }

    private int? Count(string key) =>
        Report.Protocol.TryGetValue(key, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    // Ids alone would make any two files that number persons from 1 the same; the number of pictures is that of the bootstrap's units.
    private static string? Validation(RunFolder run, EvaluationReport report)
    {
        if (!File.Exists(run.SplitFile))
            return null;
        using var json = JsonDocument.Parse(File.ReadAllBytes(run.SplitFile));
        return json.RootElement.TryGetProperty("validation", out var part) && part.ValueKind == JsonValueKind.Object && part.TryGetProperty("annotationIds", out var ids)
            ? $"{Path.GetFileName(part.GetProperty("source").GetString())}, {report.Protocol.GetValueOrDefault("images")} images, persons {Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(ids)))}"
            : null;
    }
}
