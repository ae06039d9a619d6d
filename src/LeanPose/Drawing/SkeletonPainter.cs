using LeanPose.Datasets;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using SkiaSharp;

namespace LeanPose.Drawing;

/// <summary>Draws a person's skeleton into a picture: limbs coloured by side (<see cref="SideColours"/>), keypoints on top, dark outlines so that it reads on bright and dark pictures.</summary>
public static class SkeletonPainter
{
    // Shares of the person's extent, and bounds in pixels that keep tiny and huge persons readable.
    private const double LineShare = 0.018;
    private const double MinLine = 1.5;
    private const double MaxLine = 16;

    private static readonly SKColor Outline = new(12, 14, 20, 190);

    /// <summary>Draws one person's predicted keypoints into <paramref name="image"/>.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="skeleton">Names the points.</param>
    /// <param name="points">One per keypoint of the skeleton, image pixels (pixel centres at integers).</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">There are not as many points as the skeleton has keypoints.</exception>
    public static void Draw(RgbImage image, Skeleton skeleton, IReadOnlyList<ScoredPoint> points, PaintOptions? options = null) =>
        Draw(image, skeleton, [points], options);

    /// <summary>Draws predicted keypoints of several persons into <paramref name="image"/>, the first of them below the others.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="skeleton">Names the points.</param>
    /// <param name="persons">Of each person one point per keypoint of the skeleton, image pixels (pixel centres at integers).</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">A person has not as many points as the skeleton has keypoints.</exception>
    public static void Draw(RgbImage image, Skeleton skeleton, IEnumerable<IReadOnlyList<ScoredPoint>> persons, PaintOptions? options = null)
    {
        options ??= new PaintOptions();
        Draw(image, skeleton, persons.Select(points => points.Select(p => new Dot(p.X, p.Y, p.Score >= options.MinScore, Hollow: false)).ToArray()), options);
    }

    /// <summary>Draws labelled keypoints into <paramref name="image"/>; hidden ones as rings, unlabelled ones not at all.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="skeleton">Names the points.</param>
    /// <param name="labels">One per keypoint of the skeleton, image pixels (pixel centres at integers).</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">There are not as many labels as the skeleton has keypoints.</exception>
    public static void Draw(RgbImage image, Skeleton skeleton, IReadOnlyList<Keypoint> labels, PaintOptions? options = null)
        => Draw(image, skeleton, [labels.Select(k => new Dot(k.X, k.Y, k.IsLabelled, k.Visibility == Visibility.Hidden)).ToArray()], options ?? new PaintOptions());

    private static void Draw(RgbImage image, Skeleton skeleton, IEnumerable<Dot[]> persons, PaintOptions options)
    {
        using var canvas = PixelCanvas.Of(image);
        foreach (var dots in persons)
            Draw(canvas, Math.Max(image.Width, image.Height), skeleton, dots, options);
        canvas.CopyTo(image);
    }

    private static void Draw(PixelCanvas canvas, int longerSide, Skeleton skeleton, Dot[] dots, PaintOptions options)
    {
        if (dots.Length != skeleton.Count)
            throw new ArgumentException($"{dots.Length} points were given to draw a skeleton of {skeleton.Count} keypoints ({skeleton.Name}).");
        for (var i = 0; i < dots.Length; i++)
            dots[i] = dots[i] with { Shown = dots[i].Shown && double.IsFinite(dots[i].X) && double.IsFinite(dots[i].Y) };
        if (!dots.Any(d => d.Shown))
            return;

        // A stray point far outside must not blow the lines up.
        var size = Math.Min(Extent(dots), longerSide);
        var line = (float)(Math.Clamp(size * LineShare, MinLine, MaxLine) * options.Thickness);
        DrawLimbs(canvas, skeleton, dots, line);
        DrawKeypoints(canvas, skeleton, dots, line);
    }

    private static void DrawLimbs(PixelCanvas canvas, Skeleton skeleton, Dot[] dots, float line)
    {
        using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeCap = SKStrokeCap.Round };
        var limbs = skeleton.Limbs.Where(l => dots[l.A].Shown && dots[l.B].Shown).ToArray();

        // Every outline comes before any colour: an outline must not cut through a neighbour's limb.
        foreach (var (a, b) in limbs)
            Stroke(a, b, Outline, line * 1.6f);
        foreach (var (a, b) in limbs)
            Stroke(a, b, SideColours.OfLimb(skeleton, a, b), line);

        void Stroke(int a, int b, SKColor colour, float width)
        {
            paint.Color = colour;
            paint.StrokeWidth = width;
            canvas.Canvas.DrawLine(dots[a].Centre, dots[b].Centre, paint);
        }
    }

    private static void DrawKeypoints(PixelCanvas canvas, Skeleton skeleton, Dot[] dots, float line)
    {
        using var fill = new SKPaint { IsAntialias = true };
        using var ring = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke };
        for (var i = 0; i < dots.Length; i++)
        {
            if (!dots[i].Shown)
                continue;
            var colour = SideColours.OfKeypoint(skeleton, i);
            fill.Color = Outline;
            canvas.Canvas.DrawCircle(dots[i].Centre, line * 1.55f, fill);
            fill.Color = dots[i].Hollow ? Outline.WithAlpha(255) : colour;
            canvas.Canvas.DrawCircle(dots[i].Centre, line * 1.15f, fill);
            ring.Color = dots[i].Hollow ? colour : SKColors.White.WithAlpha(200);
            ring.StrokeWidth = line * (dots[i].Hollow ? 0.5f : 0.25f);
            canvas.Canvas.DrawCircle(dots[i].Centre, line * 1.15f, ring);
        }
    }

    private static double Extent(Dot[] dots)
    {
        var shown = dots.Where(d => d.Shown).ToArray();
        return Math.Max(shown.Max(d => d.X) - shown.Min(d => d.X), shown.Max(d => d.Y) - shown.Min(d => d.Y));
    }

    private readonly record struct Dot(double X, double Y, bool Shown, bool Hollow)
    {
        // Skia counts from a pixel's corner, keypoints from its centre.
        public SKPoint Centre => new((float)X + 0.5f, (float)Y + 0.5f);
    }
}
