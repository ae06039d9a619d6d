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
    public static RgbImage Load(Stream stream, string name = "the stream")
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Load(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), name);
    }

    /// <summary>Reads a picture from memory.</summary>
    /// <param name="encoded">The encoded picture.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="DataException">The bytes are no picture, or a broken or cut-off one.</exception>
    public static RgbImage Load(ReadOnlySpan<byte> encoded, string name = "the bytes")
    {
        using var whole = LoadWindow(encoded, name, (width, height) => new PixelWindow(0, 0, width, height, 1));
        return whole.ToImage();
    }

    /// <summary>
    /// Reads a part of a picture, reduced where that is asked for: a JPEG is decoded at the reduced size at once, of any other
    /// picture a pixel is the mean of those for which it stands.
    /// </summary>
    /// <param name="encoded">The encoded picture.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="choose">Told the picture's width and height, gives the part.</param>
    /// <returns>To be disposed of after use.</returns>
    /// <exception cref="DataException">The bytes are no picture, or a broken or cut-off one.</exception>
    public static unsafe PictureWindow LoadWindow(ReadOnlySpan<byte> encoded, string name, Func<int, int, PixelWindow> choose)
    {
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = SKCodec.Create(data) ?? throw NoPicture(name, encoded.Length);
            RequirePlausible(codec, name, encoded.Length);
            return Decode(codec, name, choose);
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

    // A broken header may claim any size; memory is not given to a claim that the file's bytes cannot bear out. No JPEG and no
    // photograph holds as many pixels a byte.
    private static void RequirePlausible(SKCodec codec, string name, long bytes)
    {
        const long always = 1 << 24, perByte = 1024;
        if (Math.BigMul(codec.Info.Width, codec.Info.Height) > always + (perByte * bytes))
            throw new DataException($"The picture's header says {codec.Info.Width}×{codec.Info.Height} pixels, but the file has only {bytes} bytes.", name, "a whole picture", "copy or download the file again, or take it out of the data set");
    }

    private static unsafe PictureWindow Decode(SKCodec codec, string name, Func<int, int, PixelWindow> choose)
    {
        var (width, height) = SwapsSides(codec.EncodedOrigin) ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
        if (Math.BigMul(width, height) * 4 > Array.MaxLength)
            throw new DataException($"The picture is too large to be held in memory: {codec.Info.Width}×{codec.Info.Height} pixels.", name, "less than 2 GiB once decoded", "make it smaller");
        var window = choose(width, height);
        var size = DecodedSize(codec, window.Reduction);
        // Premultiplied by its alpha, a pixel is what it is over black.
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, codec.Info.IsOpaque ? SKAlphaType.Opaque : SKAlphaType.Premul);
        var rgba = ArrayPool<byte>.Shared.Rent(info.BytesSize);
        try
        {
            SKCodecResult result;
            fixed (byte* target = rgba)
                result = codec.GetPixels(info, (nint)target);
            if (result != SKCodecResult.Success)
                throw Broken(name, result);
            var decoded = new UprightPixels(rgba, size.Width, size.Height, codec.EncodedOrigin);
            var reduced = size.Width != codec.Info.Width || size.Height != codec.Info.Height;
            return PictureWindow.Fill(window, width, height, pixels =>
            {
                if (reduced || window.Reduction == 1)
                    decoded.Copy(window, pixels.Span);
                else
                    decoded.Average(window, pixels.Span);
            });
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }

    // A picture that is stored mirrored or turned is decoded whole: its blocks would be counted from another corner.
    private static SKSizeI DecodedSize(SKCodec codec, int reduction)
    {
        var full = new SKSizeI(codec.Info.Width, codec.Info.Height);
        if (reduction == 1 || codec.EncodedFormat != SKEncodedImageFormat.Jpeg || codec.EncodedOrigin > SKEncodedOrigin.TopLeft)
            return full;
        var reduced = new SKSizeI(PixelWindow.Reduced(full.Width, reduction), PixelWindow.Reduced(full.Height, reduction));
        return codec.GetScaledDimensions(1f / reduction) == reduced ? reduced : full;
    }

    internal static bool SwapsSides(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    private static DataException NoPicture(string name, long length) => length == 0
        ? new("The picture file is empty.", name, "a JPEG, PNG, BMP, WebP or GIF picture", "copy or download the file again")
        : new("The file is not a picture that can be read.", name, "a JPEG, PNG, BMP, WebP or GIF picture", "open it in a viewer; convert it, fetch it again, or take it out of the data set");

    private static DataException Broken(string name, SKCodecResult result) => result == SKCodecResult.IncompleteInput
        ? new("The picture ends too early: the file is cut off.", name, "a whole picture", "copy or download the file again, or take it out of the data set")
        : new($"The picture is broken ({result}).", name, "a picture that decodes without errors", "copy or download the file again, or take it out of the data set");

    internal static DataException Unreadable(string path, Exception e) => e is FileNotFoundException or DirectoryNotFoundException
        ? new("The picture does not exist.", path, fix: "check the image folder and the file name", inner: e)
        : new($"The picture cannot be read: {e.Message}", path, fix: "check the file's permissions and the disk", inner: e);
}
