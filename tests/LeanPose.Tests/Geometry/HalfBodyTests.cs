using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Tests.Geometry;

public class HalfBodyTests
{
    [Fact]
    public void Lower_body_is_root_hips_and_legs()
    {
        Assert.Equal(Enumerable.Range(0, 24).Select(i => i >= 7), HalfBody.UpperKeypoints(KnownSkeletons.Union24));
        Assert.Equal(Enumerable.Range(0, 17).Select(i => i <= 10), HalfBody.UpperKeypoints(KnownSkeletons.Coco17));
    }

    [Fact]
    public void Centre_is_the_mean_and_size_is_one_and_a_half_times_the_extent()
    {
        Keypoint[] person = [At(0, 0), At(300, 0), At(300, 600), At(900, 900)];
        var frame = HalfBody.Frame(person, [true, true, true, false], preferUpper: true, aspect: 0.5);
        Assert.Equal(new PersonFrame(new(200, 200), 2.25, 4.5), frame);
    }

    [Fact]
    public void Falls_back_to_the_other_half_when_the_wanted_one_has_too_few()
    {
        Keypoint[] person = [At(0, 0), At(10, 10), At(100, 100), At(100, 140), At(130, 120)];
        bool[] isUpper = [true, true, false, false, false];
        Assert.Equal(new Point2(110, 120), HalfBody.Frame(person, isUpper, preferUpper: true, 1)!.Value.Center);
        Assert.Equal(new Point2(5, 5), HalfBody.Frame(person[..4], isUpper.AsSpan()[..4], preferUpper: false, 1)!.Value.Center);
    }

    [Fact]
    public void No_frame_without_two_keypoints_apart()
    {
        bool[] isUpper = [true, true, true];
        Assert.Null(HalfBody.Frame([At(3, 4), default, default], isUpper, preferUpper: true, 1));
        Assert.Null(HalfBody.Frame([At(3, 4), At(3, 4), At(3, 4)], isUpper, preferUpper: true, 1));
        Assert.Null(HalfBody.Frame([], [], preferUpper: true, 1));
    }

    private static Keypoint At(double x, double y) => new(x, y, Visibility.Visible);
}
