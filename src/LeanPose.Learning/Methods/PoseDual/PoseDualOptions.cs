using System.Collections.Immutable;

namespace LeanPose.Learning.Methods;

/// <summary>Options of <see cref="PoseDual.PoseDual"/>: two networks, one view each with Joint Cutout.</summary>
public sealed record PoseDualOptions : ViewedOptions
{
    private static readonly ImmutableArray<string> Published = ["jc"];

    /// <summary>The published configuration.</summary>
    public PoseDualOptions() => Views = Published;

    /// <inheritdoc/>
    public override string Name => "posedual";
}

/// <summary>Options of MultiAugs with two networks: PoseDual with four views.</summary>
public sealed record MultiAugsDualOptions : ViewedOptions
{
    /// <summary>The published configuration for few labels.</summary>
    public MultiAugsDualOptions() => Views = MultiAugsSingleOptions.Published;

    /// <inheritdoc/>
    public override string Name => "multi-augs-dual";
}
