using System.Collections.Immutable;

namespace LeanPose.Learning.Methods;

/// <summary>Options of the methods in which every network has the same list of views: PoseCons, PoseDual and MultiAugs.</summary>
public abstract record ViewedOptions : ConsistencyOptions
{
    /// <summary>Hard views of every network, one loss each: <c>none</c>, <c>jc</c>, <c>jo</c>, <c>co</c>, <c>cm</c>, <c>mu</c>, <c>ra</c>, joined by <c>+</c>; <c>joco</c> and <c>jccm</c> for the published pairs.</summary>
    public ImmutableArray<string> Views { get; init; } = [];

    /// <inheritdoc/>
    internal override IEnumerable<(string Key, ImmutableArray<string> Views)> ViewLists => [("views", Views)];
}
