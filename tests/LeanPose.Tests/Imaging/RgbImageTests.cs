using CsCheck;
using LeanPose.Geometry;
using LeanPose.Imaging;
using Xunit;

namespace LeanPose.Tests.Imaging;

public sealed class RgbImageTests
{
    [Fact]
    public void Raw_pixels_of_every_order_and_stride_are_the_same_picture()
        => Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[0, 5], Gen.Enum<PixelOrder>(), Gen.Int).Sample((width, height, gap, order, seed) =>
        {
            var picture = new RgbImage(width, height);
            new Random(seed).NextBytes(picture.Pixels);
            if (order == PixelOrder.Grey)
            {
                for (var i = 0; i < picture.Pixels.Length; i++)
                    picture.Pixels[i] = picture.Pixels[i / 3 * 3];
            }

            var places = order switch { PixelOrder.Bgr or PixelOrder.Bgra => new[] { 2, 1, 0 }, PixelOrder.Grey => [0, 0, 0], _ => [0, 1, 2] };
            var size = order switch { PixelOrder.Grey => 1, PixelOrder.Rgb or PixelOrder.Bgr => 3, _ => 4 };
            var stride = (width * size) + gap;
            // The last row needs no gap after it.
            var raw = new byte[(stride * height) - gap];
            Array.Fill(raw, (byte)77);
            for (var i = 0; i < width * height; i++)
            {
                for (var c = 0; c < 3; c++)
                    raw[(i / width * stride) + (i % width * size) + places[c]] = picture.Pixels[(3 * i) + c];
            }

            Assert.Equal(picture.Pixels, RgbImage.FromPixels(width, height, raw, order, stride).Pixels);
            if (gap == 0)
                Assert.Equal(picture.Pixels, RgbImage.FromPixels(width, height, raw, order).Pixels);
        }, iter: 300);

    [Fact]
    public void Frames_share_a_picture()
    {
        var picture = new RgbImage(1, 2);
        var pixels = picture.Pixels;
        picture.SetPixels([1, 2, 3, 4, 5, 6], PixelOrder.Bgr);
        Assert.Equal([3, 2, 1, 6, 5, 4], pixels);
        picture.SetPixels([7, 8], PixelOrder.Grey);
        Assert.Equal([7, 7, 7, 8, 8, 8], pixels);
    }

    [Fact]
    public void Too_few_bytes_and_short_rows_are_refused()
    {
        Assert.StartsWith("2×2 Bgra pixels, 9 bytes from row to row, need 17 bytes; 16 were given.", Assert.Throws<ArgumentException>("pixels", () => RgbImage.FromPixels(2, 2, new byte[16], PixelOrder.Bgra, 9)).Message);
        Assert.StartsWith("Rows of 2 Rgb pixels have 6 bytes; a stride of 5 is shorter.", Assert.Throws<ArgumentException>("stride", () => RgbImage.FromPixels(2, 2, new byte[99], PixelOrder.Rgb, 5)).Message);
        Assert.Throws<ArgumentException>("stride", () => RgbImage.FromPixels(2, 2, new byte[99], PixelOrder.Rgb, -6));
        Assert.Throws<ArgumentOutOfRangeException>("order", () => RgbImage.FromPixels(2, 2, new byte[99], (PixelOrder)9));
        Assert.Throws<ArgumentException>(() => RgbImage.FromPixels(0, 2, [], PixelOrder.Rgb));
    }

    [Fact]
    public void Bounds_are_the_whole_picture() => Assert.Equal(new Box(0, 0, 7, 5), new RgbImage(7, 5).Bounds);
}
