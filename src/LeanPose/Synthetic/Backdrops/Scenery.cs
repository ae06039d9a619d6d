using System.Numerics;
using LeanPose.Synthetic.Figures;
using LeanPose.Synthetic.Painting;
using SkiaSharp;

namespace LeanPose.Synthetic.Backdrops;

/// <summary>Flat and boxy things in space, painted under any camera.</summary>
internal static class Scenery
{
    // Straight edges bend under a fisheye; this many pieces follow the bend.
    private const int EdgePieces = 6;

    /// <summary>A parallelogram with corner <paramref name="at"/> and edges u and v.</summary>
    public static SKPath Quad(this Brush brush, Vector3 at, Vector3 u, Vector3 v)
    {
        for (var i = 0; i < 4 * EdgePieces; i++)
        {
            var t = (float)(i % EdgePieces) / EdgePieces;
            brush.Outline.Point((i / EdgePieces) switch
            {
                0 => at + (t * u),
                1 => at + u + (t * v),
                2 => at + v + ((1 - t) * u),
                _ => at + ((1 - t) * v),
            });
        }

        return brush.Outline.Polygon().Take();
    }

    /// <summary>A flat panel; its pattern hangs along v.</summary>
    public static void Panel(this Brush brush, Vector3 at, Vector3 u, Vector3 v, Look look)
    {
        using var path = brush.Quad(at, u, v);
        var (a, b) = (brush.Camera.Project(at), brush.Camera.Project(at + v));
        brush.Dress(path, look, a.Pixel, b.Pixel, (a.Scale + b.Scale) / 2);
    }

    public static void Line(this Brush brush, Vector3 a, Vector3 b, SKColor colour, float metres)
    {
        var previous = brush.Camera.Project(a);
        for (var i = 1; i <= EdgePieces; i++)
        {
            var next = brush.Camera.Project(Vector3.Lerp(a, b, (float)i / EdgePieces));
            brush.Line(previous.Pixel, next.Pixel, colour, Math.Max(metres * next.Scale, 0.5f));
            previous = next;
        }
    }

    /// <summary>A box standing on <paramref name="foot"/>, turned about the vertical; hides what is behind it.</summary>
    public static void Block(this Brush brush, Vector3 foot, Vector3 size, float yaw, Look look)
    {
        var turn = Quaternion.CreateFromAxisAngle(Vector3.UnitY, yaw);
        var x = Vector3.Transform(Vector3.UnitX * size.X, turn);
        var z = Vector3.Transform(Vector3.UnitZ * size.Z, turn);
        var y = Vector3.UnitY * size.Y;
        var corner = foot - (x / 2) - (z / 2);
        Face(corner + y, x, z, y);
        Face(corner, x, y, -z);
        Face(corner + z, x, y, z);
        Face(corner, z, y, -x);
        Face(corner + x, z, y, x);

        void Face(Vector3 at, Vector3 u, Vector3 v, Vector3 normal)
        {
            normal = Vector3.Normalize(normal);
            if (Vector3.Dot(normal, brush.Camera.Position - at) <= 0)
                return;
            var light = 0.72f + (0.3f * Vector3.Dot(normal, brush.Light.Towards));
            using var path = brush.Quad(at, u, v);
            var (a, b) = (brush.Camera.Project(at), brush.Camera.Project(at + v));
            brush.Dress(path, look with { Colour = Palette.Scale(look.Colour, light), Second = Palette.Scale(look.Second, light) }, a.Pixel, b.Pixel, a.Scale);
            brush.Layers.Mark(path, 0, Part.None);
        }
    }

    /// <summary>A round post, branch or pipe; hides what is behind it.</summary>
    public static void Post(this Brush brush, Vector3 a, float radiusA, Vector3 b, float radiusB, Look look)
    {
        brush.Outline.Tube(a, radiusA, b, radiusB);
        using var path = brush.Outline.Take();
        var (p, q) = (brush.Camera.Project(a), brush.Camera.Project(b));
        brush.Round(path, look, p.Pixel, q.Pixel, Math.Max(radiusA, radiusB) * p.Scale, p.Scale);
        brush.Layers.Mark(path, 0, Part.None);
    }

    /// <summary>A heap of balls: leaves, bushes, cushions.</summary>
    public static void Bush(this Brush brush, Vector3 center, Vector3 spread, float radius, int count, SKColor colour, Rng rng)
    {
        for (var i = 0; i < count; i++)
        {
            var at = center + rng.InBox(spread);
            var r = radius * rng.Range(0.6f, 1.2f);
            brush.Outline.Tube(at, r, at, r);
            using var path = brush.Outline.Take();
            var p = brush.Camera.Project(at);
            var look = new Look(Palette.Shift(colour, rng.Between(-22, 22)), Fabric.Blotches, Palette.Shift(colour, rng.Between(-50, 30)), 0.3f);
            brush.Round(path, look, p.Pixel, p.Pixel + Vector2.UnitY, r * p.Scale, p.Scale);
            brush.Layers.Mark(path, 0, Part.None);
        }
    }

    /// <summary>Uneven light and dirt over a region of the picture.</summary>
    public static void Mottle(this Brush brush, Rng rng, float strength)
    {
        for (var i = 0; i < 2; i++)
        {
            var scale = rng.Range(0.4f, 4f) * brush.Layers.Width / 256f;
            var angle = rng.Range(0, MathF.Tau);
            var matrix = SKMatrix.CreateRotation(angle).PostConcat(SKMatrix.CreateScale(scale, scale * rng.Range(0.4f, 1.5f)));
            using var shader = Tiles.Shader(Fabric.Noise, matrix);
            using var paint = new SKPaint { Shader = shader, Color = (i == 0 ? SKColors.Black : SKColors.White).WithAlpha((byte)(strength * rng.Range(30, 95))) };
            brush.Canvas.DrawPaint(paint);
        }
    }

    /// <summary>Fills the picture from one colour at the top to another at the bottom.</summary>
    public static void Gradient(this Brush brush, SKColor top, SKColor bottom, float tilt = 0)
    {
        float w = brush.Layers.Width, h = brush.Layers.Height;
        using var shader = SKShader.CreateLinearGradient(new((w / 2) - (tilt * w / 2), 0), new((w / 2) + (tilt * w / 2), h), [top, bottom], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        brush.Canvas.DrawPaint(paint);
    }
}
