using CsCheck;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Tests.Evaluation;

public class OksTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(5, 0, 0.871155)]
    [InlineData(0, -5, 0.871155)]
    [InlineData(3, 4, 0.871155)]
    [InlineData(10, 0, 0.646995)]
    public void Coco_persons_of_10000_square_pixels(double dx, double dy, double expected)
    {
        var person = Poses.Person(1, 1);
        Assert.Equal(expected, Similarity(person, dx, dy, OksOptions.Coco), 1e-6);
    }

    [Fact]
    public void Fisheye_persons_are_measured_by_their_box()
    {
        var person = Poses.Person(1, 1, KnownSkeletons.WepdtofPose14, new(0, 0, 100, 100), area: 0);
        Assert.Equal((5300.0, 5300.0), Oks.Areas(person, ObjectArea.BoxShareRangeAnnotated));
        Assert.Equal((5300.0, 700.0), Oks.Areas(person with { Area = 700 }, ObjectArea.BoxShareRangeAnnotated));
        Assert.Equal((5300.0, 5300.0), Oks.Areas(person with { Area = 700 }, ObjectArea.BoxShare));
        Assert.Equal(0.840184, Similarity(person, 5, 0, OksOptions.Wepdtof, KnownSkeletons.WepdtofPose14), 1e-6);
    }

    [Fact]
    public void Only_labelled_keypoints_count()
    {
        var person = Poses.Person(1, 1);
        var detection = Poses.Found(person).Keypoints.SetItem(3, new(900, 900, 1));
        Assert.Equal(16.0 / 17, Of(person, detection.AsSpan()), 1e-9);
        person = person with { Keypoints = person.Keypoints.SetItem(3, new(0, 0, Visibility.Unlabelled)) };
        Assert.Equal(1, Of(person, detection.AsSpan()), 1e-12);
        person = person with { Keypoints = person.Keypoints.SetItem(3, new(900, 900, Visibility.Hidden)) };
        Assert.Equal(1, Of(person, detection.AsSpan()), 1e-12);
    }

    [Fact]
    public void A_person_without_labels_resembles_whatever_lies_in_its_doubled_box()
    {
        var person = Poses.Person(1, 1, visibility: Visibility.Unlabelled);
        Assert.Equal(1, Of(person, Poses.Found(person, -50, 50).Keypoints.AsSpan()));
        Assert.True(Of(person, Poses.Found(person, -500).Keypoints.AsSpan()) < 0.01);
        Assert.Equal(1, Of(person with { Keypoints = [] }, Poses.Found(person).Keypoints.AsSpan()));
    }

    [Fact]
    public void Moving_truth_and_detection_together_changes_nothing() =>
        Gen.Select(Gen.Double[-20, 20], Gen.Double[-20, 20], Gen.Double[-1000, 1000], Gen.Double[-1000, 1000]).Sample((dx, dy, mx, my) =>
        {
            var person = Poses.Person(1, 1);
            var moved = person with { Keypoints = [.. person.Keypoints.Select(k => k with { X = k.X + mx, Y = k.Y + my })] };
            Assert.Equal(Similarity(person, dx, dy, OksOptions.Coco), Similarity(moved, dx, dy, OksOptions.Coco), 1e-9);
        });

    [Fact]
    public void Between_detections_it_is_symmetric_and_one_for_the_same_pose() =>
        Gen.Select(Gen.Double[-20, 20], Gen.Double[-20, 20], Gen.Double[100, 10_000], Gen.Double[100, 10_000]).Sample((dx, dy, areaA, areaB) =>
        {
            var person = Poses.Person(1, 1);
            PoseResult a = Poses.Found(person), b = Poses.Found(person, dx, dy);
            var sigmas = KnownSkeletons.Coco17.Sigmas.AsSpan();
            Assert.Equal(
                Oks.Between(a.Keypoints.AsSpan(), areaA, b.Keypoints.AsSpan(), areaB, sigmas),
                Oks.Between(b.Keypoints.AsSpan(), areaB, a.Keypoints.AsSpan(), areaA, sigmas), 1e-12);
            Assert.Equal(1, Oks.Between(a.Keypoints.AsSpan(), areaA, a.Keypoints.AsSpan(), areaB, sigmas), 1e-12);
        });

    private static double Similarity(PersonInstance person, double dx, double dy, OksOptions options, Skeleton? skeleton = null) =>
        Oks.ToTruth(person.Keypoints.AsSpan(), person.RawBox, Oks.Areas(person, options.Area).Oks, Poses.Found(person, dx, dy).Keypoints.AsSpan(), (skeleton ?? KnownSkeletons.Coco17).Sigmas.AsSpan());

    private static double Of(PersonInstance person, ReadOnlySpan<ScoredPoint> detection) =>
        Oks.ToTruth(person.Keypoints.AsSpan(), person.RawBox, person.Area, detection, KnownSkeletons.Coco17.Sigmas.AsSpan());
}
