using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;

namespace LeanPose.Suspicion;

/// <summary>How far a person's labels are to be doubted, keypoint by keypoint.</summary>
/// <param name="Keypoints">0 to 1 for each keypoint of the skeleton; null where there is no label.</param>
/// <param name="Faults">What the label looks like where the suspicion is at least <see cref="Noted"/>, or of a whole pose <see cref="NotedOfMost"/>; null elsewhere.</param>
public sealed record LabelDoubt(ImmutableArray<double?> Keypoints, ImmutableArray<LabelFault?> Faults)
{
    /// <summary>Suspicion from which a fault is named.</summary>
    public const double Noted = 0.5;

    /// <summary>Suspicion that at least half of a person's labels have where the whole pose is taken for another person's.</summary>
    public const double NotedOfMost = 0.3;

    /// <summary>Share of the middle keypoint's suspicion that the others take on.</summary>
    private const double OfThePerson = 0.5;

    /// <summary>The worst keypoint's, 0 to 1.</summary>
    public double Suspicion => Keypoints.Max() ?? 0;

    /// <summary>The fault of most keypoints that have one; of as frequent ones that of the worst keypoint. Null where none has.</summary>
    public LabelFault? Fault => Faults
        .Select((fault, j) => (fault, Suspicion: Keypoints[j] ?? 0))
        .Where(f => f.fault is not null)
        .GroupBy(f => f.fault)
        .OrderByDescending(g => g.Count()).ThenByDescending(g => g.Max(f => f.Suspicion))
        .FirstOrDefault()?.Key;

    /// <summary>
    /// How wide the members miss labels as a rule: twice the median distance of labels from the consensus, in its units, within 1 and 4. The
    /// median bears with wrong labels. A weak model gets a wide tolerance and so blames its own errors less on the labels.
    /// </summary>
    /// <param name="distances">What <see cref="Distances"/> gives for all labelled persons.</param>
    public static double Tolerance(IEnumerable<double> distances)
    {
        double[] sorted = [.. distances.Order()];
        return sorted.Length == 0 ? 1 : Math.Clamp(2 * sorted[sorted.Length / 2], 1, 4);
    }

    /// <summary>How far the labels lie from the consensus, in its units; unlabelled keypoints are left out.</summary>
    public static IEnumerable<double> Distances(PoseConsensus consensus, ImmutableArray<Keypoint> labels) =>
        labels.Select((k, j) => (k, j)).Where(p => p.k.IsLabelled).Select(p => Distance(p.k, consensus.Keypoints[p.j]));

    /// <summary>
    /// Compares labels with what the members see. For a keypoint with mean maximum c, suspicion is c·(a − s): a is what the
    /// members' places speak for their own consensus, s what they speak for the label. A label far from members who agree
    /// gets the most; where members contradict one another, a is small and nobody is blamed; a label on one of two places that members see is
    /// supported by that. Then every keypoint takes on half of the person's median, p: 1 − (1 − c·(a − s))·(1 − p/2), because a whole pose that
    /// is off says more than one keypoint.
    /// </summary>
    /// <param name="pose">What the members see.</param>
    /// <param name="consensus">What they see together.</param>
    /// <param name="skeleton">The keypoints of all of them.</param>
    /// <param name="labels">One for each keypoint, image pixels.</param>
    /// <param name="tolerance">Factor on the consensus' units, see <see cref="Tolerance"/>.</param>
    /// <param name="others">The other persons of the picture.</param>
    /// <exception cref="ArgumentException">There are not as many labels as keypoints.</exception>
    public static LabelDoubt Of(
        EnsemblePose pose, PoseConsensus consensus, Skeleton skeleton, ImmutableArray<Keypoint> labels, double tolerance = 1, IReadOnlyCollection<PoseConsensus>? others = null)
    {
        if (labels.Length != skeleton.Count || consensus.Keypoints.Length != skeleton.Count)
            throw new ArgumentException($"{skeleton.Name} has {skeleton.Count} keypoints; there are {labels.Length} labels and a consensus of {consensus.Keypoints.Length}.");
        var suspicion = new double?[labels.Length];
        for (var j = 0; j < labels.Length; j++)
        {
            if (!labels[j].IsLabelled)
                continue;
            var (c, unit) = (consensus.Keypoints[j], consensus.Keypoints[j].Unit * tolerance);
            var lost = PoseConsensus.Support(pose, j, c.Position, unit) - PoseConsensus.Support(pose, j, new(labels[j].X, labels[j].Y), unit);
            suspicion[j] = c.Score * Math.Max(0, lost);
        }

        double[] known = [.. suspicion.OfType<double>().Order()];
        if (known.Length == 0)
            return new([.. suspicion], [.. new LabelFault?[labels.Length]]);
        var person = OfThePerson * known[known.Length / 2];
        ImmutableArray<double?> pooled = [.. suspicion.Select(s => s is { } own ? 1 - ((1 - own) * (1 - person)) : s)];
        return new(pooled, Name(pooled, consensus, skeleton, labels, 2 * tolerance, others ?? []));
    }

    // near: in units of the consensus.
    private static ImmutableArray<LabelFault?> Name(
        ImmutableArray<double?> suspicion, PoseConsensus consensus, Skeleton skeleton, ImmutableArray<Keypoint> labels, double near, IReadOnlyCollection<PoseConsensus> others)
    {
        var isSwap = new bool[labels.Length];
        for (var j = 0; j < labels.Length; j++)
        {
            var partner = skeleton.FlipIndex[j];
            var distance = Distance(labels[j], consensus.Keypoints[partner]);
            isSwap[j] = partner != j && labels[j].IsLabelled && distance <= near && distance < Distance(labels[j], consensus.Keypoints[j]) / 2;
        }

        // Single keypoints are shifted or swapped; of another person's pose most are off, and no swap explains it.
        double[] known = [.. suspicion.OfType<double>().Order()];
        var isOther = known.Length >= 4 && known[known.Length / 2] >= NotedOfMost && isSwap.Count(s => s) <= known.Length / 2;
        return [.. suspicion.Select((s, j) => Fault(s ?? 0, j))];

        LabelFault? Fault(double s, int j)
        {
            if (isOther)
                return s >= NotedOfMost ? LabelFault.WrongPerson : null;
            if (s < Noted)
                return null;
            if (isSwap[j])
                return LabelFault.Swap;
            return others.Any(o => Distance(labels[j], o.Keypoints[j]) <= near) ? LabelFault.WrongPerson : LabelFault.Shift;
        }
    }

    private static double Distance(Keypoint label, KeypointConsensus consensus) => (new Point2(label.X, label.Y) - consensus.Position).Length / consensus.Unit;
}
