using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Runtime.Video;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Runtime.Tests.Video;

public sealed class PoseTrackerTests
{
    private const double Frame = 1 / 30.0;
    private static readonly Skeleton Coco = KnownSkeletons.Coco17;
    private readonly PoseTracker _tracker = new(Coco);

    [Fact]
    public void Persons_keep_their_numbers_while_they_walk_past_each_other()
    {
        for (var i = 0; i <= 60; i++)
        {
            // Two walkers cross in the middle; one is taller, so their keypoints are never the same. The list changes its order.
            var (a, b) = (Person(100 + (3 * i), 300), Person(280 - (3 * i), 240));
            Assert.Equal(i % 3 == 0 ? [0, 1] : [1, 0], _tracker.Follow(i % 3 == 0 ? [a, b] : [b, a], i * Frame));
        }
    }

    [Fact]
    public void A_new_person_has_a_new_number_and_one_away_for_long_too()
    {
        Assert.Equal([0], _tracker.Follow([Person(100, 200)], 0));
        Assert.Equal([1, 0], _tracker.Follow([Person(400, 200), Person(102, 200)], 0.1));
        Assert.Equal([1], _tracker.Follow([Person(400, 200)], 0.2));
        Assert.Equal([0, 1], _tracker.Follow([Person(104, 200), Person(400, 200)], 0.5));
        Assert.Empty(_tracker.Follow([], 0.9));
        Assert.Equal([2], _tracker.Follow([Person(104, 200)], 1.1));
        _tracker.Reset();
        Assert.Equal([3], _tracker.Follow([Person(104, 200)], 0));
    }

    [Fact]
    public void Boxes_tell_where_keypoints_do_not()
    {
        var unsure = Person(100, 200, score: 0.1);
        Assert.Equal([0], _tracker.Follow([unsure], 0));
        var wild = unsure with { Keypoints = [.. unsure.Keypoints.Select(k => k with { X = double.NaN })] };
        Assert.Equal([0], _tracker.Follow([wild], 0.1));
        var sure = unsure with { Keypoints = [.. unsure.Keypoints.Select(k => new ScoredPoint(double.NaN, k.Y, 0.9))] };
        Assert.Equal([0], _tracker.Follow([sure], 0.2));
    }

    [Fact]
    public void Keypoints_tell_where_boxes_are_the_same()
    {
        // Both boxes are the whole picture; who is who shows in the poses alone.
        var frame = new Box(0, 0, 640, 480);
        var (a, b) = (Person(150, 200) with { Box = frame }, Person(450, 200) with { Box = frame });
        Assert.Equal([0, 1], _tracker.Follow([a, b], 0));
        Assert.Equal([1, 0], _tracker.Follow([b, a], 0.1));
    }

    [Fact]
    public void Who_is_unlike_is_somebody_else()
    {
        var strict = new PoseTracker(Coco) { MinSimilarity = 0.99 };
        strict.Follow([Person(100, 200)], 0);
        Assert.Equal([1], strict.Follow([Person(110, 200)], 0.1));
        _tracker.Follow([Person(100, 200)], 0);
        Assert.Equal([0], _tracker.Follow([Person(110, 200)], 0.1));
    }

    [Fact]
    public void Calls_that_make_no_sense_are_refused()
    {
        _tracker.Follow([], 1);
        Assert.Throws<ArgumentOutOfRangeException>("seconds", () => _tracker.Follow([], 1));
        var e = Assert.Throws<ArgumentException>("poses", () => _tracker.Follow([new EstimatedPose(new Box(0, 0, 1, 1), [], 1)], 2));
        Assert.Contains("0 keypoints; coco17 (17 keypoints) was expected", e.Message);
    }

    // Keypoints in four columns down the body.
    private static EstimatedPose Person(double x, double height, double score = 0.9) => new(
        new Box(x - (height / 6), 50, height / 3, height),
        [.. Enumerable.Range(0, Coco.Count).Select(k => new ScoredPoint(x + (height * ((k % 4) - 1.5) / 12), 50 + (height * (k + 1) / 18), score))],
        score);
}
