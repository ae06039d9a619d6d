using LeanPose.Learning.Losses;

namespace LeanPose.Learning.Methods.Supervised;

/// <summary>Learning from labels alone: L = ℓ(y, t, w). The baseline of every semi-supervised method.</summary>
public sealed class Supervised : IMethod
{
    private readonly PoseNetwork _student;

    /// <summary>Sets up the one network.</summary>
    public Supervised(MethodContext context)
    {
        _student = context.CreateNetwork("student");
        Networks = [new(Deployed, _student)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Networks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Snapshots => [];

    /// <inheritdoc/>
    public string Deployed => "student";

    /// <inheritdoc/>
    public bool UsesUnlabelled(int step, int steps) => false;

    /// <inheritdoc/>
    public StepLosses Step(StepInput input)
    {
        var (x, target, weight) = input.Labelled;
        return new StepLosses([HeatmapLoss.Compute(_student.call(x), target, weight)], []);
    }

    /// <inheritdoc/>
    public void Dispose() => _student.Dispose();
}
