using System.Buffers;
using LeanPose.Geometry;

namespace LeanPose.Imaging;

/// <summary>
/// The pixels of a <see cref="PixelWindow"/>, with the size of the picture that they come from: enough to cut crops as from the
/// whole picture, where they stay inside the window. Immutable; disposing of it gives its memory back to the pool that it was
/// rented from, if it was.
/// </summary>
public sealed class PictureWindow : IDisposable
{
    private readonly bool _rented;
    private byte[]? _pixels;

    private PictureWindow(PixelWindow window, int pictureWidth, int pictureHeight, byte[] pixels, bool rented)
    {
        if (!window.FitsIn(pictureWidth, pictureHeight) || pixels.Length < window.Bytes)
            throw new ArgumentException($"{window} with {pixels.Length} bytes is no part of a {pictureWidth}×{pictureHeight} picture.", nameof(window));
        (Window, PictureWidth, PictureHeight, _pixels, _rented) = (window, pictureWidth, pictureHeight, pixels, rented);
    }

    /// <summary>Which part of the picture it is.</summary>
    public PixelWindow Window { get; }

    /// <summary>Width of the picture, unreduced pixels.</summary>
    public int PictureWidth { get; }

    /// <summary>Height of the picture, unreduced pixels.</summary>
    public int PictureHeight { get; }

    /// <summary>H×W×3 bytes of the window, row by row, red green blue.</summary>
    /// <exception cref="ObjectDisposedException">The window was disposed of.</exception>
    public ReadOnlySpan<byte> Pixels => (_pixels ?? throw new ObjectDisposedException(nameof(PictureWindow))).AsSpan(0, (int)Window.Bytes);

    /// <summary>From the picture's pixels to those of the reduced picture (pixel centres at whole numbers in both).</summary>
    public Affine2 ToReduced => Window.Reduction == 1
        ? Affine2.Identity
        : new Affine2(1.0 / Window.Reduction, 0, (1.0 - Window.Reduction) / (2 * Window.Reduction), 0, 1.0 / Window.Reduction, (1.0 - Window.Reduction) / (2 * Window.Reduction));

    /// <summary>A window in rented memory, filled at once.</summary>
    /// <param name="window">Which part.</param>
    /// <param name="pictureWidth">Of the picture, unreduced pixels.</param>
    /// <param name="pictureHeight">Of the picture, unreduced pixels.</param>
    /// <param name="fill">Writes all H×W×3 bytes; what it throws reaches the caller.</param>
    /// <exception cref="ArgumentException">The window does not lie in the picture.</exception>
    public static PictureWindow Fill(PixelWindow window, int pictureWidth, int pictureHeight, Action<Memory<byte>> fill)
    {
        var pixels = ArrayPool<byte>.Shared.Rent(checked((int)window.Bytes));
        var made = new PictureWindow(window, pictureWidth, pictureHeight, pixels, rented: true);
        try
        {
            fill(pixels.AsMemory(0, (int)window.Bytes));
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>A whole picture, without copying.</summary>
    public static PictureWindow Of(RgbImage image) =>
        new(new PixelWindow(0, 0, image.Width, image.Height, 1), image.Width, image.Height, image.Pixels, rented: false);

    /// <summary>The same in memory of its own, exactly as long as needed, which disposing does not touch.</summary>
    public PictureWindow Keep() => new(Window, PictureWidth, PictureHeight, Pixels.ToArray(), rented: false);

    /// <summary>The same pixels as another part of another picture; they move there, and this one is disposed of.</summary>
    /// <exception cref="ArgumentException">The window has another size, or does not lie in the picture.</exception>
    internal PictureWindow MoveTo(PixelWindow window, int pictureWidth, int pictureHeight)
    {
        if ((window.Width, window.Height) != (Window.Width, Window.Height))
            throw new ArgumentException($"{Window} has another size than {window}.", nameof(window));
        return new(window, pictureWidth, pictureHeight, Interlocked.Exchange(ref _pixels, null)!, _rented);
    }

    /// <summary>The window's pixels as a picture of their own.</summary>
    public RgbImage ToImage() => new(Window.Width, Window.Height, Pixels.ToArray());

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_rented && Interlocked.Exchange(ref _pixels, null) is { } pixels)
            ArrayPool<byte>.Shared.Return(pixels);
    }
}
