using LeanPose.Geometry;

namespace LeanPose.Imaging;

/// <summary>
/// Cuts an affine region out of a picture with bilinear interpolation. Pixel centres lie at whole numbers and everything outside
/// the source is black, blended in at its border, as OpenCV's <c>warpAffine</c> does with <c>BORDER_CONSTANT</c>. Its arithmetic is
/// OpenCV's too (source positions in 1/32 pixel, whole-number weights), so that crops are the same as those which the published models
/// saw, and the same on every processor.
/// </summary>
public static class BilinearWarp
{
    // Coordinates are summed in 1/1024 pixel and rounded to 1/32 pixel.
    private const int CoordinateBits = 10, FractionBits = 5;
    private const int One = 1 << FractionBits;

    /// <summary>Warps a picture.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="sourceToTarget">Map from source pixels to target pixels.</param>
    /// <param name="width">Target width, pixels.</param>
    /// <param name="height">Target height, pixels.</param>
    /// <param name="target">H×W×3 bytes, red first; overwritten whole.</param>
    /// <exception cref="ArgumentException"><paramref name="target"/> is not width·height·3 long.</exception>
    /// <exception cref="InvalidOperationException">The map has no inverse.</exception>
    public static void Warp(RgbImage source, Affine2 sourceToTarget, int width, int height, Span<byte> target)
    {
        if (width < 0 || height < 0 || target.Length != (long)width * height * 3)
            throw new ArgumentException($"A {width}×{height} crop needs {(long)width * height * 3} bytes; {target.Length} were given.", nameof(target));
        const double unit = 1 << CoordinateBits;
        const long half = 1 << (CoordinateBits - FractionBits - 1);
        var back = sourceToTarget.Inverse();
        ReadOnlySpan<byte> pixels = source.Pixels;
        var to = 0;
        for (var y = 0; y < height; y++)
        {
            var rowX = Round(((back.M12 * y) + back.M13) * unit) + half;
            var rowY = Round(((back.M22 * y) + back.M23) * unit) + half;
            for (var x = 0; x < width; x++, to += 3)
            {
                var u = (rowX + Round(back.M11 * x * unit)) >> (CoordinateBits - FractionBits);
                var v = (rowY + Round(back.M21 * x * unit)) >> (CoordinateBits - FractionBits);
                long left = u >> FractionBits, top = v >> FractionBits;
                int fx = (int)u & (One - 1), fy = (int)v & (One - 1);
                int w00 = (One - fx) * (One - fy), w01 = fx * (One - fy), w10 = (One - fx) * fy, w11 = fx * fy;
                if ((ulong)left < (ulong)(source.Width - 1) && (ulong)top < (ulong)(source.Height - 1))
                {
                    var upper = (int)((top * source.Width) + left) * 3;
                    var a = pixels.Slice(upper, 6);
                    var b = pixels.Slice(upper + (source.Width * 3), 6);
                    for (var c = 0; c < 3; c++)
                        target[to + c] = Blend((w00 * a[c]) + (w01 * a[c + 3]) + (w10 * b[c]) + (w11 * b[c + 3]));
                }
                else
                {
                    for (var c = 0; c < 3; c++)
                    {
                        target[to + c] = Blend(
                            (w00 * At(source, left, top, c)) + (w01 * At(source, left + 1, top, c))
                            + (w10 * At(source, left, top + 1, c)) + (w11 * At(source, left + 1, top + 1, c)));
                    }
                }
            }
        }
    }

    private static long Round(double value) => (long)Math.Round(value);

    private static byte Blend(int sum) => (byte)((sum + (One * One / 2)) >> (2 * FractionBits));

    private static int At(RgbImage source, long x, long y, int channel) =>
        (ulong)x < (ulong)source.Width && (ulong)y < (ulong)source.Height ? source.Pixels[(((y * source.Width) + x) * 3) + channel] : 0;
}
