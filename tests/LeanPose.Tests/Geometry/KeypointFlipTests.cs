using CsCheck;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Tests.Geometry;

public class KeypointFlipTests
{
    private static readonly Gen<Keypoint> Keypoints = Gen.Select(Gen.Int[0, 639], Gen.Int[0, 479], Gen.Int[0, 2])
        .Select((x, y, v) => v == 0 ? default : new Keypoint(x, y, (Visibility)v));

    [Fact]
    public void Flipping_keypoints_twice_changes_nothing()
    {
        foreach (var skeleton in KnownSkeletons.All)
        {
            Keypoints.Array[skeleton.Count].Sample(person =>
            {
                var (once, twice) = (new Keypoint[person.Length], new Keypoint[person.Length]);
                KeypointFlip.Mirror(person, skeleton, 640, once);
                KeypointFlip.Mirror(once, skeleton, 640, twice);
                Assert.Equal(person, twice);
            });
        }
    }

    [Fact]
    public void Left_becomes_right_and_x_is_mirrored()
    {
        var skeleton = KnownSkeletons.Coco17;
        var person = new Keypoint[17];
        person[skeleton.IndexOf("left_wrist")] = new(10, 20, Visibility.Hidden);
        person[skeleton.IndexOf("nose")] = new(30, 5, Visibility.Visible);
        person[skeleton.IndexOf("left_ear")] = new(7, 7, Visibility.Unlabelled);
        var mirrored = new Keypoint[17];
        KeypointFlip.Mirror(person, skeleton, 100, mirrored);
        Assert.Equal(new Keypoint(89, 20, Visibility.Hidden), mirrored[skeleton.IndexOf("right_wrist")]);
        Assert.Equal(new Keypoint(69, 5, Visibility.Visible), mirrored[skeleton.IndexOf("nose")]);
        Assert.Equal(2, mirrored.Count(k => k != default));
    }

    [Fact]
    public void Flipping_a_picture_twice_changes_nothing() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20]).SelectMany((w, h) => Gen.Byte.Array[w * h * 3].Select(p => new RgbImage(w, h, p))).Sample(image =>
        {
            var once = new RgbImage(image.Width, image.Height);
            var twice = new RgbImage(image.Width, image.Height);
            BilinearWarp.Warp(image, KeypointFlip.Map(image.Width), image.Width, image.Height, once.Pixels);
            BilinearWarp.Warp(once, KeypointFlip.Map(image.Width), image.Width, image.Height, twice.Pixels);
            Assert.Equal(image.Pixels[..3], once.Pixels.AsSpan((image.Width - 1) * 3, 3));
            Assert.Equal(image.Pixels, twice.Pixels);
        });
}
