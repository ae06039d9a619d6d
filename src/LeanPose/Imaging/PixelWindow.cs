namespace LeanPose.Imaging;

/// <summary>
/// A rectangle of whole pixels of a picture, or of the picture reduced by a whole factor. The reduced picture has
/// ⌈width / reduction⌉ × ⌈height / reduction⌉ pixels; its pixel i stands for the picture's pixels reduction·i … reduction·(i + 1) − 1.
/// </summary>
/// <param name="Left">First column, pixels of the reduced picture.</param>
/// <param name="Top">First row, pixels of the reduced picture.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
/// <param name="Reduction">1, 2, 4 or 8; 1 for the picture as it is.</param>
public readonly record struct PixelWindow(int Left, int Top, int Width, int Height, int Reduction)
{
    /// <summary>The largest factor by which JPEG can be read reduced.</summary>
    public const int MaxReduction = 8;

    /// <summary>Length in bytes of the window's pixels, 3 each.</summary>
    public long Bytes => (long)Width * Height * 3;

    /// <summary>Whether another window of the same reduction lies in this one.</summary>
    public bool Contains(PixelWindow other) =>
        other.Reduction == Reduction && other.Left >= Left && other.Top >= Top
        && (long)other.Left + other.Width <= (long)Left + Width && (long)other.Top + other.Height <= (long)Top + Height;

    /// <summary>Whether the window lies in a picture of this size and its numbers make sense.</summary>
    public bool FitsIn(int pictureWidth, int pictureHeight) =>
        Reduction is 1 or 2 or 4 or 8 && pictureWidth > 0 && pictureHeight > 0
        && new PixelWindow(0, 0, Reduced(pictureWidth, Reduction), Reduced(pictureHeight, Reduction), Reduction).Contains(this)
        && Width > 0 && Height > 0;

    /// <summary>A side of the reduced picture.</summary>
    public static int Reduced(int side, int reduction) => (int)(((long)side + reduction - 1) / reduction);
}
