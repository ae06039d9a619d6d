using System.Buffers;
using System.Security.Cryptography;
using LeanPose.Geometry;

namespace LeanPose.Imaging;

/// <summary>A picture in a file of its own.</summary>
/// <param name="Path">Where it lies.</param>
public sealed record PictureFile(string Path) : IPixelSource
{
    /// <inheritdoc/>
    public PictureWindow Read(PersonFrame frame, CropReach reach) =>
        WithBytes(encoded => ImageDecoder.LoadWindow(encoded.Span, Path, (width, height) => reach.Window(frame, width, height)));

    /// <inheritdoc/>
    public PictureWindow ReadAll() =>
        WithBytes(encoded => ImageDecoder.LoadWindow(encoded.Span, Path, (width, height) => new PixelWindow(0, 0, width, height, 1)));

    /// <inheritdoc/>
    public string ContentHash() => WithBytes(encoded => Convert.ToHexStringLower(SHA256.HashData(encoded.Span)));

    private T WithBytes<T>(Func<ReadOnlyMemory<byte>, T> use)
    {
        byte[]? buffer = null;
        try
        {
            int length;
            using (var file = File.OpenHandle(Path, options: FileOptions.SequentialScan))
            {
                buffer = ArrayPool<byte>.Shared.Rent(checked((int)RandomAccess.GetLength(file)));
                for (length = 0; length < buffer.Length && RandomAccess.Read(file, buffer.AsSpan(length), length) is var read and > 0;)
                    length += read;
            }

            return use(buffer.AsMemory(0, length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OverflowException)
        {
            throw ImageDecoder.Unreadable(Path, e);
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
