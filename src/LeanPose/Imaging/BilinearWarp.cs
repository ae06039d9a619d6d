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
    public static void Warp(RgbImage source, Affine2 sourceToTarget, int width, int height, Span<byte> target) =>
        Warp(new Source(source.Pixels, new PixelWindow(0, 0, source.Width, source.Height, 1), source.Width, source.Height), sourceToTarget.Inverse(), width, height, target);

    /// <summary>
    /// Warps a picture of which only a part is there. The target is the same, bit for bit, as that of the whole picture
    /// (where the part is a reduced one: of the whole reduced picture).
    /// </summary>
    /// <param name="source">The part.</param>
    /// <param name="pictureToTarget">Map from pixels of the picture, whole and unreduced, to target pixels.</param>
    /// <param name="width">Target width, pixels.</param>
    /// <param name="height">Target height, pixels.</param>
    /// <param name="target">H×W×3 bytes, red first; overwritten whole.</param>
    /// <exception cref="ArgumentException"><paramref name="target"/> is not width·height·3 long, or shows more of the picture than is there.</exception>
    /// <exception cref="InvalidOperationException">The map has no inverse.</exception>
    public static void Warp(PictureWindow source, Affine2 pictureToTarget, int width, int height, Span<byte> target)
    {
        var back = pictureToTarget.Inverse();
        var (window, reduction) = (source.Window, source.Window.Reduction);
        Warp(
            new Source(source.Pixels, window, PixelWindow.Reduced(source.PictureWidth, reduction), PixelWindow.Reduced(source.PictureHeight, reduction)),
            reduction == 1 ? back : source.ToReduced.After(back),
            width, height, target);
    }

    private static void Warp(Source source, Affine2 back, int width, int height, Span<byte> target)
    {
        if (width < 0 || height < 0 || target.Length != (long)width * height * 3)
            throw new ArgumentException($"A {width}×{height} crop needs {(long)width * height * 3} bytes; {target.Length} were given.", nameof(target));
        var positions = new Positions(back);
        source.Require(positions, width, height);
        var pixels = source.Pixels;
        var stride = source.Window.Width * 3;
        var to = 0;
        for (var y = 0; y < height; y++)
        {
            var (rowX, rowY) = positions.Row(y);
            for (var x = 0; x < width; x++, to += 3)
            {
                var (u, v) = positions.At(rowX, rowY, x);
                long left = u >> FractionBits, top = v >> FractionBits;
                int fx = (int)u & (One - 1), fy = (int)v & (One - 1);
                int w00 = (One - fx) * (One - fy), w01 = fx * (One - fy), w10 = (One - fx) * fy, w11 = fx * fy;
                if ((ulong)left < (ulong)(source.Width - 1) && (ulong)top < (ulong)(source.Height - 1))
                {
                    var upper = (int)(((top - source.Window.Top) * stride) + ((left - source.Window.Left) * 3));
                    var a = pixels.Slice(upper, 6);
                    var b = pixels.Slice(upper + stride, 6);
                    for (var c = 0; c < 3; c++)
                        target[to + c] = Blend((w00 * a[c]) + (w01 * a[c + 3]) + (w10 * b[c]) + (w11 * b[c + 3]));
                }
                else
                {
                    for (var c = 0; c < 3; c++)
                    {
                        target[to + c] = Blend(
                            (w00 * source.At(left, top, c)) + (w01 * source.At(left + 1, top, c))
                            + (w10 * source.At(left, top + 1, c)) + (w11 * source.At(left + 1, top + 1, c)));
                    }
                }
            }
        }
    }

    private static long Round(double value) => (long)Math.Round(value);

    private static byte Blend(int sum) => (byte)((sum + (One * One / 2)) >> (2 * FractionBits));

    /// <summary>Where target pixels lie in the source, in 1/32 pixel.</summary>
    private readonly struct Positions(Affine2 back)
    {
        private const double Unit = 1 << CoordinateBits;
        private const long Half = 1 << (CoordinateBits - FractionBits - 1);

        public (long X, long Y) Row(int y) =>
            (Round(((back.M12 * y) + back.M13) * Unit) + Half, Round(((back.M22 * y) + back.M23) * Unit) + Half);

        public (long U, long V) At(long rowX, long rowY, int x) => (
            (rowX + Round(back.M11 * x * Unit)) >> (CoordinateBits - FractionBits),
            (rowY + Round(back.M21 * x * Unit)) >> (CoordinateBits - FractionBits));
    }

    /// <summary>The pixels of a window in a picture of which everything outside is black.</summary>
    private readonly ref struct Source(ReadOnlySpan<byte> pixels, PixelWindow window, int width, int height)
    {
        public readonly ReadOnlySpan<byte> Pixels = pixels;
        public readonly PixelWindow Window = window;
        public readonly int Width = width;
        public readonly int Height = height;

        public int At(long x, long y, int channel) =>
            (ulong)x < (ulong)Width && (ulong)y < (ulong)Height ? Pixels[(int)((((y - Window.Top) * Window.Width) + (x - Window.Left)) * 3) + channel] : 0;

        /// <summary>Positions grow or fall along rows and columns, so the corners tell what is touched.</summary>
        public void Require(Positions positions, int width, int height)
        {
            if (Window.Width == Width && Window.Height == Height)
                return;
            long left = long.MaxValue, top = left, right = long.MinValue, bottom = right;
            for (var corner = 0; corner < 4; corner++)
            {
                var (rowX, rowY) = positions.Row(corner < 2 ? 0 : height - 1);
                var (u, v) = positions.At(rowX, rowY, corner % 2 == 0 ? 0 : width - 1);
                (left, right) = (Math.Min(left, u >> FractionBits), Math.Max(right, (u >> FractionBits) + 1));
                (top, bottom) = (Math.Min(top, v >> FractionBits), Math.Max(bottom, (v >> FractionBits) + 1));
            }

            // What lies outside the picture is black whatever the window; a crop that misses the picture needs nothing.
            (left, right) = (Math.Max(left, 0), Math.Min(right, Width - 1));
            (top, bottom) = (Math.Max(top, 0), Math.Min(bottom, Height - 1));
            if (left <= right && top <= bottom && (left < Window.Left || top < Window.Top || right >= Window.Left + Window.Width || bottom >= Window.Top + Window.Height))
                throw new ArgumentException($"The crop shows columns {left}–{right} and rows {top}–{bottom}, of which only {Window} is there.", nameof(window));
        }
    }
}
