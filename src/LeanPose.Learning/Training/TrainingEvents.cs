using LeanPose.Evaluation;
using LeanPose.Learning.Guarding;

namespace LeanPose.Learning.Training;

/// <summary>Something that happened in a run.</summary>
/// <param name="Step">Steps completed.</param>
public abstract record TrainingEvent(int Step);

/// <summary>The run (or its continuation) begins.</summary>
public sealed record RunStarted(int Step, int TotalSteps, int EpochSteps, string Summary, IReadOnlyList<string> Warnings) : TrainingEvent(Step);

/// <summary>A step is done; sent for every step.</summary>
public sealed record StepDone(int Step, int Epoch, int TotalSteps, double Loss, double ImagesPerSecond, double DataWaitShare, TimeSpan Elapsed, TimeSpan Remaining) : TrainingEvent(Step);

/// <summary>A line of the log: means over the steps since the one before.</summary>
public sealed record StepLogged(int Step, int Steps, int Epoch, double LearningRate, IReadOnlyDictionary<string, double> Scalars, double ImagesPerSecond, double DataWaitShare, TimeSpan Elapsed) : TrainingEvent(Step)
{
    /// <summary>Telemetry by keypoint.</summary>
    public KeypointTable PerKeypoint { get; init; } = KeypointTable.Empty;
}

/// <summary>The guard found something wrong.</summary>
public sealed record Alarmed(int Step, Alarm Alarm) : TrainingEvent(Step);

/// <summary>The run has gone back to a healthy checkpoint.</summary>
/// <param name="Step">Of the checkpoint.</param>
/// <param name="Alarm">Why.</param>
/// <param name="Change">What is different from now on.</param>
public sealed record RolledBack(int Step, Alarm Alarm, string Change) : TrainingEvent(Step);

/// <summary>All networks were measured on the validation persons.</summary>
/// <param name="Step">Steps completed.</param>
/// <param name="Deployed">Name of the network that the run is about.</param>
/// <param name="Reports">A report for every network.</param>
/// <param name="Elapsed">Training time so far.</param>
public sealed record Evaluated(int Step, string Deployed, IReadOnlyDictionary<string, EvaluationReport> Reports, TimeSpan Elapsed) : TrainingEvent(Step);

/// <summary>A checkpoint was written.</summary>
public sealed record CheckpointWritten(int Step, string Path) : TrainingEvent(Step);

/// <summary>The run is over, for now or for good.</summary>
public sealed record RunEnded(int Step, TrainingEnd End, string Message, TimeSpan Elapsed) : TrainingEvent(Step);

/// <summary>Is told what happens in a run.</summary>
public interface ITrainingObserver
{
    /// <summary>Called on the training thread.</summary>
    void On(TrainingEvent e);
}

/// <summary>How a run came to its end.</summary>
public enum TrainingEnd
{
    /// <summary>All steps are done.</summary>
    Finished,

    /// <summary>It was asked to stop; everything is saved, and it can be resumed.</summary>
    Stopped,

    /// <summary>The loss became infinite or not a number; the last good checkpoint is kept.</summary>
    Diverged,

    /// <summary>Data could not be read; what was done until then is saved.</summary>
    Failed,

    /// <summary>The networks agreed on background; the last healthy checkpoint is kept.</summary>
    Collapsed,
}

/// <summary>The end of a run.</summary>
/// <param name="End">How.</param>
/// <param name="Step">Steps completed.</param>
/// <param name="Message">For the user.</param>
/// <param name="Final">Reports by network, when the run finished and had validation persons.</param>
public sealed record TrainingOutcome(TrainingEnd End, int Step, string Message, IReadOnlyDictionary<string, EvaluationReport>? Final);
