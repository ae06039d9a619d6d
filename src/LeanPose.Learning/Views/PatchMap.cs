using LeanPose.Learning.Native;
using static TorchSharp.torch;

namespace LeanPose.Learning.Views;

/// <summary>
/// For every pixel of a batch, from which pixel of the same batch it is taken (or that it is blank). Occlusions of any
/// kind write into this map in plain C#; applying it is one gather. Copies read the batch as it was before any change, or,
/// after <see cref="NextStage"/>, as the changes up to there have made it.
/// </summary>
public sealed class PatchMap
{
    private const long Blank = -1;
    private readonly long[] _source;
    private long[]? _stage;

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

    /// <summary>Whether nothing was changed.</summary>
    public bool IsIdentity { get; private set; } = true;

    /// <summary>From here on copies read what the changes so far have made of the batch, not what they make of it from now on.</summary>
    public void NextStage() => _stage = (long[])_source.Clone();

    /// <summary>The rectangle around a centre, ends exclusive, as far as it lies inside; empty (ends at its beginning) outside.</summary>
    /// <param name="centre">Pixels.</param>
    /// <param name="half">Half width and half height, pixels.</param>
    /// <param name="swapped">compat: width and height are exchanged in the test of what is inside.</param>
    public (int X0, int Y0, int X1, int Y1) Clip((int X, int Y) centre, (int X, int Y) half, bool swapped = false)
    {
        var (right, bottom) = swapped ? (Math.Min(Width, Height), Math.Min(Width, Height)) : (Width, Height);
        int x0 = Math.Clamp(centre.X - half.X, 0, right), y0 = Math.Clamp(centre.Y - half.Y, 0, bottom);
        return (x0, y0, Math.Clamp(centre.X + half.X, x0, right), Math.Clamp(centre.Y + half.Y, y0, bottom));
    }

    /// <summary>Blanks a rectangle of one picture, ends exclusive, clipped to the picture.</summary>
    public void Erase(int picture, int x0, int y0, int x1, int y1)
    {
        (x0, x1) = (Math.Max(x0, 0), Math.Min(x1, Width));
        IsIdentity = false;
        for (var y = Math.Max(y0, 0); y < Math.Min(y1, Height) && x0 < x1; y++)
            Array.Fill(_source, Blank, Row(picture, y) + x0, x1 - x0);
    }

    /// <summary>Takes a rectangle from (sx, sy) of another picture, as it was when this stage began. Both must lie inside.</summary>
    public void Copy(int picture, int x0, int y0, int width, int height, int sourcePicture, int sx, int sy)
    {
        IsIdentity = false;
        for (var y = 0; y < height; y++)
        {
            int to = Row(picture, y0 + y) + x0, from = Row(sourcePicture, sy + y) + sx;
            for (var x = 0; x < width; x++)
                _source[to + x] = _stage is null ? from + x : _stage[from + x];
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
