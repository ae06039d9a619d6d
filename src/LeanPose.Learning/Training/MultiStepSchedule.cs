namespace LeanPose.Learning.Training;

/// <summary>A learning rate that falls by a factor at given times; a pure function of the time, so that resuming needs no state.</summary>
/// <param name="LearningRate">At the start.</param>
/// <param name="Milestones">Epochs (or steps) completed when the rate falls; one listed twice counts twice.</param>
/// <param name="Gamma">The factor.</param>
/// <param name="WarmupSteps">Steps over which the rate rises linearly from a tenth; 0 for none.</param>
public sealed record MultiStepSchedule(double LearningRate, IReadOnlyList<int> Milestones, double Gamma = 0.1, int WarmupSteps = 0)
{
    /// <summary>The rate after so many completed epochs (or steps, in the milestones' unit).</summary>
    /// <param name="completed">Epochs or steps completed.</param>
    /// <param name="step">Steps completed, for the warm-up.</param>
    public double At(int completed, long step = long.MaxValue)
    {
        var rate = LearningRate * Math.Pow(Gamma, Milestones.Count(m => completed >= m));
        return step < WarmupSteps ? rate * (0.1 + (0.9 * step / WarmupSteps)) : rate;
    }
}
