using LeanPose.Datasets;
using LeanPose.Imaging;

namespace VideoPose;

/// <summary>
/// Frames out of ffmpeg's pipe: raw RGB pixels, each frame after a line that says its size (binary PPM). So nobody needs to ask for the
/// size beforehand, which a phone's turned video would give wrongly.
/// </summary>
/// <param name="stream">ffmpeg's standard output.</param>
internal sealed class FrameReader(Stream stream)
{
    private const int LargestSide = 1 << 14;
    private readonly BufferedStream _stream = new(stream, 1 << 16);

    /// <summary>Reads the next frame.</summary>
    /// <param name="last">A picture that is no longer needed; it is written over where the size is the same.</param>
    /// <returns>Null at the end, also where the last frame is cut off.</returns>
    /// <exception cref="DataException">The stream holds something else.</exception>
    public RgbImage? Read(RgbImage? last = null)
    {
        if (Word() is not { } magic)
            return null;
        if (magic != "P6")
            throw NoFrame($"begins with '{magic}'");
        if (Word() is not { } columns || Word() is not { } rows || Word() is not { } largest)
            return null;
        if (!int.TryParse(columns, out var width) || !int.TryParse(rows, out var height) || largest != "255" || width is < 1 or > LargestSide || height is < 1 or > LargestSide)
            throw NoFrame($"says {columns}×{rows}, values up to {largest}");
        var image = last?.Width == width && last.Height == height ? last : new RgbImage(width, height);
        return _stream.ReadAtLeast(image.Pixels, image.Pixels.Length, throwOnEndOfStream: false) == image.Pixels.Length ? image : null;
    }

    // Up to the next white space, which is taken too.
    private string? Word()
    {
        Span<char> word = stackalloc char[8];
        for (var length = 0; ; length++)
        {
            var read = _stream.ReadByte();
            if (read < 0)
                return null;
            if (char.IsWhiteSpace((char)read))
                return new string(word[..length]);
            if (length == word.Length)
                throw NoFrame($"begins with '{word}…'");
            word[length] = (char)read;
        }
    }

    private static DataException NoFrame(string what) => new($"A frame {what}.", "ffmpeg's output", "binary PPM with 8 bits a colour", "try another version of ffmpeg");
}
