using LeanPose.Cli.Comparison;
using LeanPose.Cli.Recipes;
using LeanPose.Cli.Reports;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Verbs;
using LeanPose.Datasets;
using LeanPose.Learning.Training;
using TorchSharp;

namespace LeanPose.Cli.Curves;

/// <summary>A run of the grid that did not come to its end.</summary>
internal sealed record CurveFailure(CurvePlace Place, string Message);

/// <summary>Trains the runs of a grid one after the other, in this process: libtorch is loaded once.</summary>
internal sealed class CurveRun(IReadOnlyList<CurveCell> cells)
{
    private readonly GridClock _clock = new();
    private readonly int _threads = torch.get_num_threads();

    /// <summary>What went wrong.</summary>
    public List<CurveFailure> Failures { get; } = [];

    /// <summary>Trains or resumes all that is not finished; a run that fails does not stop the others.</summary>
    /// <returns>False when it was asked to stop.</returns>
    public bool Train(CancellationToken stop)
    {
        var left = new List<CurveCell>();
        foreach (var cell in cells)
        {
            if (!IsFinished(cell))
                left.Add(cell);
            else if (RunHistory.Read(RunFolder.Open(cell.Folder).Log).Seconds is > 0 and var seconds)
                _clock.Add(cell.Place.Recipe, seconds);
        }

        Screen.Line($"{cells.Count} runs, {cells.Count - left.Count} of them finished");
        for (var i = 0; i < left.Count && !stop.IsCancellationRequested; i++)
        {
            var rest = left.Skip(i + 1).Select(c => c.Place.Recipe).ToList();
            Screen.Line($"\nrun {cells.Count - left.Count + i + 1} of {cells.Count}: {left[i].Place} ({GridClock.Text(_clock.Estimate(rest.Append(left[i].Place.Recipe)))})");
            One(left[i], rest, stop);
        }

        return !stop.IsCancellationRequested;
    }

    private void One(CurveCell cell, IReadOnlyList<string> rest, CancellationToken stop)
    {
        try
        {
            torch.set_num_threads(_threads); // what an earlier run's recipe set is not this one's
            var run = RunFolder.Create(cell.Folder, resume: true);
            var begun = File.Exists(run.RecipeFile);
            if (begun)
                RequireSame(cell, run);
            var outcome = TrainVerb.Train(cell.Recipe, run, begun, stop, (elapsed, remaining) =>
                $"  (all runs: {GridClock.Text(remaining.TotalSeconds + _clock.Estimate(rest, (elapsed + remaining).TotalSeconds))})");
            if (outcome.End is TrainingEnd.Diverged or TrainingEnd.Collapsed)
                Fail(cell, RunHistory.Read(run.Log).Failure ?? outcome.Message);
            else
                Screen.Line(outcome.Message);
            if (IsFinished(cell))
                _clock.Add(cell.Place.Recipe, RunHistory.Read(run.Log).Seconds);
            if (outcome.End != TrainingEnd.Stopped)
                RunReport.Write(run.Path, []);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Fail(cell, ErrorReport.Text(e));
        }
    }

    private void Fail(CurveCell cell, string message)
    {
        Failures.Add(new(cell.Place, message));
        Screen.Warning($"{cell.Place}: {message}");
    }

    // A finished run of other values, or of a recipe that cannot be read, is no run of this grid; it is reported when its turn comes.
    private static bool IsFinished(CurveCell cell)
    {
        if (!Directory.Exists(cell.Folder))
            return false;
        try
        {
            var run = RunFolder.Create(cell.Folder, resume: true);
            return MeasuredRun.IsFinished(run) && Differences(cell, run).Count == 0;
        }
        catch (Exception e) when (e is CommandException or DataException)
        {
            return false;
        }
    }

    private static void RequireSame(CurveCell cell, RunFolder run)
    {
        var different = Differences(cell, run);
        if (different.Count > 0)
            throw new DataException("The folder holds a run of other values.", run.Path, string.Join(", ", different.Take(5)), "give the values that it was started with, or another folder with --out");
    }

    private static IReadOnlyList<string> Differences(CurveCell cell, RunFolder run) =>
        RecipeIdentity.Differences(cell.Recipe, RecipeReader.Read(run.RecipeFile, []));
}
