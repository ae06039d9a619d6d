using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeanPose.IO;
using static TorchSharp.torch;

namespace LeanPose.Learning.Training;

/// <summary>Writes what happens in a run as JSON lines, and its scalars as TensorBoard events.</summary>
public sealed class RunLog : ITrainingObserver, IDisposable
{
    private readonly StreamWriter _lines;
    private readonly TorchSharp.Modules.SummaryWriter _board;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Opens the log; lines of steps after the one that the run goes on from are dropped, for they will be done again.</summary>
    public RunLog(RunFolder run, int step)
    {
        if (File.Exists(run.Log))
            AtomicFile.WriteAllText(run.Log, string.Concat(File.ReadLines(run.Log).Where(l => Keep(l, step)).Select(l => l + "\n")));
        _lines = new StreamWriter(run.Log, append: true) { AutoFlush = true };
        _board = utils.tensorboard.SummaryWriter(run.TensorBoard, createRunName: false);
    }

    /// <summary>Time since the log was opened.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <inheritdoc/>
    public void On(TrainingEvent e)
    {
        JsonObject? line = e switch
        {
            RunStarted s => new() { ["event"] = "start", ["step"] = s.Step, ["totalSteps"] = s.TotalSteps, ["epochSteps"] = s.EpochSteps, ["summary"] = s.Summary, ["warnings"] = new JsonArray([.. s.Warnings.Select(w => JsonValue.Create(w))]) },
            StepLogged s => new()
            {
                ["event"] = "step",
                ["step"] = s.Step,
                ["time"] = Math.Round(s.Elapsed.TotalSeconds, 3),
                ["epoch"] = s.Epoch,
                ["lr"] = s.LearningRate,
                ["imagesPerSecond"] = Math.Round(s.ImagesPerSecond, 3),
                ["dataWait"] = Math.Round(s.DataWaitShare, 4),
                ["scalars"] = new JsonObject(s.Scalars.Select(v => KeyValuePair.Create(v.Key, double.IsFinite(v.Value) ? JsonValue.Create(v.Value) : (JsonNode?)null))),
            },
            Evaluated s => new() { ["event"] = "evaluation", ["step"] = s.Step, ["time"] = Math.Round(s.Elapsed.TotalSeconds, 3), ["deployed"] = s.Deployed, ["reports"] = JsonSerializer.SerializeToNode(s.Reports) },
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
