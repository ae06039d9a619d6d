using LeanPose.Datasets;
using LeanPose.Imaging;
using LeanPose.Testing;
using SkiaSharp;
using Xunit;

namespace LeanPose.Tests.Imaging;

public sealed class ImageDecoderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Png_round_trip_is_exact()
    {
        var image = Gradient(37, 21);
        ImageEncoder.SavePng(image, _folder["a.png"]);
        Assert.Equal((37, 21), ImageDecoder.ReadSize(_folder["a.png"]));
        Assert.Equal(image.Pixels, ImageDecoder.Load(_folder["a.png"]).Pixels);
        using var stream = File.OpenRead(_folder["a.png"]);
        Assert.Equal(image.Pixels, ImageDecoder.Load(stream, "a stream").Pixels);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Lossy_formats_come_back_nearly_the_same(SKEncodedImageFormat format)
    {
        var image = Gradient(64, 48);
        var back = ImageDecoder.Load(Encode(image, format), "picture");
        Assert.Equal((64, 48), (back.Width, back.Height));
        Assert.True(image.Pixels.Zip(back.Pixels, (a, b) => Math.Abs(a - b)).Average() < 4);
    }

    [Fact]
    public void Bmp_is_read()
    {
        // 2×1 pixels, 24 bits, rows of 8 bytes, blue green red: red, then blue.
        byte[] bmp =
        [
            (byte)'B', (byte)'M', 62, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,
            40, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 255, 255, 0, 0, 0, 0,
        ];
        Assert.Equal([255, 0, 0, 0, 0, 255], ImageDecoder.Load(bmp, "a.bmp").Pixels);
    }

    [Fact]
    public void Gif_gives_its_first_frame()
    {
        // 1×1 pixel, two colours, one frame showing colour 1.
        byte[] gif =
        [
            .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 10, 20, 30, 40, 50, 60, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 1, 0, 0x3B,
        ];
        Assert.Equal([40, 50, 60], ImageDecoder.Load(gif, "a.gif").Pixels);
    }

    [Fact]
    public void Transparency_lies_over_black()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(200, 100, 40, 128));
        bitmap.SetPixel(1, 0, new SKColor(200, 100, 40, 0));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        var pixels = ImageDecoder.Load(data.AsSpan(), "a.png").Pixels;
        Assert.Equal(100.4, pixels[0], 1.0);
        Assert.Equal(50.2, pixels[1], 1.0);
        Assert.Equal([0, 0, 0], pixels[3..]);
    }

    [Fact]
    public void Grey_becomes_rgb()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(3, 2, SKColorType.Gray8, SKAlphaType.Opaque));
        bitmap.GetPixelSpan().Fill(90);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        Assert.All(ImageDecoder.Load(data.AsSpan(), "a.png").Pixels, b => Assert.Equal(90, b));
    }

    // EXIF's eight orientations: where the picture's stored top left pixel is shown.
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 0, 1)]
    [InlineData(5, 0, 0)]
    [InlineData(6, 1, 0)]
    [InlineData(7, 1, 1)]
    [InlineData(8, 0, 1)]
    public void Exif_orientation_is_applied(byte orientation, int right, int bottom)
    {
        // Red top left block, green top right block, rest black; 16-pixel blocks survive JPEG.
        var image = new RgbImage(48, 32);
        for (var y = 0; y < 16; y++)
        {
            for (var x = 0; x < 16; x++)
            {
                image.Pixels[((y * 48) + x) * 3] = 255;
                image.Pixels[(((y * 48) + x + 32) * 3) + 1] = 255;
            }
        }

        var path = _folder["turned.jpg"];
        File.WriteAllBytes(path, WithOrientation(Encode(image, SKEncodedImageFormat.Jpeg), orientation));
        var shown = ImageDecoder.Load(path);
        var turned = orientation >= 5;
        Assert.Equal(turned ? (32, 48) : (48, 32), (shown.Width, shown.Height));
        Assert.Equal((shown.Width, shown.Height), ImageDecoder.ReadSize(path));

        // The red corner, and the green one: at the other end of the side that was stored as the top row.
        Assert.True(Corner(shown, right, bottom, 0) > 200);
        Assert.True((turned ? Corner(shown, right, 1 - bottom, 1) : Corner(shown, 1 - right, bottom, 1)) > 200);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void A_cut_off_picture_is_an_error(SKEncodedImageFormat format)
    {
        var whole = Encode(Noise(200, 150), format);
        foreach (var share in new[] { 0.3, 0.6, 0.9 })
        {
            var path = _folder[$"cut.{format}"];
            File.WriteAllBytes(path, whole[..(int)(whole.Length * share)]);
            var error = Assert.Throws<DataException>(() => ImageDecoder.Load(path));
            Assert.Equal(path, error.Problems[0].Where);
            Assert.StartsWith("The picture", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Messages()
    {
        var whole = Encode(Noise(200, 150), SKEncodedImageFormat.Jpeg);
        Assert.Equal(
            "The picture ends too early: the file is cut off.\n  where:    a.jpg\n  expected: a whole picture\n  do:       copy or download the file again, or take it out of the data set",
            Assert.Throws<DataException>(() => ImageDecoder.Load(whole.AsSpan(0, whole.Length / 2), "a.jpg")).Message);
        Assert.Equal(
            "The file is not a picture that can be read.\n  where:    a.txt\n  expected: a JPEG, PNG, BMP, WebP or GIF picture\n  do:       open it in a viewer; convert it, fetch it again, or take it out of the data set",
            Assert.Throws<DataException>(() => ImageDecoder.Load("no picture"u8, "a.txt")).Message);
        Assert.Equal(
            "The picture file is empty.\n  where:    a.jpg\n  expected: a JPEG, PNG, BMP, WebP or GIF picture\n  do:       copy or download the file again",
            Assert.Throws<DataException>(() => ImageDecoder.Load([], "a.jpg")).Message);
        Assert.Equal(
            $"The picture does not exist.\n  where:    {_folder["none.jpg"]}\n  do:       check the image folder and the file name",
            Assert.Throws<DataException>(() => ImageDecoder.Load(_folder["none.jpg"])).Message);
        Assert.Throws<DataException>(() => ImageDecoder.ReadSize(_folder["none.jpg"]));
        Assert.Throws<DataException>(() => ImageDecoder.Load(_folder.Path));
        File.WriteAllText(_folder["text.jpg"], "no picture");
        Assert.Throws<DataException>(() => ImageDecoder.ReadSize(_folder["text.jpg"]));
    }

    private static int Corner(RgbImage image, int right, int bottom, int channel)
    {
        var x = right == 1 ? image.Width - 8 : 8;
        var y = bottom == 1 ? image.Height - 8 : 8;
        return image.Pixels[(((y * image.Width) + x) * 3) + channel];
    }

    private byte[] Encode(RgbImage image, SKEncodedImageFormat format)
    {
        var png = _folder["encode.png"];
        ImageEncoder.SavePng(image, png);
        if (format == SKEncodedImageFormat.Png)
            return File.ReadAllBytes(png);
        using var bitmap = SKBitmap.Decode(png);
        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    private static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8,
            (byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg.AsSpan(0, 2), .. exif, .. jpeg.AsSpan(2)];
    }

    private static RgbImage Gradient(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (var i = 0; i < width * height; i++)
            (image.Pixels[i * 3], image.Pixels[(i * 3) + 1], image.Pixels[(i * 3) + 2]) = ((byte)(i % width * 3), (byte)(i / width * 4), 90);
        return image;
    }

    private static RgbImage Noise(int width, int height)
    {
        var image = new RgbImage(width, height);
        new Random(1).NextBytes(image.Pixels);
        return image;
    }
}
