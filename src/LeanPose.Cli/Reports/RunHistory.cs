using System.Text.Json;
using LeanPose.Evaluation;
using LeanPose.Learning.Training;

namespace LeanPose.Cli.Reports;

/// <summary>One logged training step, with means over those since the one before.</summary>
/// <param name="Step"></param>
/// <param name="Seconds">Training time since the run's first start, pauses between resumes left out.</param>
/// <param name="Scalars"></param>
/// <param name="LearningRate"></param>
/// <param name="ImagesPerSecond"></param>
/// <param name="DataWait"></param>
internal sealed record LoggedStep(int Step, double Seconds, IReadOnlyDictionary<string, double> Scalars, double? LearningRate, double? ImagesPerSecond, double? DataWait)
{
    /// <summary>Over how many steps the numbers are means; 1 in logs of earlier versions.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>Telemetry by keypoint; empty in logs of earlier versions and of steps without.</summary>
    public KeypointTable PerKeypoint { get; init; } = KeypointTable.Empty;
}

/// <summary>One evaluation during training.</summary>
internal sealed record LoggedEvaluation(int Step, double Seconds, string? Deployed, IReadOnlyDictionary<string, EvaluationReport> Reports);

/// <summary>What <c>log.jsonl</c> tells of a run, finished or not.</summary>
internal sealed class RunHistory
{
    private readonly List<LoggedStep> _steps = [];
    private readonly List<LoggedEvaluation> _evaluations = [];
    private readonly List<string> _warnings = [];
    private double _offset;
    private double _last;

    /// <summary>Training steps in rising order.</summary>
    public IReadOnlyList<LoggedStep> Steps => _steps;

    /// <summary>Evaluations in rising order of their steps.</summary>
    public IReadOnlyList<LoggedEvaluation> Evaluations => _evaluations;

    /// <summary>What the trainer and its guard warned of.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The trainer's own summary of method, networks and data.</summary>
    public string? Summary { get; private set; }

    /// <summary>Steps the run is meant to take.</summary>
    public int? TotalSteps { get; private set; }

    /// <summary>How the run ended (<c>Finished</c>, <c>Stopped</c>, <c>Diverged</c>, <c>Collapsed</c>), or null while it goes on or after it broke off.</summary>
    public string? End { get; private set; }

    /// <summary>What the trainer said at the end.</summary>
    public string? Message { get; private set; }

    /// <summary>What the trainer said where the run diverged or collapsed; null of any other.</summary>
    public string? Failure => End switch
    {
        nameof(TrainingEnd.Collapsed) => Message,
        nameof(TrainingEnd.Diverged) => $"Diverged. {Message}",
        _ => null,
    };

    /// <summary>The last step that any line names.</summary>
    public int LastStep { get; private set; }

    /// <summary>Training time so far, seconds.</summary>
    public double Seconds => _offset + _last;

    /// <summary>Lines that could not be read; the last line of a killed run usually is one.</summary>
    public int BrokenLines { get; private set; }

    /// <summary>Reads a log; a missing file is an empty log.</summary>
    public static RunHistory Read(string path)
    {
        var log = new RunHistory();
        if (!File.Exists(path))
            return log;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var lines = new StreamReader(file);
        while (lines.ReadLine() is { } line)
        {
            if (line.Length > 0 && !log.TryAdd(line))
                log.BrokenLines++;
        }

        return log;
    }

    private bool TryAdd(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            Add(json.RootElement);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return false;
        }
    }

    private void Add(JsonElement line)
    {
        var kind = line.GetProperty("event").GetString();
        var step = line.GetProperty("step").GetInt32();
        var seconds = Number(line, "time") is { } time ? Clock(time) : Seconds;
        LastStep = Math.Max(LastStep, step);
        switch (kind)
        {
            case "start":
                (End, Message) = (null, null);
                Summary = Text(line, "summary") ?? Summary;
                TotalSteps = (int?)Number(line, "totalSteps") ?? TotalSteps;
                if (line.TryGetProperty("warnings", out var warnings))
                    _warnings.AddRange(warnings.EnumerateArray().Select(w => w.GetString()!).Except(_warnings));
                break;
            case "step":
                var scalars = line.GetProperty("scalars").EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number).ToDictionary(p => p.Name, p => p.Value.GetDouble());
                _steps.Add(new LoggedStep(step, seconds, scalars, Number(line, "lr"), Number(line, "imagesPerSecond"), Number(line, "dataWait")) { Steps = (int?)Number(line, "steps") ?? 1, PerKeypoint = Keypoints(line) });
                break;
            case "evaluation":
                var reports = line.GetProperty("reports").EnumerateObject().ToDictionary(p => p.Name, p => EvaluationReport.FromJson(p.Value.GetRawText()));
                _evaluations.Add(new LoggedEvaluation(step, seconds, Text(line, "deployed"), reports));
                break;
            case "alarm":
                _warnings.Add($"Step {step}: {Text(line, "message")}");
                break;
            case "rollback":
                _warnings.Add($"Went back from step {Number(line, "from")} to {step}; {Text(line, "change")}. {Text(line, "message")}");
                break;
            case "end":
                End = Text(line, "outcome");
                Message = Text(line, "message");
                break;
        }
    }

    // A resumed run's clock starts at 0 again; training time goes on.
    private double Clock(double time)
    {
        if (time < _last)
            _offset += _last;
        _last = time;
        return _offset + time;
    }

    // Columns of numbers beside a column of names; a keypoint without a value has null.
    private static KeypointTable Keypoints(JsonElement line)
    {
        if (!line.TryGetProperty("perKeypoint", out var table))
            return KeypointTable.Empty;
        return new KeypointTable(
            [.. table.GetProperty("keypoint").EnumerateArray().Select(k => k.GetString()!)],
            table.EnumerateObject().Where(c => c.Name != "keypoint").ToDictionary(
                c => c.Name,
                c => (IReadOnlyList<double>)[.. c.Value.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number ? v.GetDouble() : double.NaN)]));
    }

    private static double? Number(JsonElement e, string name) => e.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.Number ? v.GetDouble() : null;

    private static string? Text(JsonElement e, string name) => e.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;
}
