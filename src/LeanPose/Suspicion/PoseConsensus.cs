using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;

namespace LeanPose.Suspicion;

/// <summary>Where the members see one keypoint, and how sure they are of it together.</summary>
/// <param name="Position">Image pixels: the mean of the members near the one that lies nearest to all others.</param>
/// <param name="Score">Mean heatmap maximum, 0 to 1.</param>
/// <param name="Agreement">How near the members' places lie to <paramref name="Position"/>, 0 to 1; 1 where all are there.</param>
/// <param name="Inconsistency">Mean distance of the members' places from <paramref name="Position"/>, in units: 0 where all are there, 1 where they lie as far apart as OKS tolerates.</param>
/// <param name="Unit">Image pixels that count as near: see <see cref="PoseConsensus"/>.</param>
public readonly record struct KeypointConsensus(Point2 Position, double Score, double Agreement, double Inconsistency, double Unit)
{
    /// <summary>Score times agreement, 0 to 1.</summary>
    public double Certainty => Score * Agreement;

    /// <summary>1 − certainty: the inconsistency between networks and periods, blended with low heatmap maxima.</summary>
    public double Disagreement => 1 - Certainty;
}

/// <summary>
/// What the members make of a person together. Distances are counted in a unit of each keypoint, so that they compare between
/// keypoints and between small and large persons: u² = (2σ·√(0.53·w·h))² + cell². The first part is what OKS tolerates of the keypoint (COCO's
/// σ; 0.53 is the usual share of a person in its box, which is used because the annotated area may come from wrong labels); the second
/// is one heatmap cell, below which no member can tell places apart. Members agree by 1/(1 + (d/u)²): half at one unit,
/// and with a tail, so that far and very far still differ.
/// </summary>
/// <param name="Keypoints">One for each keypoint of the skeleton.</param>
public sealed record PoseConsensus(ImmutableArray<KeypointConsensus> Keypoints)
{
    private const double PersonShareOfBox = 0.53;
    private const double Rounding = 1e-9;

    /// <summary>Mean disagreement of the keypoints, 0 to 1.</summary>
    public double Disagreement => Keypoints.IsEmpty ? 1 : Keypoints.Average(k => k.Disagreement);

    /// <summary>Mean inconsistency of the keypoints, in units.</summary>
    public double Inconsistency => Keypoints.IsEmpty ? 0 : Keypoints.Average(k => k.Inconsistency);

    /// <summary>Brings the members together.</summary>
    /// <param name="pose">What they see; at least one member.</param>
    /// <param name="skeleton">Its keypoints.</param>
    /// <param name="box">The person's box, image pixels.</param>
    /// <exception cref="ArgumentException">There is no member, or one has other keypoints.</exception>
    public static PoseConsensus Of(EnsemblePose pose, Skeleton skeleton, Box box)
    {
        if (pose.Members.IsEmpty || pose.Seconds.Length != pose.Members.Length || pose.Members.Concat(pose.Seconds).Any(m => m.Length != skeleton.Count))
            throw new ArgumentException($"Every member needs a first and a second place for each of the {skeleton.Count} keypoints of {skeleton.Name}, and there must be one member.");
        var keypoints = ImmutableArray.CreateBuilder<KeypointConsensus>(skeleton.Count);
        var size = PersonSize.Of(box) * Math.Sqrt(PersonShareOfBox);
        for (var j = 0; j < skeleton.Count; j++)
        {
            var unit = Math.Sqrt(Math.Pow(2 * skeleton.Sigmas[j] * size, 2) + Math.Pow(pose.Resolution, 2));
            var position = Centre([.. pose.Members.Select(m => m[j])], unit);
            keypoints.Add(new(position, pose.Members.Average(m => Bounded(m[j].Score)), Support(pose, j, position, unit), pose.Members.Average(m => Units(m[j], position, unit)), unit));
        }

        return new PoseConsensus(keypoints.MoveToImmutable());
    }

    /// <summary>How much the members' places speak for a position, 0 to 1. Each member's weight, its maximum, is shared by its two places.</summary>
    /// <param name="pose">What they see.</param>
    /// <param name="keypoint">Of which keypoint.</param>
    /// <param name="position">Image pixels.</param>
    /// <param name="unit">Image pixels that count as near.</param>
    internal static double Support(EnsemblePose pose, int keypoint, Point2 position, double unit)
    {
        var (sum, weights) = (0.0, 0.0);
        for (var m = 0; m < pose.Members.Length; m++)
        {
            var (a, b) = (pose.Members[m][keypoint], pose.Seconds[m][keypoint]);
            double first = Weight(a), second = Bounded(b.Score), share = first / (first + second);
            sum += first * ((share * Near(a, position, unit)) + ((1 - share) * Near(b, position, unit)));
            weights += first;
        }

        return sum / weights;
    }

    // Half the members may be anywhere without moving the one that is nearest to all; the mean of those around it is finer than a cell.
    // Of members that are as near the first is taken, also where rounding tells them apart: scores do not change with a picture's scale.
    private static Point2 Centre(ScoredPoint[] points, double unit)
    {
        var (centre, least) = (points[0], double.PositiveInfinity);
        foreach (var candidate in points)
        {
            var sum = points.Sum(p => Weight(p) * Math.Min(4 * unit, Distance(candidate, p)));
            if (sum < least * (1 - Rounding))
                (centre, least) = (candidate, sum);
        }

        var (mean, weights) = (default(Point2), 0.0);
        foreach (var p in points.Where(p => Distance(centre, p) <= 2 * unit * (1 + Rounding)))
            (mean, weights) = (mean + (new Point2(p.X, p.Y) * Weight(p)), weights + Weight(p));
        return mean * (1 / weights);
    }

    private static double Near(ScoredPoint p, Point2 position, double unit)
    {
        var d = Units(p, position, unit);
        return 1 / (1 + (d * d));
    }

    private static double Units(ScoredPoint p, Point2 position, double unit) => (new Point2(p.X, p.Y) - position).Length / unit;

    private static double Distance(ScoredPoint a, ScoredPoint b) => new Point2(a.X - b.X, a.Y - b.Y).Length;

    private static double Bounded(double score) => Math.Clamp(score, 0, 1);

    // A member whose heatmap is empty has almost no say, but is there.
    private static double Weight(ScoredPoint p) => Math.Max(1e-3, Bounded(p.Score));
}
