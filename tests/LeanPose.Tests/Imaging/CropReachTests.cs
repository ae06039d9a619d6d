using CsCheck;
using LeanPose.Geometry;
using LeanPose.Imaging;
using SkiaSharp;
using Xunit;

namespace LeanPose.Tests.Imaging;

/// <summary>A part of a picture is enough for every crop that its reach allows.</summary>
public class CropReachTests
{
    private static readonly Gen<CropReach> Reaches = Gen.Select(
        Gen.Int[8, 40], Gen.Int[8, 40], Gen.Double[0, 0.9], Gen.Double[0, 360], Gen.Bool,
        (w, h, scale, turn, reduce) => new CropReach(w, h, 1 - scale, 1 + scale, turn, reduce));

    private static readonly Gen<PersonFrame> Frames = Gen.Select(
        Gen.Double[-10, 110], Gen.Double[-10, 90], Gen.Double[0.5, 300], Gen.Double[0.5, 300], Gen.Double[0.3, 3],
        (x, y, w, h, aspect) => PersonFrame.FromBox(new Box(x - (w / 2), y - (h / 2), w, h), aspect));

    private static RgbImage Noise(int width, int height)
    {
        var image = new RgbImage(width, height);
        new Random(3).NextBytes(image.Pixels);
        return image;
    }

    [Fact]
    public void Crops_of_the_part_are_those_of_the_whole_bit_for_bit()
    {
        var encoded = Png(Noise(101, 83));
        var (small, reduced) = (0, 0);
        Gen.Select(Reaches, Frames, Gen.Double[-1, 1], Gen.Double[-1, 1], Gen.Bool).Sample(
            (reach, frame, s, t, flipped) =>
            {
                using var part = ImageDecoder.LoadWindow(encoded, "part", (w, h) => reach.Window(frame, w, h));
                var r = part.Window.Reduction;
                using var whole = ImageDecoder.LoadWindow(encoded, "whole", (w, h) => new(0, 0, PixelWindow.Reduced(w, r), PixelWindow.Reduced(h, r), r));
                var scale = s < 0 ? 1 + (s * (1 - reach.MinScale)) : 1 + (s * (reach.MaxScale - 1));
                var mirror = flipped ? KeypointFlip.Map(101) : Affine2.Identity;
                var map = (frame with { Center = mirror.Apply(frame.Center) }).Scaled(scale).ToCrop(t * reach.MaxRotation, reach.Width, reach.Height).After(mirror);
                byte[] a = new byte[reach.Width * reach.Height * 3], b = new byte[a.Length];
                BilinearWarp.Warp(part, map, reach.Width, reach.Height, a);
                BilinearWarp.Warp(whole, map, reach.Width, reach.Height, b);
                Assert.Equal(b, a);
                if (r == 1)
                {
                    BilinearWarp.Warp(ImageDecoder.Load(encoded, "picture"), map, reach.Width, reach.Height, b);
                    Assert.Equal(b, a);
                }

                small += part.Window.Bytes < whole.Window.Bytes ? 1 : 0;
                reduced += r > 1 ? 1 : 0;
            },
            iter: 2000, threads: 1);
        Assert.True(small > 200 && reduced > 200, $"{small} parts, {reduced} reduced of 2000");
    }

    [Fact]
    public void A_picture_is_reduced_only_while_the_strongest_zoom_has_a_pixel_for_each_of_its_own() => Gen.Select(Reaches, Frames).Sample((reach, frame) =>
    {
        var zoomed = PersonFrame.PixelStd * frame.ScaleX * reach.MinScale / reach.Width;
        var reduction = reach.Reduction(frame);
        Assert.Contains(reduction, new[] { 1, 2, 4, 8 });
        if (!reach.MayReduce || zoomed < 2)
            Assert.Equal(1, reduction);
        else
            Assert.True(zoomed >= reduction && (zoomed < 2 * reduction || reduction == 8), $"{zoomed} source pixels a crop pixel, reduced by {reduction}");
    });

    [Fact]
    public void A_crop_that_shows_more_than_is_there_is_refused()
    {
        using var part = ImageDecoder.LoadWindow(Png(Noise(50, 40)), "part", (_, _) => new(10, 10, 20, 20, 1));
        var crop = new byte[20 * 20 * 3];
        BilinearWarp.Warp(part, new(1, 0, -10, 0, 1, -10.0), 19, 19, crop.AsSpan(0, 19 * 19 * 3));
        Assert.Throws<ArgumentException>(() => BilinearWarp.Warp(part, new(1, 0, -9, 0, 1, -10), 20, 20, crop));
        Assert.Throws<ArgumentException>(() => BilinearWarp.Warp(part, new(1, 0, -10, 0, 1, -12), 20, 20, crop));
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 2)]
    [InlineData(SKEncodedImageFormat.Jpeg, 4)]
    [InlineData(SKEncodedImageFormat.Jpeg, 8)]
    [InlineData(SKEncodedImageFormat.Webp, 4)]
    [InlineData(SKEncodedImageFormat.Png, 8)]
    public void Reduced_pixels_stay_at_their_place(SKEncodedImageFormat format, int reduction)
    {
        // Colours say where a pixel is: red = x, green = y. The sides are no multiples of the reduction.
        var image = new RgbImage(203, 149);
        for (var i = 0; i < image.Width * image.Height; i++)
            (image.Pixels[3 * i], image.Pixels[(3 * i) + 1]) = ((byte)(i % image.Width), (byte)(i / image.Width));
        using var canvas = SKImage.FromPixelCopy(new SKImageInfo(203, 149, SKColorType.Rgba8888, SKAlphaType.Opaque), Rgba(image));
        using var data = canvas.Encode(format, 100);
        using var part = ImageDecoder.LoadWindow(data.AsSpan(), "part", (w, h) => new(3, 2, PixelWindow.Reduced(w, reduction) - 5, PixelWindow.Reduced(h, reduction) - 4, reduction));
        Assert.Equal((203, 149), (part.PictureWidth, part.PictureHeight));
        var back = part.ToReduced.Inverse();
        for (var y = 0; y < part.Window.Height; y++)
        {
            for (var x = 0; x < part.Window.Width; x++)
            {
                var expected = back.Apply(new(x + part.Window.Left, y + part.Window.Top));
                var at = 3 * ((y * part.Window.Width) + x);
                Assert.Equal(expected.X, part.Pixels[at], 3.0);
                Assert.Equal(expected.Y, part.Pixels[at + 1], 3.0);
            }
        }
    }

    private static byte[] Rgba(RgbImage image) =>
        [.. Enumerable.Range(0, image.Width * image.Height).SelectMany(i => new byte[] { image.Pixels[3 * i], image.Pixels[(3 * i) + 1], image.Pixels[(3 * i) + 2], 255 })];

    private static byte[] Png(RgbImage image)
    {
        using var canvas = SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), Rgba(image));
        using var data = canvas.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
