using LeanPose.Datasets;
using LeanPose.IO;
using SkiaSharp;

namespace LeanPose.Imaging;

/// <summary>Writes pictures, whole or not at all.</summary>
public static class ImageEncoder
{
    /// <summary>Writes a JPEG.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="quality">0 to 100.</param>
    /// <exception cref="DataException">The place cannot be written to.</exception>
    public static void SaveJpeg(RgbImage image, string path, int quality = 95) => Save(image, path, SKEncodedImageFormat.Jpeg, quality);

    /// <summary>Writes a PNG, which keeps every pixel as it is.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="DataException">The place cannot be written to.</exception>
    public static void SavePng(RgbImage image, string path) => Save(image, path, SKEncodedImageFormat.Png, 100);

    private static void Save(RgbImage image, string path, SKEncodedImageFormat format, int quality)
    {
        using var encoded = Encode(image, format, quality);
        AtomicFile.Write(path, encoded.SaveTo);
    }

    private static unsafe SKData Encode(RgbImage image, SKEncodedImageFormat format, int quality)
    {
        var rgba = new byte[checked(image.Width * image.Height * 4)];
        for (int from = 0, to = 0; from < image.Pixels.Length; from += 3, to += 4)
        {
            rgba[to] = image.Pixels[from];
            rgba[to + 1] = image.Pixels[from + 1];
            rgba[to + 2] = image.Pixels[from + 2];
            rgba[to + 3] = 255;
        }

        fixed (byte* pixels = rgba)
        {
            using var pixmap = new SKPixmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)pixels);
            return pixmap.Encode(format, quality)
                ?? throw new InvalidOperationException($"A {image.Width}×{image.Height} picture cannot be written as {format}.");
        }
    }
}
