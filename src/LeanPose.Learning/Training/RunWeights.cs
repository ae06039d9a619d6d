using LeanPose.Datasets;

namespace LeanPose.Learning.Training;

/// <summary>The file with the weights that a run is good for.</summary>
/// <param name="Path">A checkpoint, or the deployed network.</param>
/// <param name="Warning">What its user should know; null where there is nothing.</param>
public sealed record RunWeights(string Path, string? Warning = null)
{
    /// <summary>
    /// A run's last checkpoint, else its deployed network; where a collapse ended the run, its last healthy checkpoint. What is no
    /// folder is taken as the file.
    /// </summary>
    /// <param name="runFolderOrFile">The run or file.</param>
    /// <param name="deployed">Whether the deployed network is enough: a finished run has it in a file of its own.</param>
    /// <exception cref="DataException">The folder holds no run, or one without weights.</exception>
    public static RunWeights Of(string runFolderOrFile, bool deployed = false)
    {
        if (!Directory.Exists(runFolderOrFile))
            return new RunWeights(runFolderOrFile);
        var run = RunFolder.Open(runFolderOrFile);
        var latest = (deployed && File.Exists(run.Model) ? run.Model : run.LatestCheckpoint) ?? (File.Exists(run.Model) ? run.Model : throw new DataException("The run has no weights yet.", run.Path, "checkpoints/last.safetensors or model.safetensors", "Let the run reach its first checkpoint."));
        if (RunLog.CollapsedAt(run) is not { } step)
            return new RunWeights(latest);
        return new RunCheckpoints(run, resume: true).Healthy is { } healthy
            ? new RunWeights(healthy, $"The run {runFolderOrFile} collapsed at step {step}; its last healthy checkpoint, of step {Checkpoint.Peek(healthy).Step}, is used.")
            : new RunWeights(latest, $"The run {runFolderOrFile} collapsed at step {step} and has no healthy checkpoint: its networks see nobody.");
    }
}
