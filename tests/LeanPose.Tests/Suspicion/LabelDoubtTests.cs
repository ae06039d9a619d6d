using System.Collections.Immutable;
using CsCheck;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Suspicion;
using Xunit;

namespace LeanPose.Tests.Suspicion;

public sealed class LabelDoubtTests
{
    private const int Wrist = 6;
    private static readonly EnsemblePose Agreeing = Poses.Seen(0.9, Poses.Standing, Poses.Standing, Poses.Standing);

    private static LabelDoubt Doubt(EnsemblePose pose, ImmutableArray<Keypoint> labels, double tolerance = 1, params IReadOnlyList<Point2>[] others) => LabelDoubt.Of(
        pose,
        PoseConsensus.Of(pose, Poses.Skeleton, Poses.Box),
        Poses.Skeleton,
        labels,
        tolerance,
        [.. others.Select(o => PoseConsensus.Of(Poses.Seen(0.9, o), Poses.Skeleton, Poses.Box))]);

    private static ImmutableArray<Keypoint> Moved(int keypoint, double x, double y = 0) =>
        Poses.StandingLabels.SetItem(keypoint, Poses.StandingLabels[keypoint] with { X = Poses.Standing[keypoint].X + x, Y = Poses.Standing[keypoint].Y + y });

    [Fact]
    public void Size_and_place_of_the_person_do_not_matter_nor_does_a_mirror() => Gen.Select(Poses.Any, Gen.Double[0.2, 5], Gen.Double[1, 4]).Sample((any, scale, tolerance) =>
    {
        LabelDoubt Of(EnsemblePose pose, Box box, ImmutableArray<Keypoint> labels) => LabelDoubt.Of(pose, PoseConsensus.Of(pose, Poses.Skeleton, box), Poses.Skeleton, labels, tolerance);
        var one = Of(any.Pose, Poses.Box, any.Labels);
        var scaled = Of(any.Pose.Map(p => Poses.Scaled(p, scale), scale), Poses.Scaled(Poses.Box, scale), [.. any.Labels.Select(k => k with { X = (k.X * scale) + 7, Y = (k.Y * scale) - 3 })]);
        var mirrored = Of(any.Pose.Map(Poses.Mirrored), Poses.Box with { X = 500 - Poses.Box.Right }, Poses.Mirrored(any.Labels));
        for (var j = 0; j < Poses.Skeleton.Count; j++)
        {
            Assert.Equal(any.Labels[j].IsLabelled, one.Keypoints[j] is not null);
            Assert.InRange(one.Keypoints[j] ?? 0, 0, 1);
            Assert.Equal(one.Keypoints[j] ?? -1, scaled.Keypoints[j] ?? -1, 1e-9);
            Assert.Equal(one.Keypoints[Poses.Skeleton.FlipIndex[j]] ?? -1, mirrored.Keypoints[j] ?? -1, 1e-9);
        }
    });

    [Fact]
    public void Right_labels_are_not_suspicious_and_a_label_gets_more_so_the_farther_it_lies()
    {
        Assert.Equal(0, Doubt(Agreeing, Poses.StandingLabels).Suspicion, 1e-9);
        Assert.Null(Doubt(Agreeing, Poses.StandingLabels).Fault);
        Gen.Select(Gen.Double[0, 2 * Math.PI], Gen.Double[0, 200], Gen.Double[0.01, 50]).Sample((angle, near, more) =>
        {
            double At(double d) => Doubt(Agreeing, Moved(Wrist, d * Math.Cos(angle), d * Math.Sin(angle))).Keypoints[Wrist]!.Value;
            Assert.True(At(near + more) > At(near));
        });
    }

    [Fact]
    public void A_far_label_is_found_and_named_and_its_neighbours_are_left_alone()
    {
        var doubt = Doubt(Agreeing, Moved(Wrist, 0, 60));
        Assert.True(doubt.Keypoints[Wrist] > 0.8);
        Assert.Equal(LabelFault.Shift, doubt.Fault);
        Assert.Equal(1, doubt.Faults.Count(f => f is not null));
        Assert.All(doubt.Keypoints.Where((_, j) => j != Wrist), s => Assert.True(s < 0.01));
    }

    [Fact]
    public void Members_who_do_not_know_blame_no_label()
    {
        var labels = Moved(Wrist, 0, 60);
        var scattered = Poses.Seen(0.9, [.. Enumerable.Range(0, 5).Select(m => Poses.Standing.Select(p => p + new Point2(90 * Math.Cos(m * 1.2566), 90 * Math.Sin(m * 1.2566))).ToArray())]);
        var dim = Poses.Seen(0.1, Poses.Standing, Poses.Standing, Poses.Standing);
        Assert.True(Doubt(scattered, labels).Keypoints[Wrist] < Doubt(Agreeing, labels).Keypoints[Wrist] / 3);
        Assert.True(Doubt(dim, labels).Keypoints[Wrist] < Doubt(Agreeing, labels).Keypoints[Wrist] / 3);
    }

    [Fact]
    public void A_label_on_the_second_place_that_members_see_is_less_suspicious()
    {
        var labels = Moved(Wrist, 0, 60);
        var seconds = Agreeing with { Seconds = [.. Agreeing.Seconds.Select(s => s.SetItem(Wrist, new(labels[Wrist].X, labels[Wrist].Y, 0.6)))] };
        Assert.True(Doubt(seconds, labels).Keypoints[Wrist] < Doubt(Agreeing, labels).Keypoints[Wrist] / 2);
    }

    [Fact]
    public void Left_and_right_exchanged_is_recognised()
    {
        var (left, right) = (Poses.Skeleton.IndexOf("left_ankle"), Poses.Skeleton.IndexOf("right_ankle"));
        var labels = Poses.StandingLabels.SetItem(left, Poses.StandingLabels[right]).SetItem(right, Poses.StandingLabels[left]);
        var doubt = Doubt(Agreeing, labels);
        Assert.Equal([right, left], Enumerable.Range(0, 14).Where(j => doubt.Faults[j] == LabelFault.Swap));
        Assert.Equal(2, doubt.Faults.Count(f => f is not null));
        Assert.Equal(LabelFault.Swap, doubt.Fault);
        // A whole pose with its sides exchanged is that, and not another person's.
        Assert.Equal(LabelFault.Swap, Doubt(Agreeing, [.. Poses.Skeleton.FlipIndex.Select(j => Poses.StandingLabels[j])]).Fault);
    }

    [Fact]
    public void Another_persons_pose_is_recognised()
    {
        var other = Poses.Standing.Select(p => p + new Point2(15, 60)).ToArray();
        var all = Doubt(Agreeing, [.. other.Select(p => new Keypoint(p.X, p.Y, Visibility.Visible))]);
        Assert.All(all.Faults, f => Assert.Equal(LabelFault.WrongPerson, f));
        // One label is another person's where that person's keypoint is seen there.
        var one = Moved(Wrist, 15, 60);
        Assert.Equal(LabelFault.Shift, Doubt(Agreeing, one).Faults[Wrist]);
        Assert.Equal(LabelFault.WrongPerson, Doubt(Agreeing, one, 1, other).Faults[Wrist]);
    }

    [Fact]
    public void A_whole_pose_that_is_off_says_more_than_one_keypoint()
    {
        var off = Poses.Standing.Select(p => new Keypoint(p.X, p.Y + 12, Visibility.Visible)).ToImmutableArray();
        Assert.True(Doubt(Agreeing, off).Keypoints[Wrist] > Doubt(Agreeing, Moved(Wrist, 0, 12)).Keypoints[Wrist]);
    }

    [Fact]
    public void The_tolerance_is_twice_the_median_and_bears_with_wrong_labels()
    {
        Assert.Equal(1, LabelDoubt.Tolerance([]));
        Assert.Equal(1, LabelDoubt.Tolerance([0.1, 0.2, 50]));
        Assert.Equal(3, LabelDoubt.Tolerance([1, 1.2, 1.5, 50, 90]));
        Assert.Equal(4, LabelDoubt.Tolerance([20, 30, 40]));
        Assert.True(Doubt(Agreeing, Moved(Wrist, 0, 30), tolerance: 3).Keypoints[Wrist] < Doubt(Agreeing, Moved(Wrist, 0, 30)).Keypoints[Wrist]);
    }
}
