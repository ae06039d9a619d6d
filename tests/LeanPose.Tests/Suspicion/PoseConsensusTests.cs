using CsCheck;
using LeanPose.Geometry;
using LeanPose.Suspicion;
using Xunit;

namespace LeanPose.Tests.Suspicion;

public sealed class PoseConsensusTests
{
    [Fact]
    public void Size_and_place_of_the_person_do_not_matter() => Gen.Select(Poses.Any, Gen.Double[0.2, 5]).Sample((any, scale) =>
    {
        var one = PoseConsensus.Of(any.Pose, Poses.Skeleton, Poses.Box);
        var other = PoseConsensus.Of(any.Pose.Map(p => Poses.Scaled(p, scale), scale), Poses.Skeleton, Poses.Scaled(Poses.Box, scale));
        foreach (var (a, b) in one.Keypoints.Zip(other.Keypoints))
        {
            Assert.Equal(a.Disagreement, b.Disagreement, 1e-9);
            Assert.Equal(a.Inconsistency, b.Inconsistency, 1e-9);
            Assert.Equal((a.Position.X * scale) + 7, b.Position.X, 1e-6);
            Assert.Equal((a.Position.Y * scale) - 3, b.Position.Y, 1e-6);
        }
    });

    [Fact]
    public void A_mirrored_person_is_seen_the_same_with_left_and_right_exchanged() => Poses.Any.Sample(any =>
    {
        var one = PoseConsensus.Of(any.Pose, Poses.Skeleton, Poses.Box);
        var mirrored = PoseConsensus.Of(any.Pose.Map(Poses.Mirrored), Poses.Skeleton, Poses.Box with { X = 500 - Poses.Box.Right });
        for (var j = 0; j < Poses.Skeleton.Count; j++)
        {
            Assert.Equal(one.Keypoints[Poses.Skeleton.FlipIndex[j]].Disagreement, mirrored.Keypoints[j].Disagreement, 1e-9);
            Assert.Equal(500 - one.Keypoints[Poses.Skeleton.FlipIndex[j]].Position.X, mirrored.Keypoints[j].Position.X, 1e-9);
        }
    });

    [Fact]
    public void Numbers_lie_between_0_and_1_and_members_who_agree_are_as_certain_as_their_maxima()
    {
        Poses.Any.Sample(any => Assert.All(PoseConsensus.Of(any.Pose, Poses.Skeleton, Poses.Box).Keypoints, k =>
        {
            Assert.InRange(k.Agreement, 0, 1);
            Assert.InRange(k.Disagreement, 0, 1);
        }));
        var seen = PoseConsensus.Of(Poses.Seen(0.7, Poses.Standing, Poses.Standing, Poses.Standing), Poses.Skeleton, Poses.Box);
        Assert.All(seen.Keypoints.Zip(Poses.Standing), p =>
        {
            Assert.Equal(p.Second.X, p.First.Position.X, 1e-9);
            Assert.Equal(p.Second.Y, p.First.Position.Y, 1e-9);
            Assert.Equal(1, p.First.Agreement, 1e-9);
            Assert.Equal(0, p.First.Inconsistency, 1e-9);
            Assert.Equal(0.7, p.First.Score, 1e-9);
            Assert.Equal(0.3, p.First.Disagreement, 1e-9);
        });
    }

    [Fact]
    public void The_farther_a_member_strays_the_less_they_agree_but_one_of_three_moves_nothing()
    {
        var before = 0.0;
        foreach (var far in new[] { 0.0, 30, 60, 120 })
        {
            var pose = Poses.Seen(0.8, Poses.Standing, Poses.Standing, [.. Poses.Standing.Select(p => p + new Point2(far, 0))]);
            var wrist = PoseConsensus.Of(pose, Poses.Skeleton, Poses.Box).Keypoints[6];
            Assert.True(far == 0 || wrist.Disagreement > before);
            before = wrist.Disagreement;
            Assert.Equal(Poses.Standing[6].X, wrist.Position.X, 1e-9);
        }
    }

    [Fact]
    public void The_unit_is_what_OKS_tolerates_and_a_cell()
    {
        // lsp14's wrist has σ 0.062; the box has 80·200 square pixels, a cell 4 pixels.
        var unit = PoseConsensus.Of(Poses.Seen(1, Poses.Standing), Poses.Skeleton, Poses.Box).Keypoints[6].Unit;
        Assert.Equal(Math.Sqrt((4 * 0.062 * 0.062 * 0.53 * 16000) + 16), unit, 1e-9);
        // A member half as far as a unit and one at the centre of two: 1/(1 + ¼) each, with equal maxima.
        var pose = Poses.Seen(1, Poses.Standing, [.. Poses.Standing.Select(p => p + new Point2(unit, 0))]);
        Assert.Equal(0.8, PoseConsensus.Of(pose, Poses.Skeleton, Poses.Box).Keypoints[6].Agreement, 1e-9);
    }

    [Fact]
    public void Members_with_other_keypoints_are_refused() =>
        Assert.Throws<ArgumentException>(() => PoseConsensus.Of(Poses.Seen(1, [.. Poses.Standing.Take(13)]), Poses.Skeleton, Poses.Box));
}
