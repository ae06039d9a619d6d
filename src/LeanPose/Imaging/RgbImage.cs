using LeanPose.Geometry;

namespace LeanPose.Imaging;

/// <summary>An 8-bit colour picture in memory, H×W×3, red first.</summary>
public sealed class RgbImage
{
    /// <summary>A black picture.</summary>
    public RgbImage(int width, int height)
        : this(width, height, new byte[checked(width * height * 3)])
    {
    }

    /// <summary>Wraps pixels without copying.</summary>
    /// <exception cref="ArgumentException">The array is not width·height·3 long.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        if (width <= 0 || height <= 0 || pixels.Length != (long)width * height * 3)
            throw new ArgumentException($"A {width}×{height} RGB picture needs {(long)width * height * 3} bytes; {pixels.Length} were given.");
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Pixels.</summary>
    public int Width { get; }

    /// <summary>Pixels.</summary>
    public int Height { get; }

    /// <summary>H×W×3 bytes, row by row, red green blue.</summary>
    public byte[] Pixels { get; }

    /// <summary>The whole picture as a box, for a picture of one person.</summary>
    public Box Bounds => new(0, 0, Width, Height);

    /// <summary>Copies raw pixels, of a camera or another library, into a new picture.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="pixels">Row by row from the top.</param>
    /// <param name="order">What a pixel's bytes are.</param>
    /// <param name="stride">Bytes from one row's start to the next one's; 0 where rows follow each other without a gap.</param>
    /// <exception cref="ArgumentException">There are fewer bytes than the rows need, or a stride is shorter than a row.</exception>
    public static RgbImage FromPixels(int width, int height, ReadOnlySpan<byte> pixels, PixelOrder order, int stride = 0)
    {
        var image = new RgbImage(width, height);
        image.SetPixels(pixels, order, stride);
        return image;
    }

    /// <summary>Copies raw pixels over this picture, so that the frames of a video can share one.</summary>
    /// <param name="pixels">As many rows and columns as this picture has, from the top.</param>
    /// <param name="order">What a pixel's bytes are.</param>
    /// <param name="stride">Bytes from one row's start to the next one's; 0 where rows follow each other without a gap.</param>
    /// <exception cref="ArgumentException">There are fewer bytes than the rows need, or a stride is shorter than a row.</exception>
    public void SetPixels(ReadOnlySpan<byte> pixels, PixelOrder order, int stride = 0)
    {
        var (size, red, green, blue) = order switch
        {
            PixelOrder.Rgb => (3, 0, 1, 2),
            PixelOrder.Bgr => (3, 2, 1, 0),
            PixelOrder.Rgba => (4, 0, 1, 2),
            PixelOrder.Bgra => (4, 2, 1, 0),
            PixelOrder.Grey => (1, 0, 0, 0),
            _ => throw new ArgumentOutOfRangeException(nameof(order), order, "Unknown order of colours."),
        };
        var row = (long)Width * size;
        var step = stride == 0 ? row : stride;
        if (step < row)
            throw new ArgumentException($"Rows of {Width} {order} pixels have {row} bytes; a stride of {stride} is shorter.", nameof(stride));
        if (pixels.Length < (step * (Height - 1)) + row)
            throw new ArgumentException($"{Width}×{Height} {order} pixels, {step} bytes from row to row, need {(step * (Height - 1)) + row} bytes; {pixels.Length} were given.", nameof(pixels));
        for (var y = 0; y < Height; y++)
        {
            var from = pixels.Slice((int)(y * step), (int)row);
            var to = Pixels.AsSpan(y * Width * 3, Width * 3);
            if (order == PixelOrder.Rgb)
            {
                from.CopyTo(to);
                continue;
            }

            for (int i = 0, o = 0; o < to.Length; i += size, o += 3)
                (to[o], to[o + 1], to[o + 2]) = (from[i + red], from[i + green], from[i + blue]);
        }
    }
}
