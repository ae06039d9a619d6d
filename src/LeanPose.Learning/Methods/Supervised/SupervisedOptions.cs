namespace LeanPose.Learning.Methods;

/// <summary>Learning from labels alone: one network, one loss.</summary>
public sealed record SupervisedOptions : MethodOptions
{
    /// <inheritdoc/>
    public override string Name => "supervised";
}
