using System.Collections.Immutable;

namespace LeanPose.Learning.Methods;

/// <summary>
/// Options of PoseCons with a teacher, a combination of this project: the one network's running average looks at the crop and at its mirror
/// image, and what it sees is drawn anew as a label, weighted by how sure it is.
/// </summary>
public sealed record AveragedTeacherOptions : ViewedOptions
{
    private static readonly ImmutableArray<string> Stacked = ["joco"];

    /// <summary>All parts on; each can be switched off.</summary>
    public AveragedTeacherOptions()
    {
        (SupervisedWeight, Views) = (1, Stacked);
        AverageDecay = 0.99;
        MirroredTeachers = RenderedTargets = true;
        ScaleHoles = DropWarpedOutside = true;
    }

    /// <inheritdoc/>
    public override string Name => "averaged-teacher";
}
