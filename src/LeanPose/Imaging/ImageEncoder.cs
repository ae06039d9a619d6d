using System.Buffers;
using LeanPose.Datasets;
using LeanPose.IO;
using SkiaSharp;

namespace LeanPose.Imaging;

/// <summary>Writes pictures; files whole or not at all.</summary>
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

    /// <summary>Writes a JPEG into a stream.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="stream">Receives the encoded picture; it stays open.</param>
    /// <param name="quality">0 to 100.</param>
    public static void WriteJpeg(RgbImage image, Stream stream, int quality = 95) => Write(image, stream, SKEncodedImageFormat.Jpeg, quality);

    /// <summary>Writes a PNG, which keeps every pixel as it is, into a stream.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="stream">Receives the encoded picture; it stays open.</param>
    public static void WritePng(RgbImage image, Stream stream) => Write(image, stream, SKEncodedImageFormat.Png, 100);

    /// <summary>A part of a picture as JPEG, or as WebP (PNG where a side is beyond WebP's bound) that keeps every pixel as it is.</summary>
    /// <param name="window">The part.</param>
    /// <param name="quality">0 to 100 for JPEG; null keeps every pixel.</param>
    internal static byte[] Encode(PictureWindow window, int? quality)
    {
        const int webpBound = 16383;
        var (width, height) = (window.Window.Width, window.Window.Height);
        using var encoded = quality is { } q
            ? Encode(width, height, window.Pixels, pixels => pixels.Encode(SKEncodedImageFormat.Jpeg, q))
            : Encode(width, height, window.Pixels, pixels => Math.Max(width, height) <= webpBound
                ? pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 50))
                : pixels.Encode(SKEncodedImageFormat.Png, 100));
        return encoded.ToArray();
    }

    private static void Save(RgbImage image, string path, SKEncodedImageFormat format, int quality) =>
        AtomicFile.Write(path, stream => Write(image, stream, format, quality));

    private static void Write(RgbImage image, Stream stream, SKEncodedImageFormat format, int quality)
    {
        using var encoded = Encode(image.Width, image.Height, image.Pixels, pixels => pixels.Encode(format, quality));
        encoded.SaveTo(stream);
    }

    private static unsafe SKData Encode(int width, int height, ReadOnlySpan<byte> rgb, Func<SKPixmap, SKData?> encode)
    {
        var size = checked(width * height * 4);
        var rgba = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            for (int from = 0, to = 0; to < size; from += 3, to += 4)
            {
                rgba[to] = rgb[from];
                rgba[to + 1] = rgb[from + 1];
                rgba[to + 2] = rgb[from + 2];
                rgba[to + 3] = 255;
            }

            fixed (byte* pixels = rgba)
            {
                using var pixmap = new SKPixmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)pixels);
                return encode(pixmap) ?? throw new InvalidOperationException($"A {width}×{height} picture cannot be encoded.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }
}
