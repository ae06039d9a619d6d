using CsCheck;
using LeanPose.Datasets;
using LeanPose.Drawing;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Tests.Drawing;

public class SkeletonPainterTests
{
    private const int Size = 120;

    // One limb per side and one that joins them.
    private static readonly Skeleton Legs = new(
        "legs", ["left_hip", "left_knee", "right_hip", "right_knee"], [(0, 1), (2, 3), (0, 2)], [0.1, 0.1, 0.1, 0.1]);

    private static readonly ScoredPoint[] Points = [new(90, 20, 1), new(90, 100, 1), new(30, 20, 1), new(30, 100, 1)];

    [Fact]
    public void Limbs_and_keypoints_have_their_side_s_colour()
    {
        var image = new RgbImage(Size, Size);
        SkeletonPainter.Draw(image, Legs, Points);

        Assert.Equal(SideColours.Left, At(image, 90, 60));
        Assert.Equal(SideColours.Right, At(image, 30, 60));
        Assert.Equal(SideColours.Middle, At(image, 60, 20));
        Assert.Equal(SideColours.Left, At(image, 90, 100));
        Assert.Equal(SideColours.Right, At(image, 30, 100));
        Assert.Equal((0, 0, 0), At(image, 60, 60));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void A_limb_stands_out_from_dark_and_bright_ground(byte ground)
    {
        var image = Plain(ground);
        SkeletonPainter.Draw(image, Legs, Points);

        var across = Enumerable.Range(80, 21).Select(x => Brightness(At(image, x, 60))).ToArray();
        Assert.True(across.Max() - across.Min() > 80, $"Only {across.Max() - across.Min()} between the limb and its surroundings.");
    }

    [Fact]
    public void Points_below_the_score_and_their_limbs_are_left_out()
    {
        ScoredPoint[] unsure = [Points[0], Points[1] with { Score = 0.3 }, Points[2], Points[3]];

        var shown = new RgbImage(Size, Size);
        SkeletonPainter.Draw(shown, Legs, unsure, new PaintOptions { MinScore = 0.3 });
        Assert.Equal(SideColours.Left, At(shown, 90, 60));

        var hidden = new RgbImage(Size, Size);
        SkeletonPainter.Draw(hidden, Legs, unsure, new PaintOptions { MinScore = 0.31 });
        Assert.Equal((0, 0, 0), At(hidden, 90, 60));
        Assert.Equal((0, 0, 0), At(hidden, 90, 100));
        Assert.Equal(SideColours.Right, At(hidden, 30, 60));
    }

    [Fact]
    public void A_hidden_label_is_a_ring_and_an_unlabelled_one_is_nothing()
    {
        var image = Plain(255);
        SkeletonPainter.Draw(image, Legs, [
            new Keypoint(90, 20, Visibility.Hidden), new Keypoint(90, 100, Visibility.Unlabelled),
            new Keypoint(30, 20, Visibility.Visible), new Keypoint(30, 100, Visibility.Visible)]);

        Assert.True(Brightness(At(image, 90, 20)) < 40, "The middle of a hidden keypoint is dark.");
        Assert.Equal(SideColours.Right, At(image, 30, 20));
        Assert.Equal((255, 255, 255), At(image, 90, 100));
        Assert.Equal((255, 255, 255), At(image, 90, 60));
    }

    [Fact]
    public void Lines_grow_with_the_person()
    {
        int Width(double scale)
        {
            var image = new RgbImage(800, 800);
            SkeletonPainter.Draw(image, Legs, [.. Points.Select(p => new ScoredPoint(p.X * scale, p.Y * scale, 1))]);
            return Enumerable.Range(0, 800).Count(x => At(image, x, (int)(60 * scale)) == SideColours.Left);
        }

        Assert.InRange(Width(6), 2 * Width(1.5), 8 * Width(1.5));
    }

    [Fact]
    public void Points_that_are_no_numbers_or_far_away_do_no_harm()
        => Gen.Select(Gen.Double, Gen.Double).Array[4].Sample(points =>
        {
            var image = new RgbImage(32, 32);
            SkeletonPainter.Draw(image, Legs, [.. points.Select(p => new ScoredPoint(p.Item1, p.Item2, 1))]);
        }, iter: 200);

    [Fact]
    public void Several_persons_are_drawn_one_over_the_other()
    {
        ScoredPoint[] beside = [.. Points.Select(p => p with { X = p.X - 25 })];
        var together = Plain(60);
        SkeletonPainter.Draw(together, Legs, new IReadOnlyList<ScoredPoint>[] { Points, beside });
        var apart = Plain(60);
        SkeletonPainter.Draw(apart, Legs, Points);
        SkeletonPainter.Draw(apart, Legs, beside);
        Assert.Equal(apart.Pixels, together.Pixels);
    }

    [Fact]
    public void Another_number_of_points_than_keypoints_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => SkeletonPainter.Draw(new RgbImage(8, 8), Legs, Points[..3]));
        Assert.Equal("3 points were given to draw a skeleton of 4 keypoints (legs).", error.Message);
    }

    private static RgbImage Plain(byte value)
    {
        var image = new RgbImage(Size, Size);
        Array.Fill(image.Pixels, value);
        return image;
    }

    private static (byte, byte, byte) At(RgbImage image, int x, int y)
    {
        var i = ((y * image.Width) + x) * 3;
        return (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]);
    }

    private static int Brightness((byte R, byte G, byte B) c) => (c.R + c.G + c.B) / 3;
}
