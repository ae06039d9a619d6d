using System.Collections.Concurrent;
using LeanPose.Imaging;

namespace LeanPose.Learning.Loading;

/// <summary>
/// Decoded pictures, kept up to a bound. What does not fit is decoded each time; nothing is thrown out, so what a run
/// reads does not depend on the order in which threads ask.
/// </summary>
/// <param name="maxBytes">Bound on the decoded bytes kept.</param>
public sealed class ImageCache(long maxBytes = 768L << 20)
{
    private readonly ConcurrentDictionary<string, RgbImage> _images = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>The picture, from memory or from disk.</summary>
    public RgbImage Load(string path)
    {
        if (_images.TryGetValue(path, out var image))
            return image;
        image = ImageDecoder.Load(path);
        if (Interlocked.Read(ref _bytes) + image.Pixels.Length <= maxBytes && _images.TryAdd(path, image))
            Interlocked.Add(ref _bytes, image.Pixels.Length);
        return image;
    }
}
