using SkiaSharp;

namespace LeanPose.Imaging;

/// <summary>Decoded pixels as they are stored, read as the picture is shown: the pixel at (x, y) stands at start + x·stepX + y·stepY.</summary>
internal readonly struct UprightPixels
{
    private readonly byte[] _rgba;
    private readonly int _start;
    private readonly int _stepX;
    private readonly int _stepY;
    private readonly int _width;
    private readonly int _height;

    /// <param name="rgba">4 bytes a pixel, rows as stored.</param>
    /// <param name="width">As stored.</param>
    /// <param name="height">As stored.</param>
    /// <param name="origin">EXIF's orientation.</param>
    public UprightPixels(byte[] rgba, int width, int height, SKEncodedOrigin origin)
    {
        _rgba = rgba;
        (_width, _height) = ImageDecoder.SwapsSides(origin) ? (height, width) : (width, height);
        (_start, _stepX, _stepY) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => ((height * width) - 1, -1, -width),
            SKEncodedOrigin.BottomLeft => ((height - 1) * width, 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => ((height - 1) * width, -width, 1),
            SKEncodedOrigin.RightBottom => ((height * width) - 1, -width, -1),
            SKEncodedOrigin.LeftBottom => (width - 1, width, -1),
            _ => (0, 1, width),
        };
    }

    /// <summary>Copies a part of what was decoded, without alpha.</summary>
    public void Copy(PixelWindow window, Span<byte> target)
    {
        var to = 0;
        for (var y = window.Top; y < window.Top + window.Height; y++)
        {
            var from = (_start + (window.Left * _stepX) + (y * _stepY)) * 4;
            for (var x = 0; x < window.Width; x++, from += _stepX * 4, to += 3)
            {
                target[to] = _rgba[from];
                target[to + 1] = _rgba[from + 1];
                target[to + 2] = _rgba[from + 2];
            }
        }
    }

    /// <summary>A part of the reduced picture: each pixel the rounded mean of those for which it stands (fewer at the right and lower border).</summary>
    public void Average(PixelWindow window, Span<byte> target)
    {
        var to = 0;
        for (var y = window.Top; y < window.Top + window.Height; y++)
        {
            var (top, bottom) = (y * window.Reduction, Math.Min((y + 1) * window.Reduction, _height));
            for (var x = window.Left; x < window.Left + window.Width; x++)
            {
                var (left, right) = (x * window.Reduction, Math.Min((x + 1) * window.Reduction, _width));
                int r = 0, g = 0, b = 0, count = (right - left) * (bottom - top);
                for (var v = top; v < bottom; v++)
                {
                    for (var u = left; u < right; u++)
                    {
                        var from = (_start + (u * _stepX) + (v * _stepY)) * 4;
                        r += _rgba[from];
                        g += _rgba[from + 1];
                        b += _rgba[from + 2];
                    }
                }

                target[to++] = (byte)((r + (count / 2)) / count);
                target[to++] = (byte)((g + (count / 2)) / count);
                target[to++] = (byte)((b + (count / 2)) / count);
            }
        }
    }
}
