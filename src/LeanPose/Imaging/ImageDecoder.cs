using System.Buffers;
using LeanPose.Datasets;
using SkiaSharp;

namespace LeanPose.Imaging;

/// <summary>
/// Reads JPEG, PNG, BMP, WebP and GIF (first frame). The picture comes out as a viewer shows it: EXIF orientation applied, grey as
/// RGB, transparent parts over black. Colour profiles are not applied, as in the readers that the published models were trained with.
/// </summary>
public static class ImageDecoder
{
    /// <summary>Reads a picture.</summary>
    /// <exception cref="DataException">The file is missing, is no picture, or is broken or cut off.</exception>
    public static RgbImage Load(string path)
    {
        try
        {
            return Load(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Reads a picture from a stream, to its end.</summary>
    /// <param name="stream">The encoded picture.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="DataException">The stream holds no picture, or a broken or cut-off one.</exception>
    public static RgbImage Load(Stream stream, string name)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Load(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), name);
    }

    /// <summary>Reads a picture from memory.</summary>
    /// <param name="encoded">The encoded picture.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="DataException">The bytes are no picture, or a broken or cut-off one.</exception>
    public static unsafe RgbImage Load(ReadOnlySpan<byte> encoded, string name)
    {
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = SKCodec.Create(data) ?? throw NoPicture(name, encoded.Length);
            return Decode(codec, name);
        }
    }

    /// <summary>Reads only the header. Width and height are those that <see cref="Load(string)"/> would give, in pixels.</summary>
    /// <exception cref="DataException">The file is missing or is no picture.</exception>
    public static (int Width, int Height) ReadSize(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var codec = SKCodec.Create(file) ?? throw NoPicture(path, new FileInfo(path).Length);
            var (width, height) = (codec.Info.Width, codec.Info.Height);
            return SwapsSides(codec.EncodedOrigin) ? (height, width) : (width, height);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private static unsafe RgbImage Decode(SKCodec codec, string name)
    {
        // Premultiplied by its alpha, a pixel is what it is over black.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, codec.Info.IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Premul);
        if (info.BytesSize64 > Array.MaxLength)
            throw new DataException($"The picture is too large to be held in memory: {info.Width}×{info.Height} pixels.", name, "less than 2 GiB once decoded", "make it smaller");

        var rgba = ArrayPool<byte>.Shared.Rent(info.BytesSize);
        try
        {
            SKCodecResult result;
            fixed (byte* target = rgba)
                result = codec.GetPixels(info, (nint)target);
            if (result != SKCodecResult.Success)
                throw Broken(name, result);
            return Pack(rgba, info.Width, info.Height, codec.EncodedOrigin);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }

    /// <summary>Drops alpha and turns the picture upright: the pixel at (x, y) goes to start + x·stepX + y·stepY.</summary>
    private static RgbImage Pack(byte[] rgba, int width, int height, SKEncodedOrigin origin)
    {
        var upright = SwapsSides(origin) ? new RgbImage(height, width) : new RgbImage(width, height);
        var line = upright.Width;
        var (start, stepX, stepY) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, line),
            SKEncodedOrigin.BottomRight => ((height * line) - 1, -1, -line),
            SKEncodedOrigin.BottomLeft => ((height - 1) * line, 1, -line),
            SKEncodedOrigin.LeftTop => (0, line, 1),
            SKEncodedOrigin.RightTop => (height - 1, line, -1),
            SKEncodedOrigin.RightBottom => ((width * line) - 1, -line, -1),
            SKEncodedOrigin.LeftBottom => ((width - 1) * line, -line, 1),
            _ => (0, 1, line),
        };
        var pixels = upright.Pixels;
        for (var y = 0; y < height; y++)
        {
            var from = y * width * 4;
            var to = (start + (y * stepY)) * 3;
            for (var x = 0; x < width; x++, from += 4, to += stepX * 3)
            {
                pixels[to] = rgba[from];
                pixels[to + 1] = rgba[from + 1];
                pixels[to + 2] = rgba[from + 2];
            }
        }

        return upright;
    }

    private static bool SwapsSides(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    private static DataException NoPicture(string name, long length) => length == 0
        ? new("The picture file is empty.", name, "a JPEG, PNG, BMP, WebP or GIF picture", "copy or download the file again")
        : new("The file is not a picture that can be read.", name, "a JPEG, PNG, BMP, WebP or GIF picture", "open it in a viewer; convert it, fetch it again, or take it out of the data set");

    private static DataException Broken(string name, SKCodecResult result) => result == SKCodecResult.IncompleteInput
        ? new("The picture ends too early: the file is cut off.", name, "a whole picture", "copy or download the file again, or take it out of the data set")
        : new($"The picture is broken ({result}).", name, "a picture that decodes without errors", "copy or download the file again, or take it out of the data set");

    private static DataException Unreadable(string path, Exception e) => e is FileNotFoundException or DirectoryNotFoundException
        ? new("The picture does not exist.", path, fix: "check the image folder and the file name", inner: e)
        : new($"The picture cannot be read: {e.Message}", path, fix: "check the file's permissions and the disk", inner: e);
}
