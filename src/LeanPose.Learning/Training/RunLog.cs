using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeanPose.IO;
using static TorchSharp.torch;

namespace LeanPose.Learning.Training;

/// <summary>Writes what happens in a run as JSON lines, and its scalars as TensorBoard events.</summary>
public sealed class RunLog : ITrainingObserver, IDisposable
{
    private readonly RunFolder _run;
    private StreamWriter _lines;
    private readonly TorchSharp.Modules.SummaryWriter _board;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Opens the log; lines of steps after the one that the run goes on from are dropped, for they will be done again.</summary>
    public RunLog(RunFolder run, int step)
    {
        _run = run;
        _lines = Open(step);
        _board = utils.tensorboard.SummaryWriter(run.TensorBoard, createRunName: false);
    }

    /// <summary>Whether the log of a run tells of an evaluation at a step.</summary>
    public static bool HasEvaluation(RunFolder run, int step) =>
        File.Exists(run.Log) && File.ReadLines(run.Log).Any(line => line.StartsWith($"{{\"event\":\"evaluation\",\"step\":{step.ToString(CultureInfo.InvariantCulture)},", StringComparison.Ordinal));

    /// <summary>The step at which a collapse has ended a run; null where none has. The last line says so: a run that has been resumed since has another.</summary>
    public static int? CollapsedAt(RunFolder run)
    {
        if (!File.Exists(run.Log) || File.ReadLines(run.Log).LastOrDefault() is not { } line)
            return null;
        try
        {
            return JsonNode.Parse(line) is JsonObject end && (string?)end["outcome"] == nameof(TrainingEnd.Collapsed) ? (int?)end["step"] : null;
        }
        catch (JsonException)
        {
            return null; // the half line of a killed process
        }
    }

    /// <summary>Time since the log was opened.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <inheritdoc/>
    public void On(TrainingEvent e)
    {
        if (e is RolledBack)
        {
            _lines.Dispose();
            _lines = Open(e.Step);
        }

        JsonObject? line = e switch
        {
            RunStarted s => new() { ["event"] = "start", ["step"] = s.Step, ["totalSteps"] = s.TotalSteps, ["epochSteps"] = s.EpochSteps, ["summary"] = s.Summary, ["warnings"] = new JsonArray([.. s.Warnings.Select(w => JsonValue.Create(w))]) },
            StepLogged s => Line(s),
            Evaluated s => new() { ["event"] = "evaluation", ["step"] = s.Step, ["time"] = Math.Round(s.Elapsed.TotalSeconds, 3), ["deployed"] = s.Deployed, ["reports"] = JsonSerializer.SerializeToNode(s.Reports) },
            Alarmed s => new() { ["event"] = "alarm", ["step"] = s.Step, ["kind"] = s.Alarm.Kind.ToString(), ["message"] = s.Alarm.Message },
            RolledBack s => new() { ["event"] = "rollback", ["step"] = s.Step, ["from"] = s.Alarm.Step, ["kind"] = s.Alarm.Kind.ToString(), ["message"] = s.Alarm.What, ["change"] = s.Change },
            CheckpointWritten s => new() { ["event"] = "checkpoint", ["step"] = s.Step, ["path"] = Path.GetFileName(s.Path) },
            RunEnded s => new() { ["event"] = "end", ["step"] = s.Step, ["outcome"] = s.End.ToString(), ["message"] = s.Message },
            _ => null,
        };
        if (line is not null)
            _lines.WriteLine(line.ToJsonString());
        Board(e);
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private static JsonObject Line(StepLogged s)
    {
        var line = new JsonObject
        {
            ["event"] = "step",
            ["step"] = s.Step,
            ["steps"] = s.Steps,
            ["time"] = Math.Round(s.Elapsed.TotalSeconds, 3),
            ["epoch"] = s.Epoch,
            ["lr"] = s.LearningRate,
            ["imagesPerSecond"] = Math.Round(s.ImagesPerSecond, 3),
            ["dataWait"] = Math.Round(s.DataWaitShare, 4),
            ["scalars"] = new JsonObject(s.Scalars.Select(v => KeyValuePair.Create(v.Key, Number(v.Value)))),
        };
        if (s.PerKeypoint.Columns.Count == 0)
            return line;
        var table = new JsonObject { ["keypoint"] = new JsonArray([.. s.PerKeypoint.Keypoints.Select(k => JsonValue.Create(k))]) };
        foreach (var (name, values) in s.PerKeypoint.Columns)
            table[name] = new JsonArray([.. values.Select(v => Number(Math.Round(v, 4)))]);
        line["perKeypoint"] = table;
        return line;
    }

    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    // Lines of steps that will be done again are dropped.
    private StreamWriter Open(int step)
    {
        if (File.Exists(_run.Log))
            AtomicFile.WriteAllText(_run.Log, string.Concat(File.ReadLines(_run.Log).Where(l => Keep(l, step)).Select(l => l + "\n")));
        return new StreamWriter(_run.Log, append: true) { AutoFlush = true };
    }

    private void Board(TrainingEvent e)
    {
        if (e is StepLogged logged)
        {
            foreach (var (name, value) in logged.Scalars)
                _board.add_scalar(name, (float)value, logged.Step);
            _board.add_scalar("learning rate", (float)logged.LearningRate, logged.Step);
        }
        else if (e is Evaluated evaluated)
        {
            foreach (var (network, report) in evaluated.Reports)
            {
                foreach (var (metric, value) in report.Metrics)
                {
                    if (value is { } v)
                        _board.add_scalar($"validation/{network}/{metric}", (float)v, evaluated.Step);
                }
            }
        }
    }

    private static bool Keep(string line, int step)
    {
        try
        {
            return JsonNode.Parse(line)?["step"]?.GetValue<int>() <= step;
        }
        catch (JsonException)
        {
            return false; // the half line of a killed process
        }
    }
}
