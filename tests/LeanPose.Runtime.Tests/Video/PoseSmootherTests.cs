using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Randomness;
using LeanPose.Runtime.Video;
using Xunit;

namespace LeanPose.Runtime.Tests.Video;

public sealed class PoseSmootherTests
{
    private const double Frame = 1 / 30.0;
    private static readonly Box Box = new(10, 20, 40, 90); // 60 pixels is this person's size.

    [Fact]
    public void Keypoints_are_filtered_by_themselves_in_person_sizes()
    {
        var options = new SmoothingOptions { MinCutoff = 2, Beta = 3, DerivativeCutoff = 0.5 };
        var smoother = new PoseSmoother(options);
        var random = KeyedRandom.For(1, "walk");
        var filters = Enumerable.Range(0, 4).Select(_ => new OneEuroFilter(2, 3, 0.5)).ToArray();
        for (var i = 0; i < 20; i++)
        {
            var pose = Pose(Enumerable.Range(0, 2).Select(_ => new ScoredPoint(30 + random.NextNormal(), 50 + (i * random.NextNormal()), 0.9)));
            var smooth = smoother.Smooth([pose], [7], i * Frame)[0];
            for (var k = 0; k < 2; k++)
            {
                Assert.Equal(filters[2 * k].Next(pose.Keypoints[k].X, i * Frame, 60), smooth.Keypoints[k].X, 1e-9);
                Assert.Equal(filters[(2 * k) + 1].Next(pose.Keypoints[k].Y, i * Frame, 60), smooth.Keypoints[k].Y, 1e-9);
            }

            Assert.Equal((pose.Box, pose.Score, 0.9), (smooth.Box, smooth.Score, smooth.Keypoints[0].Score));
        }
    }

    [Fact]
    public void Resolution_changes_nothing()
    {
        var (small, large) = (new PoseSmoother(), new PoseSmoother());
        var random = KeyedRandom.For(2, "walk");
        for (var i = 0; i < 20; i++)
        {
            ScoredPoint[] points = [new(20 + (5 * random.NextNormal()), 40 + i, 0.8)];
            var a = small.Smooth([Pose(points)], [0], i * Frame)[0].Keypoints[0];
            var b = large.Smooth([new EstimatedPose(new Box(30, 60, 120, 270), [points[0] with { X = 3 * points[0].X, Y = 3 * points[0].Y }], 1)], [0], i * Frame)[0].Keypoints[0];
            Assert.Equal(3 * a.X, b.X, 1e-9);
            Assert.Equal(3 * a.Y, b.Y, 1e-9);
        }
    }

    [Fact]
    public void The_defaults_do_what_their_description_says()
    {
        var random = KeyedRandom.For(5, "jitter");
        var (still, moving) = (new PoseSmoother(), new PoseSmoother());
        var (given, kept) = (0.0, 0.0);
        for (var i = 0; i < 900; i++)
        {
            var jitter = 0.6 * random.NextNormal();
            var smooth = still.Smooth([Pose([new(30 + jitter, 50, 1)])], [0], i * Frame)[0].Keypoints[0].X - 30;
            (given, kept) = (given + (jitter * jitter), kept + (smooth * smooth));
        }

        Assert.Equal(0.4, Math.Sqrt(kept / given), 0.05);
        var lag = Enumerable.Range(0, 60).Select(i => (2.0 * i) - moving.Smooth([Pose([new(2.0 * i, 50, 1)])], [0], i * Frame)[0].Keypoints[0].X).ToArray()[^1];
        Assert.Equal(0.01, lag / 60, 0.002);
    }

    [Fact]
    public void Persons_do_not_mix_whatever_their_order()
    {
        var (both, first) = (new PoseSmoother(), new PoseSmoother());
        var random = KeyedRandom.For(3, "two");
        for (var i = 0; i < 10; i++)
        {
            var (a, b) = (Pose([new(random.NextNormal(), 5, 1)]), Pose([new(200 + random.NextNormal(), 9, 1)]));
            var alone = first.Smooth([a], [1], i * Frame)[0];
            var together = i % 2 == 0 ? both.Smooth([a, b], [1, 2], i * Frame)[0] : both.Smooth([b, a], [2, 1], i * Frame)[1];
            Assert.Equal(alone.Keypoints.AsEnumerable(), together.Keypoints);
        }
    }

    [Fact]
    public void An_unsure_keypoint_is_held_then_let_go_and_starts_anew()
    {
        var smoother = new PoseSmoother(new SmoothingOptions { HoldSeconds = 0.25, MinScore = 0.5 });
        ScoredPoint At(double x, double score, double seconds) => smoother.Smooth([Pose([new(x, 3, score)])], [0], seconds)[0].Keypoints[0];
        At(10, 0.9, 0);
        var last = At(12, 0.9, 0.1);
        Assert.InRange(last.X, 10.1, 11.9);

        Assert.Equal(last with { Score = 0.1 }, At(500, 0.1, 0.2));
        Assert.Equal(last with { Score = 0.4 }, At(double.NaN, 0.4, 0.3));
        // Believed again within the time, it goes on from there.
        var again = At(12, 0.9, 0.34).X;
        Assert.InRange(again, last.X + 0.01, 12);
        // Too long: as it comes, and then anew.
        Assert.Equal(300, At(300, 0.2, 0.6).X);
        Assert.Equal(40, At(40, 0.9, 0.7).X);
        Assert.InRange(At(50, 0.9, 0.8).X, 40.1, 49.9);
    }

    [Fact]
    public void A_person_who_was_away_for_long_starts_anew()
    {
        var smoother = new PoseSmoother(new SmoothingOptions { HoldSeconds = 0.25 });
        double At(double x, double seconds) => smoother.Smooth([Pose([new(x, 3, 1)])], [0], seconds)[0].Keypoints[0].X;
        At(10, 0);
        smoother.Smooth([], [], 0.1);
        Assert.NotEqual(20, At(20, 0.2));
        smoother.Smooth([], [], 0.5);
        Assert.Equal(30, At(30, 0.6));
        // Nobody looked in between.
        Assert.Equal(50, At(50, 1.6));
    }

    [Fact]
    public void Calls_that_make_no_sense_are_refused()
    {
        var smoother = new PoseSmoother();
        var pose = Pose([new(1, 2, 1)]);
        smoother.Smooth([pose], [0], 1);
        Assert.Throws<ArgumentOutOfRangeException>("seconds", () => smoother.Smooth([pose], [0], 1));
        Assert.Throws<ArgumentOutOfRangeException>("seconds", () => smoother.Smooth([pose], [0], double.NaN));
        Assert.Throws<ArgumentException>("tracks", () => smoother.Smooth([pose], [], 2));
        Assert.Throws<ArgumentException>("tracks", () => smoother.Smooth([pose, pose], [3, 3], 2));
        Assert.Throws<ArgumentException>("poses", () => smoother.Smooth([Pose([new(1, 2, 1), new(1, 2, 1)])], [0], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PoseSmoother(new SmoothingOptions { MinCutoff = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PoseSmoother(new SmoothingOptions { HoldSeconds = -1 }));
        smoother.Reset();
        Assert.Equal(pose.Keypoints.AsEnumerable(), smoother.Smooth([pose], [0], 0)[0].Keypoints);
    }

    private static EstimatedPose Pose(IEnumerable<ScoredPoint> points) => new(Box, [.. points], 0.7);
}
