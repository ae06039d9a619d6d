using LeanPose.Geometry;
using LeanPose.Imaging;
using SkiaSharp;

namespace LeanPose.Drawing;

/// <summary>Marks where something is wrong: a red ring around a point, a red rectangle around a box, with white beside the red so that it shows on any picture.</summary>
public static class FaultMark
{
    private static readonly SKColor Red = new(230, 30, 45);
    private static readonly SKColor White = new(255, 255, 255, 220);

    /// <summary>Draws a ring.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="at">Its middle, image pixels (pixel centres at integers).</param>
    /// <param name="radius">Pixels.</param>
    public static void Ring(RgbImage image, Point2 at, double radius) =>
        Draw(image, (canvas, paint) => canvas.DrawCircle((float)at.X + 0.5f, (float)at.Y + 0.5f, (float)radius, paint));

    /// <summary>Draws a rectangle.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="box">Image pixels.</param>
    public static void Rectangle(RgbImage image, Box box) =>
        Draw(image, (canvas, paint) => canvas.DrawRect((float)box.X, (float)box.Y, (float)box.Width, (float)box.Height, paint));

    private static void Draw(RgbImage image, Action<SKCanvas, SKPaint> shape)
    {
        using var canvas = PixelCanvas.Of(image);
        using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, Color = White, StrokeWidth = 4 };
        shape(canvas.Canvas, paint);
        (paint.Color, paint.StrokeWidth) = (Red, 2);
        shape(canvas.Canvas, paint);
        canvas.CopyTo(image);
    }
}
