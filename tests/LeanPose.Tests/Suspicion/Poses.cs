using System.Collections.Immutable;
using CsCheck;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using LeanPose.Suspicion;

namespace LeanPose.Tests.Suspicion;

/// <summary>Made-up persons, and what made-up members see of them.</summary>
internal static class Poses
{
    public static readonly Skeleton Skeleton = KnownSkeletons.Lsp14;
    public static readonly Box Box = new(100, 50, 80, 200);

    /// <summary>Keypoints of a standing person in <see cref="Box"/>, left and right well apart.</summary>
    public static readonly ImmutableArray<Point2> Standing =
    [
        new(110, 245), new(112, 200), new(115, 150), new(165, 150), new(168, 200), new(170, 245),
        new(102, 150), new(104, 115), new(112, 80), new(168, 80), new(176, 115), new(178, 150), new(140, 75), new(140, 52),
    ];

    public static readonly ImmutableArray<Keypoint> StandingLabels = [.. Standing.Select(p => new Keypoint(p.X, p.Y, Visibility.Visible))];

    /// <summary>Members, seconds and labels anywhere in the box.</summary>
    public static readonly Gen<(EnsemblePose Pose, ImmutableArray<Keypoint> Labels)> Any =
        from members in Points(0.05).Array[5]
        from seconds in Points(0).Array[5]
        from labels in Points(0).Select(p => ImmutableArray.CreateRange(p, k => new Keypoint(k.X, k.Y, k.Score > 0.2 ? Visibility.Visible : Visibility.Unlabelled)))
        select (new EnsemblePose([.. members], [.. seconds], 4), labels);

    /// <summary>Members who see these places, all with the same maximum, and no second place.</summary>
    public static EnsemblePose Seen(double score, params IReadOnlyList<Point2>[] members) => new(
        [.. members.Select(m => m.Select(p => new ScoredPoint(p.X, p.Y, score)).ToImmutableArray())],
        [.. members.Select(m => m.Select(_ => default(ScoredPoint)).ToImmutableArray())],
        4);

    public static EnsemblePose Map(this EnsemblePose pose, Func<ImmutableArray<ScoredPoint>, ImmutableArray<ScoredPoint>> change, double scale = 1) =>
        new([.. pose.Members.Select(change)], [.. pose.Seconds.Select(change)], pose.Resolution * scale);

    /// <summary>Moves by (7, −3) after scaling.</summary>
    public static ImmutableArray<ScoredPoint> Scaled(ImmutableArray<ScoredPoint> points, double by) => [.. points.Select(p => p with { X = (p.X * by) + 7, Y = (p.Y * by) - 3 })];

    public static Box Scaled(Box box, double by) => new((box.X * by) + 7, (box.Y * by) - 3, box.Width * by, box.Height * by);

    public static ImmutableArray<ScoredPoint> Mirrored(ImmutableArray<ScoredPoint> points) => [.. Skeleton.FlipIndex.Select(j => points[j] with { X = 500 - points[j].X })];

    public static ImmutableArray<Keypoint> Mirrored(ImmutableArray<Keypoint> points) => [.. Skeleton.FlipIndex.Select(j => points[j] with { X = 500 - points[j].X })];

    private static Gen<ImmutableArray<ScoredPoint>> Points(double least) =>
        Gen.Select(Gen.Double[Box.X, Box.Right], Gen.Double[Box.Y, Box.Bottom], Gen.Double[least, 1]).Select((x, y, s) => new ScoredPoint(x, y, s)).Array[Skeleton.Count].Select(a => a.ToImmutableArray());
}
