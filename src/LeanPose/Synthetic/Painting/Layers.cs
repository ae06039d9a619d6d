using System.Runtime.InteropServices;
using SkiaSharp;

namespace LeanPose.Synthetic.Painting;

/// <summary>
/// The picture and, beside it, a map of who is seen at each pixel. Both are painted far to near by the same outlines, so
/// the map answers what is hidden by what without any geometry of its own.
/// </summary>
internal sealed class Layers : IDisposable
{
    private readonly SKBitmap _picture;
    private readonly SKBitmap _map;
    private readonly SKCanvas _mapCanvas;
    private readonly SKPaint _mark = new() { IsAntialias = false, BlendMode = SKBlendMode.Src };

    public Layers(int width, int height)
    {
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        _picture = new SKBitmap(info);
        _map = new SKBitmap(info);
        Canvas = new SKCanvas(_picture);
        _mapCanvas = new SKCanvas(_map);
        _mapCanvas.Clear(SKColors.Black);
    }

    public int Width => _picture.Width;

    public int Height => _picture.Height;

    public SKCanvas Canvas { get; }

    /// <summary>RGBA bytes of the picture.</summary>
    public Span<byte> Pixels => _picture.GetPixelSpan();

    /// <summary>Per pixel: number of the person (0: none) in the low byte, body part in the second.</summary>
    public ReadOnlySpan<uint> Map => MemoryMarshal.Cast<byte, uint>(_map.GetPixelSpan());

    /// <summary>Writes into the map that a person's part, or (0, None) a thing, covers an outline.</summary>
    public void Mark(SKPath path, int person, Part part)
    {
        _mark.Color = new SKColor((byte)person, (byte)part, 0);
        _mapCanvas.DrawPath(path, _mark);
    }

    public static (int Person, Part Part) Decode(uint cell) => ((int)(cell & 0xFF), (Part)((cell >> 8) & 0xFF));

    public void Dispose()
    {
        _mark.Dispose();
        _mapCanvas.Dispose();
        Canvas.Dispose();
        _map.Dispose();
        _picture.Dispose();
    }
}
