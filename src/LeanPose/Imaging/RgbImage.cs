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
}
