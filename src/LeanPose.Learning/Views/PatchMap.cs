using LeanPose.Learning.Native;
using static TorchSharp.torch;

namespace LeanPose.Learning.Views;

/// <summary>
/// For every pixel of a batch, from which pixel of the same batch it is taken (or that it is blank). Occlusions of any
/// kind write into this map in plain C#; applying it is one gather, and it can only ever read the batch as it was before.
/// </summary>
public sealed class PatchMap
{
    private const long Blank = -1;
    private readonly long[] _source;

    /// <summary>The map that changes nothing.</summary>
    public PatchMap(int count, int width, int height)
    {
        (Count, Width, Height) = (count, width, height);
        _source = new long[(long)count * width * height];
        for (long i = 0; i < _source.Length; i++)
            _source[i] = i;
    }

    /// <summary>Number of pictures (B).</summary>
    public int Count { get; }

    /// <summary>Pixels.</summary>
    public int Width { get; }

    /// <summary>Pixels.</summary>
    public int Height { get; }

    /// <summary>Blanks a rectangle of one picture, ends exclusive, clipped to the picture.</summary>
    public void Erase(int picture, int x0, int y0, int x1, int y1)
    {
        (x0, x1) = (Math.Max(x0, 0), Math.Min(x1, Width));
        for (var y = Math.Max(y0, 0); y < Math.Min(y1, Height) && x0 < x1; y++)
            Array.Fill(_source, Blank, Row(picture, y) + x0, x1 - x0);
    }

    /// <summary>Takes a rectangle from (sx, sy) of another picture, as it was before any change. Both must lie inside.</summary>
    public void Copy(int picture, int x0, int y0, int width, int height, int sourcePicture, int sx, int sy)
    {
        for (var y = 0; y < height; y++)
        {
            int to = Row(picture, y0 + y) + x0, from = Row(sourcePicture, sy + y) + sx;
            for (var x = 0; x < width; x++)
                _source[to + x] = from + x;
        }
    }

    /// <summary>Makes the changed batch; the given one stays as it is.</summary>
    /// <param name="images"><c>B×C×H×W</c>.</param>
    /// <returns>A new <c>B×C×H×W</c>.</returns>
    /// <exception cref="ArgumentException">The batch has another size.</exception>
    public Tensor Apply(Tensor images)
    {
        if (images.dim() != 4 || images.shape[0] != Count || images.shape[2] != Height || images.shape[3] != Width)
            throw new ArgumentException($"The occlusions were made for {Count} pictures of {Width}×{Height}; the batch is {string.Join('×', images.shape)}.");
        using var scope = NewDisposeScope();
        var map = ComputeDevice.Send(tensor(_source), images.device);
        var pixels = images.permute(0, 2, 3, 1).reshape(-1, images.shape[1]);
        var changed = pixels.index_select(0, map.clamp(min: 0)).mul_(map.ge(0).unsqueeze(1));
        return changed.view(Count, Height, Width, images.shape[1]).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    private int Row(int picture, int y) => checked(((picture * Height) + y) * Width);
}
