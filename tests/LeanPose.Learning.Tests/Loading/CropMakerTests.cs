using CsCheck;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Recipes;
using LeanPose.Randomness;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Learning.Tests.Loading;

/// <summary>The easy view: specification 2.1 and 2.2, invariants 3 and 24.</summary>
public sealed class CropMakerTests : IDisposable
{
    private const int Width = 96;
    private const int Height = 128;
    private readonly TempFolder _folder = new();
    private readonly PersonInstance _person;

    public CropMakerTests()
    {
        // A picture whose colour says where it is: red = 2x, green = 2y.
        var image = new RgbImage(120, 110);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
                (image.Pixels[3 * ((y * image.Width) + x)], image.Pixels[(3 * ((y * image.Width) + x)) + 1]) = ((byte)(2 * x), (byte)(2 * y));
        }

        ImageEncoder.SavePng(image, _folder["where.png"]);
        var keypoints = Enumerable.Range(0, 17).Select(j => new Keypoint(34 + (3.3 * j), 90 - (3.9 * j), (Visibility)(j % 3)));
        _person = MadeUpPeople.Person(new ImageRecord(1, "where.png", _folder["where.png"], 120, 110), 1, new Box(30, 20, 60, 75), [.. keypoints]);
    }

    public void Dispose() => _folder.Dispose();

    private static CropMaker Maker(AugmentationRecipe augmentation) => new(Width, Height, augmentation, new ImageCache());

    private (byte[] Pixels, Keypoint[] Keypoints) Augmented(CropMaker maker, long draw)
    {
        var (pixels, keypoints) = (new byte[Width * Height * 3], new Keypoint[17]);
        maker.Augmented(_person, KnownSkeletons.Coco17, KeyedRandom.For(3, "crop", draw), pixels, keypoints);
        return (pixels, keypoints);
    }

    [Fact]
    public void Keypoints_stay_on_their_pixels_under_every_change()
    {
        var maker = Maker(new AugmentationRecipe());
        var (compared, flips) = (0, 0);
        Gen.Long[0, 1_000_000].Sample(
            draw =>
            {
                var (pixels, keypoints) = Augmented(maker, draw);
                var flipped = EasyViewDraw.Of(new(), KeyedRandom.For(3, "crop", draw)).Flipped;
                flips += flipped ? 1 : 0;
                for (var j = 0; j < 17; j++)
                {
                    var from = _person.Keypoints[flipped ? KnownSkeletons.Coco17.FlipIndex[j] : j];
                    Assert.Equal(from.Visibility, keypoints[j].Visibility);
                    if (!from.IsLabelled)
                        Assert.Equal((0, 0), (keypoints[j].X, keypoints[j].Y));
                    else if (keypoints[j].X is > 1 and < Width - 2 && keypoints[j].Y is > 1 and < Height - 2)
                    {
                        Assert.Equal(2 * from.X, At(pixels, keypoints[j], 0), 2.0);
                        Assert.Equal(2 * from.Y, At(pixels, keypoints[j], 1), 2.0);
                        compared++;
                    }
                }
            },
            iter: 200, threads: 1);
        Assert.True(compared > 1000 && flips is > 20 and < 180, $"{compared} compared, {flips} of 200 flipped");
    }

    private static double At(byte[] pixels, Keypoint at, int channel)
    {
        int x = (int)at.X, y = (int)at.Y;
        double fx = at.X - x, fy = at.Y - y;
        double P(int u, int v) => pixels[(3 * ((v * Width) + u)) + channel];
        return ((1 - fy) * (((1 - fx) * P(x, y)) + (fx * P(x + 1, y)))) + (fy * (((1 - fx) * P(x, y + 1)) + (fx * P(x + 1, y + 1))));
    }

    [Fact]
    public void Without_changes_it_is_the_plain_crop()
    {
        var maker = Maker(new() { Scale = 0, Rotation = 0, FlipProbability = 0 });
        var plain = new byte[Width * Height * 3];
        maker.Plain(_person, plain);
        Assert.Equal(plain, Augmented(maker, 1).Pixels);
        Assert.Contains(plain, p => p > 0);
    }

    [Fact]
    public void The_same_draws_give_the_same_crop()
    {
        var maker = Maker(new AugmentationRecipe());
        Assert.Equal(Augmented(maker, 7).Pixels, Augmented(maker, 7).Pixels);
        Assert.NotEqual(Augmented(maker, 7).Pixels, Augmented(maker, 8).Pixels);
    }

    [Fact]
    public void Draws_have_their_distribution()
    {
        const int Count = 50_000;
        var draws = Enumerable.Range(0, Count).Select(i => EasyViewDraw.Of(new(), KeyedRandom.For(1, "labelled view", i))).ToArray();
        double Share(Func<EasyViewDraw, bool> which) => draws.Count(which) / (double)Count;
        Assert.All(draws, d => Assert.InRange(d.Scale, 0.75, 1.25));
        Assert.All(draws, d => Assert.InRange(d.Rotation, -60, 60));
        Assert.Equal(0.4, Share(d => d.Rotation == 0), 0.01);
        Assert.Equal(0.6 * 0.0228, Share(d => d.Rotation == 60), 0.004);
        Assert.Equal(0.1587, Share(d => d.Scale == 0.75), 0.01);
        Assert.Equal(0.1587, Share(d => d.Scale == 1.25), 0.01);
        Assert.Equal(0.5, Share(d => d.Flipped), 0.01);
        Assert.Equal(0.25, Share(d => d.Flipped && d.Scale > 1), 0.01);
    }
}
