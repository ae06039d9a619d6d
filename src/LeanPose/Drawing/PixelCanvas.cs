using LeanPose.Imaging;
using SkiaSharp;

namespace LeanPose.Drawing;

/// <summary>A Skia canvas over four-byte pixels, and the way to and from <see cref="RgbImage"/>.</summary>
internal sealed class PixelCanvas : IDisposable
{
    private readonly SKBitmap _bitmap;

    public PixelCanvas(int width, int height)
    {
        _bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Canvas = new SKCanvas(_bitmap);
    }

    /// <summary>What to draw on; x and y count from the upper left pixel's corner.</summary>
    public SKCanvas Canvas { get; }

    /// <summary>A canvas that shows a picture.</summary>
    public static PixelCanvas Of(RgbImage image)
    {
        var canvas = new PixelCanvas(image.Width, image.Height);
        var pixels = canvas.Pixels;
        for (int i = 0, o = 0; i < image.Pixels.Length; i += 3, o += 4)
        {
            pixels[o] = image.Pixels[i];
            pixels[o + 1] = image.Pixels[i + 1];
            pixels[o + 2] = image.Pixels[i + 2];
            pixels[o + 3] = 255;
        }

        return canvas;
    }

    /// <summary>Draws another canvas through an affine map, smoothly in both directions of scale.</summary>
    public void Draw(PixelCanvas source, SKMatrix map)
    {
        using var picture = SKImage.FromBitmap(source._bitmap);
        Canvas.Save();
        Canvas.Concat(in map);
        Canvas.DrawImage(picture, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        Canvas.Restore();
    }

    /// <summary>Copies what has been drawn into a picture of the same size.</summary>
    public void CopyTo(RgbImage image)
    {
        var pixels = Pixels;
        for (int i = 0, o = 0; i < image.Pixels.Length; i += 3, o += 4)
        {
            image.Pixels[i] = pixels[o];
            image.Pixels[i + 1] = pixels[o + 1];
            image.Pixels[i + 2] = pixels[o + 2];
        }
    }

    /// <summary>What has been drawn, as a picture of its own.</summary>
    public RgbImage ToImage()
    {
        var image = new RgbImage(_bitmap.Width, _bitmap.Height);
        CopyTo(image);
        return image;
    }

    /// <summary>What has been drawn, as the bytes of a picture file.</summary>
    public byte[] Encode(SKEncodedImageFormat format, int quality)
    {
        using var data = _bitmap.Encode(format, quality);
        return data.ToArray();
    }

    public void Dispose()
    {
        Canvas.Dispose();
        _bitmap.Dispose();
    }

    private unsafe Span<byte> Pixels => new((void*)_bitmap.GetPixels(), _bitmap.ByteCount);
}
