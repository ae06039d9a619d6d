using System.Collections.Concurrent;
using System.Security.Cryptography;
using LeanPose.Datasets;
using LeanPose.Imaging;
using SkiaSharp;

namespace LeanPose.Checks;

/// <summary>What a picture file is, and a small likeness of what it shows.</summary>
internal sealed record PictureProbe
{
    /// <summary>Side of the likeness, pixels.</summary>
    public const int Side = 16;

    /// <summary>Why the picture cannot be used; null when it can. A missing file has <see cref="IsMissing"/>, too.</summary>
    public DataProblem? Problem { get; init; }

    public bool IsMissing { get; init; }

    /// <summary>As a viewer shows it, pixels.</summary>
    public int Width { get; init; }

    public int Height { get; init; }

    public SKEncodedOrigin Origin { get; init; } = SKEncodedOrigin.TopLeft;

    /// <summary>SHA-256 of the file.</summary>
    public string Content { get; init; } = "";

    /// <summary>For each of 8×8 places, whether the picture gets brighter to the right of it: the difference hash.</summary>
    public ulong Differences { get; init; }

    /// <summary>16×16 grey values.</summary>
    public byte[] Grey { get; init; } = [];

    /// <summary>Opens pictures on all processors.</summary>
    public static IReadOnlyDictionary<string, PictureProbe> OfAll(IReadOnlyCollection<string> paths, IProgress<int>? progress, CancellationToken stop)
    {
        var probes = new ConcurrentDictionary<string, PictureProbe>(StringComparer.Ordinal);
        var done = 0;
        Parallel.ForEach(paths, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop }, path =>
        {
            probes[path] = Of(path);
            progress?.Report(Interlocked.Increment(ref done));
        });
        return probes;
    }

    public static PictureProbe Of(string path)
    {
        if (!File.Exists(path))
            return new() { IsMissing = true, Problem = new DataProblem("The picture does not exist.", path) };
        try
        {
            var bytes = File.ReadAllBytes(path);
            var origin = OriginOf(bytes);
            // Reduced decoding still reads all of the file, so a cut-off one is found.
            using var window = ImageDecoder.LoadWindow(bytes, path, (width, height) => Whole(width, height));
            return new()
            {
                Width = window.PictureWidth,
                Height = window.PictureHeight,
                Origin = origin,
                Content = Convert.ToHexStringLower(SHA256.HashData(bytes)),
                Differences = DifferenceHash(window),
                Grey = Means(window, Side, Side),
            };
        }
        catch (DataException e)
        {
            return new() { Problem = e.Problems[0] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new() { Problem = new DataProblem($"The picture cannot be read: {e.Message}", path) };
        }
    }

    /// <summary>Mean difference of the grey values as a share of the spread of the flatter picture's: 0 for the same, near 1 for any two.</summary>
    public double GreyDifference(PictureProbe other)
    {
        double difference = 0;
        for (var i = 0; i < Grey.Length; i++)
            difference += Math.Abs(Grey[i] - other.Grey[i]);
        return difference / Grey.Length / (Math.Min(Spread(Grey), Spread(other.Grey)) + 1);
    }

    private static double Spread(byte[] grey)
    {
        var mean = grey.Average(g => (double)g);
        return grey.Average(g => Math.Abs(g - mean));
    }

    private static PixelWindow Whole(int width, int height)
    {
        var reduction = PixelWindow.MaxReduction;
        while (reduction > 1 && Math.Min(width, height) / reduction < 4 * Side)
            reduction /= 2;
        return new(0, 0, PixelWindow.Reduced(width, reduction), PixelWindow.Reduced(height, reduction), reduction);
    }

    private static unsafe SKEncodedOrigin OriginOf(byte[] bytes)
    {
        fixed (byte* start = bytes)
        {
            using var data = SKData.Create((nint)start, bytes.Length);
            using var codec = SKCodec.Create(data);
            return codec?.EncodedOrigin ?? SKEncodedOrigin.TopLeft;
        }
    }

    private static ulong DifferenceHash(PictureWindow window)
    {
        var grey = Means(window, 9, 8);
        ulong hash = 0;
        for (var y = 0; y < 8; y++)
        {
            for (var x = 0; x < 8; x++)
                hash = (hash << 1) | (grey[(9 * y) + x + 1] > grey[(9 * y) + x] ? 1UL : 0);
        }

        return hash;
    }

    private static byte[] Means(PictureWindow window, int columns, int rows)
    {
        var (width, height) = (window.Window.Width, window.Window.Height);
        var pixels = window.Pixels;
        var sums = new long[columns * rows];
        var counts = new int[columns * rows];
        for (var y = 0; y < height; y++)
        {
            var row = (int)((long)y * rows / height) * columns;
            for (var x = 0; x < width; x++)
            {
                var cell = row + (int)((long)x * columns / width);
                var i = 3 * ((y * width) + x);
                sums[cell] += (299 * pixels[i]) + (587 * pixels[i + 1]) + (114 * pixels[i + 2]);
                counts[cell]++;
            }
        }

        return [.. sums.Zip(counts, (sum, count) => count == 0 ? (byte)0 : (byte)(sum / count / 1000))];
    }
}
