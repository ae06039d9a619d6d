using System.Numerics;
using SkiaSharp;

namespace LeanPose.Synthetic;

/// <summary>What optics, sensor and compression do to a clean picture.</summary>
internal sealed record Lens
{
    private const int GrainLength = 1 << 14;

    // Normal deviates with deviation 32, drawn once; every row of a picture starts somewhere else in them.
    private static readonly sbyte[] Grain = MakeGrain();

    /// <summary>Passes of a [1 2 1] blur; each has a deviation of 0.7 pixels.</summary>
    public int Blur { get; init; }

    /// <summary>Further passes along x alone: a shake.</summary>
    public int Shake { get; init; }

    /// <summary>Factor per channel: exposure and colour temperature.</summary>
    public Vector3 Gain { get; init; } = Vector3.One;

    /// <summary>Around middle grey; 1 leaves it.</summary>
    public float Contrast { get; init; } = 1;

    /// <summary>Exponent on values from 0 to 1; 1 leaves it.</summary>
    public float Gamma { get; init; } = 1;

    /// <summary>Deviation of the sensor's noise, levels of 0 to 255.</summary>
    public float Noise { get; init; }

    /// <summary>How much the corners lose, 0 to 1.</summary>
    public float Vignette { get; init; }

    public int JpegQuality { get; init; } = 90;

    /// <summary>A camera in daylight; <paramref name="wear"/> from 0 (good) to 1 (poor).</summary>
    public static Lens Draw(Rng rng, float wear)
    {
        var warm = rng.Normal(0, 0.06f);
        var exposure = rng.Normal(1, 0.12f);
        return new Lens
        {
            Blur = rng.Chance(0.2f + (0.3f * wear)) ? (rng.Chance(0.75f) ? 1 : 2) : 0,
            Shake = rng.Chance(0.1f * (1 + wear)) ? rng.Between(1, 4) : 0,
            Gain = new Vector3(1 + warm, 1, 1 - warm) * exposure,
            Contrast = rng.Normal(1, 0.12f) - (0.1f * wear),
            Gamma = Math.Clamp(rng.Normal(1, 0.14f), 0.65f, 1.5f),
            Noise = rng.Range(0.5f, 4 + (9 * wear)),
            Vignette = rng.Chance(0.4f) ? rng.Range(0, 0.45f) : 0,
            JpegQuality = rng.Between(55 - (int)(20 * wear), 95),
        };
    }

    /// <summary>Changes RGBA bytes in place.</summary>
    public void Apply(Span<byte> rgba, int width, int height, Rng rng)
    {
        for (var i = 0; i < Blur; i++)
        {
            Smooth(rgba, 4, width * 4);
            Smooth(rgba, width * 4, width * height * 4);
        }

        for (var i = 0; i < Shake; i++)
            Smooth(rgba, 4, width * 4);

        var curves = Curves();
        var grain = MakeScale(Noise);
        for (var y = 0; y < height; y++)
        {
            var row = rgba.Slice(y * width * 4, width * 4);
            var offset = rng.Below(GrainLength - (3 * 64));
            var dy = ((2f * y) / height) - 1;
            for (var x = 0; x < width; x++)
            {
                var dx = ((2f * x) / width) - 1;
                var dim = 256 - (int)(Vignette * 128 * ((dx * dx) + (dy * dy)));
                for (var c = 0; c < 3; c++)
                {
                    // A row longer than the table meets the same grain again, shifted; nobody sees it.
                    var n = grain[Grain[offset++ & (GrainLength - 1)] + 128];
                    row[(4 * x) + c] = (byte)Math.Clamp(((curves[(c * 256) + row[(4 * x) + c]] * dim) >> 8) + n, 0, 255);
                }
            }
        }
    }

    /// <summary>JPEG bytes of an RGB picture.</summary>
    public static byte[] Encode(Imaging.RgbImage image, int quality)
    {
        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var bitmap = new SKBitmap(info);
        var to = bitmap.GetPixelSpan();
        var from = image.Pixels;
        for (int i = 0, j = 0; i < from.Length; i += 3, j += 4)
            (to[j], to[j + 1], to[j + 2], to[j + 3]) = (from[i], from[i + 1], from[i + 2], 255);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality)
            ?? throw new InvalidOperationException($"A {image.Width}×{image.Height} picture could not be compressed to JPEG at quality {quality}.");
        return data.ToArray();
    }

    private static int[] MakeScale(float deviation) =>
        [.. Enumerable.Range(-128, 256).Select(v => (int)MathF.Round(v * deviation / 32))];

    private static sbyte[] MakeGrain()
    {
        var rng = Rng.For(0, 0, "grain");
        var grain = new sbyte[GrainLength];
        foreach (ref var g in grain.AsSpan())
            g = (sbyte)Math.Clamp(MathF.Round(rng.Normal(0, 32)), -127, 127);
        return grain;
    }

    // [1 2 1] / 4 between bytes that lie `step` apart, in runs of `run` bytes; the ends stay. In place: the average is
    // taken of neighbouring pairs twice, forwards and then backwards, which needs no second buffer.
    private static void Smooth(Span<byte> bytes, int step, int run)
    {
        for (var start = 0; start + run <= bytes.Length; start += run)
        {
            var line = bytes.Slice(start, run);
            PairAverage(line[..^step], line[step..]);
            for (var i = run - step - step - 1; i >= 0; i--)
                line[i + step] = (byte)((line[i] + line[i + step] + 1) >> 1);
        }
    }

    private static void PairAverage(Span<byte> a, ReadOnlySpan<byte> b)
    {
        for (var i = 0; i < a.Length; i++)
            a[i] = (byte)((a[i] + b[i]) >> 1);
    }

    private byte[] Curves()
    {
        var table = new byte[3 * 256];
        for (var c = 0; c < 3; c++)
        {
            for (var v = 0; v < 256; v++)
            {
                var x = MathF.Pow(v / 255f, Gamma) * Gain[c];
                x = 0.5f + (Contrast * (x - 0.5f));
                table[(c * 256) + v] = (byte)Math.Clamp(x * 255, 0, 255);
            }
        }

        return table;
    }
}
