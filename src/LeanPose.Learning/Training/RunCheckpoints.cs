namespace LeanPose.Learning.Training;

/// <summary>
/// A run's checkpoints: the last one, and the last healthy one where the last is not. A healthy checkpoint that the next one
/// would replace is put aside by renaming it, so nothing is written twice.
/// </summary>
internal sealed class RunCheckpoints
{
    private readonly RunFolder _run;
    private bool _lastIsHealthy;

    /// <summary>Takes up what is there, or starts with nothing.</summary>
    public RunCheckpoints(RunFolder run, bool resume)
    {
        _run = run;
        if (!resume)
            Forget();
        _lastIsHealthy = resume && File.Exists(run.Checkpoint) && Checkpoint.Peek(run.Checkpoint).Healthy;
    }

    /// <summary>The last one that was healthy when it was written; null when there is none.</summary>
    public string? Healthy => _lastIsHealthy ? _run.Checkpoint : File.Exists(_run.HealthyCheckpoint) ? _run.HealthyCheckpoint : null;

    /// <summary>Writes the last checkpoint.</summary>
    /// <param name="state">The state.</param>
    /// <param name="healthy">Whether a guard found nothing wrong with it.</param>
    public void Save(TrainingState state, bool healthy)
    {
        if (_lastIsHealthy && !healthy)
            File.Move(_run.Checkpoint, _run.HealthyCheckpoint, overwrite: true);
        _lastIsHealthy = false;
        Checkpoint.Save(_run.Checkpoint, state, healthy);
        _lastIsHealthy = healthy;
        if (healthy)
            Forget();
    }

    /// <summary>Deletes what a process that was killed while it wrote has left, up to a whole checkpoint. Only for whoever holds the run's lock.</summary>
    public static void ClearHalves(RunFolder run)
    {
        if (Path.GetDirectoryName(run.Checkpoint) is not { } folder || !Directory.Exists(folder))
            return;
        foreach (var half in Directory.GetFiles(folder, ".*.safetensors.*.tmp"))
            File.Delete(half);
    }

    private void Forget()
    {
        if (File.Exists(_run.HealthyCheckpoint))
            File.Delete(_run.HealthyCheckpoint);
    }
}
