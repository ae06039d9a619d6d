using SkiaSharp;

namespace LeanPose.Synthetic.Painting;

/// <summary>Pattern of a surface in a second colour.</summary>
internal enum Fabric
{
    Plain,
    Stripes,
    Hoops,
    Checks,
    Dots,
    Plaid,
    Noise,
    Blotches,
}

/// <summary>Colour and pattern of a surface.</summary>
/// <param name="Colour">Ground.</param>
/// <param name="Fabric">Pattern.</param>
/// <param name="Second">Colour of the pattern.</param>
/// <param name="Period">Size of one repetition, metres.</param>
internal readonly record struct Look(SKColor Colour, Fabric Fabric = Fabric.Plain, SKColor Second = default, float Period = 0.2f);

/// <summary>The patterns as tiles of coverage, drawn once for the whole process; a paint's colour tints them.</summary>
internal static class Tiles
{
    /// <summary>Tile edge, pixels.</summary>
    public const int Size = 64;

    private static readonly SKImage[] Images = [.. Enum.GetValues<Fabric>().Select(Make)];

    /// <summary>A shader that repeats the pattern; <paramref name="toPicture"/> maps tile pixels to picture pixels.</summary>
    public static SKShader Shader(Fabric fabric, SKMatrix toPicture) =>
        Images[(int)fabric].ToShader(SKShaderTileMode.Repeat, SKShaderTileMode.Repeat, new SKSamplingOptions(SKFilterMode.Linear), toPicture);

    private static SKImage Make(Fabric fabric)
    {
        var rng = Rng.For(0, (int)fabric, "tile");
        var bytes = new byte[Size * Size];
        var smooth = fabric is Fabric.Noise or Fabric.Blotches ? ValueNoise(rng, fabric == Fabric.Noise ? 32 : 8) : null;
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                bytes[(y * Size) + x] = fabric switch
                {
                    Fabric.Stripes => On(x % 32 < 13),
                    Fabric.Hoops => On(y % 32 < 14),
                    Fabric.Checks => On((x % 32 < 16) != (y % 32 < 16)),
                    Fabric.Dots => On(Square((x % 32) - 16) + Square((y % 32) - 16) < 60),
                    Fabric.Plaid => (byte)((x % 32 < 12 ? 110 : 0) + (y % 32 < 12 ? 110 : 0) + (x % 32 == 22 || y % 32 == 22 ? 30 : 0)),
                    Fabric.Noise => smooth![(y * Size) + x],
                    Fabric.Blotches => On(smooth![(y * Size) + x] > 128),
                    _ => 0,
                };
            }
        }

        return SKImage.FromPixelCopy(new SKImageInfo(Size, Size, SKColorType.Alpha8, SKAlphaType.Premul), bytes);

        static byte On(bool on) => on ? (byte)255 : (byte)0;
        static int Square(int v) => v * v;
    }

    // Random values on a grid, blended in between, over three octaves; wraps around.
    private static byte[] ValueNoise(Rng rng, int cells)
    {
        var sum = new float[Size * Size];
        for (float weight = 0.5f; cells <= Size && weight > 0.1f; cells *= 2, weight /= 2)
        {
            var grid = new float[cells * cells];
            foreach (ref var g in grid.AsSpan())
                g = rng.Unit();
            for (var i = 0; i < sum.Length; i++)
            {
                float u = i % Size * (float)cells / Size, v = i / Size * (float)cells / Size;
                int x = (int)u, y = (int)v, x1 = (x + 1) % cells, y1 = (y + 1) % cells;
                float fx = u - x, fy = v - y;
                fx *= fx * (3 - (2 * fx));
                fy *= fy * (3 - (2 * fy));
                var top = grid[(y * cells) + x] + (fx * (grid[(y * cells) + x1] - grid[(y * cells) + x]));
                var bottom = grid[(y1 * cells) + x] + (fx * (grid[(y1 * cells) + x1] - grid[(y1 * cells) + x]));
                sum[i] += weight * (top + (fy * (bottom - top)));
            }
        }

        float low = sum.Min(), high = sum.Max();
        return [.. sum.Select(s => (byte)(255 * (s - low) / (high - low)))];
    }
}
