using System.Collections.Concurrent;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;

namespace LeanPose.Learning.Loading;

/// <summary>
/// The surroundings of persons: of each picture only what crops of one person can touch, kept in memory up to a bound and on
/// disk where a folder is given. What does not fit is read each time; nothing is thrown out of memory, since every person
/// comes equally often and the next to come is not known. Pixels are the same wherever they come from.
/// </summary>
/// <param name="maxBytes">Bound on the pixels kept in memory.</param>
/// <param name="disk">Keeps them from run to run, too; null for no disk.</param>
public sealed class ImageCache(long maxBytes = 768L << 20, CutCache? disk = null)
{
    private readonly ConcurrentDictionary<Key, PictureWindow> _kept = new();
    private readonly ConcurrentDictionary<IPixelSource, string> _hashes = new();
    private long _bytes;

    /// <summary>Bytes of pixels kept in memory.</summary>
    public long KeptBytes => Interlocked.Read(ref _bytes);

    /// <summary>What crops of a person can touch, from memory, from disk, or from where the person's pixels come from.</summary>
    /// <param name="person">Whom.</param>
    /// <param name="frame">The person's frame without random changes, image pixels.</param>
    /// <param name="reach">What the crops can touch.</param>
    /// <returns>To be disposed of after use.</returns>
    /// <exception cref="DataException">The picture cannot be read.</exception>
    public PictureWindow Around(PersonInstance person, PersonFrame frame, CropReach reach)
    {
        var source = person.Pixels;
        var key = new Key(source, frame, reach);
        return _kept.TryGetValue(key, out var kept) ? kept : Keep(key, Read(source, frame, reach));
    }

    private PictureWindow Read(IPixelSource source, PersonFrame frame, CropReach reach)
    {
        if (disk is null || HashOf(source) is not { Length: > 0 } hash)
            return source.Read(frame, reach);
        var key = CutCache.Key(hash, frame, reach);
        if (disk.Read(key) is { } cached)
            return cached;
        var window = source.Read(frame, reach);
        disk.Write(key, window);
        return window;
    }

    // A picture is hashed once a run: it must not change under a run anyway.
    private string HashOf(IPixelSource source)
    {
        if (!_hashes.TryGetValue(source, out var hash))
            _hashes[source] = hash = source.ContentHash() ?? "";
        return hash;
    }

    private PictureWindow Keep(Key key, PictureWindow window)
    {
        var bytes = window.Window.Bytes;
        if (Interlocked.Add(ref _bytes, bytes) <= maxBytes)
        {
            var kept = window.Keep();
            if (_kept.TryAdd(key, kept))
            {
                window.Dispose();
                return kept;
            }
        }

        Interlocked.Add(ref _bytes, -bytes);
        return window;
    }

    private readonly record struct Key(IPixelSource Source, PersonFrame Frame, CropReach Reach);
}
