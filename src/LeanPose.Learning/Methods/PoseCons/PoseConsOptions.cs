using System.Collections.Immutable;

namespace LeanPose.Learning.Methods;

/// <summary>Options of <see cref="PoseCons.PoseCons"/>: one network, one view with Joint Cutout.</summary>
public sealed record PoseConsOptions : ViewedOptions
{
    private static readonly ImmutableArray<string> Published = ["jc"];

    /// <summary>The published configuration.</summary>
    public PoseConsOptions() => (SupervisedWeight, Views) = (1, Published);

    /// <inheritdoc/>
    public override string Name => "posecons";
}

/// <summary>Options of MultiAugs with one network: PoseCons with four views.</summary>
public sealed record MultiAugsSingleOptions : ViewedOptions
{
    /// <summary>The views that MultiAugs uses where labels are few.</summary>
    internal static readonly ImmutableArray<string> Published = ["jc", "jo", "joco", "jccm"];

    /// <summary>The published configuration for few labels.</summary>
    public MultiAugsSingleOptions() => (SupervisedWeight, Views) = (1, Published);

    /// <inheritdoc/>
    public override string Name => "multi-augs-single";
}
