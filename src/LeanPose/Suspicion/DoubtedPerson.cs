using System.Collections.Immutable;
using LeanPose.Datasets;

namespace LeanPose.Suspicion;

/// <summary>One person with what the members see and how far it, or the label, is to be doubted.</summary>
/// <param name="Person">Picture and box.</param>
/// <param name="Part">From which part of the data: <c>labelled</c>, <c>unlabelled</c>, <c>validation</c> or <c>given</c>.</param>
/// <param name="Given">The labels in the order of the output skeleton; empty for an unlabelled person.</param>
/// <param name="Pose">What the members see.</param>
/// <param name="Label">How far the labels are to be doubted; null for an unlabelled person.</param>
public sealed record DoubtedPerson(PersonInstance Person, string Part, ImmutableArray<Keypoint> Given, PoseConsensus Pose, LabelDoubt? Label)
{
    /// <summary>Member by member, kept for labelled persons.</summary>
    public EnsemblePose? Seen { get; init; }

    /// <summary>Of a labelled person that of the worst label; of an unlabelled one the mean disagreement. 0 to 1.</summary>
    public double Suspicion => Label?.Suspicion ?? Pose.Disagreement;

    /// <summary>For each keypoint the suspicion of the label where there is one, else the members' disagreement.</summary>
    public IEnumerable<double> KeypointSuspicion => Pose.Keypoints.Select((k, j) => Label?.Keypoints[j] ?? k.Disagreement);
}
