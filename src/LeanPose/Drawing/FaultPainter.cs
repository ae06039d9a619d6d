using LeanPose.Geometry;
using LeanPose.Imaging;
using SkiaSharp;

namespace LeanPose.Drawing;

/// <summary>A place in a picture to look at, and the places that are proposed instead.</summary>
/// <param name="Place">Gets a ring; picture pixels.</param>
/// <param name="Proposals">Get crosses; picture pixels.</param>
public sealed record FaultMark(Point2 Place, IReadOnlyList<Point2> Proposals);

/// <summary>Marks places that may be wrong: a red ring around each, and yellow crosses at the proposals; boxes in red.</summary>
public static class FaultPainter
{
    private const double RingShare = 0.03;

    private static readonly SKColor Ring = new(255, 45, 60);
    private static readonly SKColor Cross = new(255, 235, 60);
    private static readonly SKColor Outline = new(12, 14, 20, 190);

    /// <summary>Draws marks into <paramref name="image"/>.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="marks">Pixel centres at integers; what lies outside is not seen.</param>
    public static void Draw(RgbImage image, IReadOnlyList<FaultMark> marks)
    {
        if (marks.Count == 0)
            return;
        using var canvas = PixelCanvas.Of(image);
        using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeCap = SKStrokeCap.Round };
        var radius = (float)Math.Max(4, RingShare * Math.Max(image.Width, image.Height));
        var line = Math.Max(1.2f, radius * 0.16f);
        foreach (var (colour, width) in new[] { (Outline, line * 1.8f), (Cross, line) })
        {
            (paint.Color, paint.StrokeWidth) = (colour, width);
            foreach (var p in marks.SelectMany(m => m.Proposals))
            {
                var (x, y, arm) = ((float)p.X + 0.5f, (float)p.Y + 0.5f, radius * 0.35f);
                canvas.Canvas.DrawLine(x - arm, y - arm, x + arm, y + arm, paint);
                canvas.Canvas.DrawLine(x - arm, y + arm, x + arm, y - arm, paint);
            }
        }

        foreach (var (colour, width) in new[] { (Outline, line * 2.2f), (Ring, line * 1.4f) })
        {
            (paint.Color, paint.StrokeWidth) = (colour, width);
            foreach (var m in marks)
                canvas.Canvas.DrawCircle((float)m.Place.X + 0.5f, (float)m.Place.Y + 0.5f, radius, paint);
        }

        canvas.CopyTo(image);
    }

    /// <summary>Draws a box into <paramref name="image"/>.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="box">Picture pixels.</param>
    public static void DrawBox(RgbImage image, Box box)
    {
        using var canvas = PixelCanvas.Of(image);
        using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke };
        foreach (var (colour, width) in new[] { (Outline, 3.5f), (Ring, 1.6f) })
        {
            (paint.Color, paint.StrokeWidth) = (colour, width);
            canvas.Canvas.DrawRect((float)box.X + 0.5f, (float)box.Y + 0.5f, (float)box.Width, (float)box.Height, paint);
        }

        canvas.CopyTo(image);
    }
}
