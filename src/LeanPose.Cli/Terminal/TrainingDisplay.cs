using System.Globalization;
using LeanPose.Evaluation;
using LeanPose.Learning.Training;
using Spectre.Console;

namespace LeanPose.Cli.Terminal;

/// <summary>Shows a run while it goes on: a bar with speed and time left on a terminal, a line per log entry elsewhere.</summary>
internal sealed class TrainingDisplay : ITrainingObserver
{
    private readonly ProgressTask? _bar;
    private readonly Func<TimeSpan, TimeSpan, string>? _more;
    private TimeSpan _remaining;
    private TimeSpan _elapsed;
    private int _totalSteps;

    private TrainingDisplay(ProgressTask? bar, Func<TimeSpan, TimeSpan, string>? more) => (_bar, _more) = (bar, more);

    /// <summary>Runs <paramref name="train"/> under a display.</summary>
    /// <param name="train">The work.</param>
    /// <param name="more">What to add to a line of progress, given the time this run took and will still take.</param>
    public static TrainingOutcome Show(Func<ITrainingObserver, TrainingOutcome> train, Func<TimeSpan, TimeSpan, string>? more = null) => !Screen.IsTerminal
        ? train(new TrainingDisplay(null, more))
        : AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 20 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => train(new TrainingDisplay(context.AddTask("starting", maxValue: 1), more)));

    public void On(TrainingEvent e)
    {
        switch (e)
        {
            case RunStarted started:
                _totalSteps = started.TotalSteps;
                Screen.Line(started.Summary);
                foreach (var warning in started.Warnings)
                    Screen.Warning(warning);
                break;
            case StepDone step:
                (_elapsed, _remaining) = (step.Elapsed, step.Remaining);
                if (_bar is not null)
                {
                    _bar.MaxValue = step.TotalSteps;
                    _bar.Value = step.Step;
                    _bar.Description = Markup.Escape(Progress(step.Step, step.Loss, step.ImagesPerSecond, step.DataWaitShare));
                }

                break;
            case StepLogged logged when _bar is null:
                Screen.Line(Progress(logged.Step, logged.Scalars.GetValueOrDefault("loss"), logged.ImagesPerSecond, logged.DataWaitShare));
                break;
            case Alarmed { Alarm: var alarm }:
                Screen.Warning($"step {alarm.Step}: {alarm.Message}");
                break;
            case RolledBack back:
                Screen.Warning($"went back from step {back.Alarm.Step} to {back.Step}; {back.Change}");
                break;
            case Evaluated evaluated:
                Screen.Line(Evaluation(evaluated));
                break;
        }
    }

    private string Progress(int step, double loss, double imagesPerSecond, double dataWait) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {step}/{_totalSteps}  loss {loss:0.00000}  {imagesPerSecond:0.0} persons/s  data wait {dataWait:0 %}  {Days(_remaining)}{_remaining:hh\\:mm\\:ss} left{_more?.Invoke(_elapsed, _remaining)}");

    private static string Days(TimeSpan time) => time.Days == 0 ? "" : $"{time.Days} d ";

    private static string Evaluation(Evaluated e)
    {
        var others = e.Reports.Where(r => r.Key != e.Deployed).Select(r => $"{r.Key} {Number(r.Value, PoseEvaluation.TorsoPck)}").ToList();
        var text = $"evaluation at step {e.Step}: {e.Deployed}";
        foreach (var metric in new[] { "AP", "AP50", PoseEvaluation.TorsoPck, PoseEvaluation.BoxPck })
            text += $"  {metric} {Number(e.Reports[e.Deployed], metric)}";
        return others.Count == 0 ? text : $"{text}  ({PoseEvaluation.TorsoPck} of the others: {string.Join(", ", others)})";
    }

    private static string Number(EvaluationReport report, string metric) =>
        report.Metrics.GetValueOrDefault(metric) is { } value ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) : "-";
}
