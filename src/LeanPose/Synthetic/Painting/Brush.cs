using System.Numerics;
using LeanPose.Synthetic.Cameras;
using SkiaSharp;

namespace LeanPose.Synthetic.Painting;

/// <summary>Where the light comes from and how hard it is.</summary>
/// <param name="Towards">Unit vector from the scene to the light, world.</param>
/// <param name="Contrast">0: flat, 1: hard.</param>
internal sealed record Light(Vector3 Towards, float Contrast);

/// <summary>Paints shaded, patterned outlines on both layers. One brush serves one scene; nothing in it is shared.</summary>
internal sealed class Brush : IDisposable
{
    private static readonly float[] RoundStops = [0, 0.22f, 0.5f, 1];
    private readonly SKPaint _fill = new() { IsAntialias = true };
    private readonly SKPaint _tint = new() { IsAntialias = true };
    private readonly SKPaint _line = new() { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round };

    public Brush(Layers layers, ICamera camera, Light light)
    {
        Layers = layers;
        Camera = camera;
        Light = light;
        Outline = new Outline(camera);
    }

    public Layers Layers { get; }

    public ICamera Camera { get; }

    public Light Light { get; }

    public Outline Outline { get; }

    public SKCanvas Canvas => Layers.Canvas;

    /// <summary>Strength of the dark rim that parts of a body throw on what lies behind them, 0 to 1.</summary>
    public float Rim { get; set; }

    public void Fill(SKPath path, SKColor colour)
    {
        _fill.Color = colour;
        Canvas.DrawPath(path, _fill);
    }

    public void Stroke(SKPath path, SKColor colour, float width)
    {
        _line.Color = colour;
        _line.StrokeWidth = width;
        Canvas.DrawPath(path, _line);
    }

    public void Line(Vector2 a, Vector2 b, SKColor colour, float width)
    {
        _line.Color = colour;
        _line.StrokeWidth = width;
        Canvas.DrawLine(a.X, a.Y, b.X, b.Y, _line);
    }

    public void Dot(Vector2 at, float radius, SKColor colour)
    {
        _fill.Color = colour;
        Canvas.DrawCircle(at.X, at.Y, radius, _fill);
    }

    /// <summary>A soft round patch of light or dark.</summary>
    public void Glow(Vector2 at, float radius, SKColor colour, SKBlendMode mode = SKBlendMode.SrcOver)
    {
        using var shader = SKShader.CreateRadialGradient(new(at.X, at.Y), Math.Max(radius, 0.5f), [colour, colour.WithAlpha(0)], SKShaderTileMode.Clamp);
        _tint.Shader = shader;
        _tint.BlendMode = mode;
        Canvas.DrawCircle(at.X, at.Y, radius, _tint);
        _tint.BlendMode = SKBlendMode.SrcOver;
        _tint.Shader = null;
    }

    /// <summary>Fills with ground colour and pattern; the pattern's y axis runs from a to b.</summary>
    public void Dress(SKPath path, Look look, Vector2 a, Vector2 b, float pixelsPerMetre)
    {
        Fill(path, look.Colour);
        if (look.Fabric == Fabric.Plain)
            return;
        // Two repetitions of the pattern make one tile; below three pixels they would only be grey.
        var scale = Math.Max(2 * look.Period * pixelsPerMetre, 6) / Tiles.Size;
        var along = b - a;
        along = along.LengthSquared() > 1e-6f ? Vector2.Normalize(along) : Vector2.UnitY;
        var matrix = new SKMatrix(along.Y * scale, along.X * scale, a.X, -along.X * scale, along.Y * scale, a.Y, 0, 0, 1);
        using var shader = Tiles.Shader(look.Fabric, matrix);
        _tint.Shader = shader;
        _tint.Color = look.Second;
        Canvas.DrawPath(path, _tint);
        _tint.Shader = null;
        _tint.Color = SKColors.Black;
    }

    /// <summary>A round limb from a to b (pixels): pattern, then light falling across it.</summary>
    public void Round(SKPath path, Look look, Vector2 a, Vector2 b, float radius, float pixelsPerMetre, float strength = 1)
    {
        if (Rim > 0)
            Stroke(path, new SKColor(0, 0, 0, (byte)(Rim * 110)), Math.Clamp(radius * 0.28f, 0.6f, 2.2f));
        Dress(path, look, a, b, pixelsPerMetre);
        var along = b - a;
        var across = along.LengthSquared() > 1e-3f ? Vector2.Normalize(new(-along.Y, along.X)) : Vector2.UnitX;
        var lit = LightAcross();
        // Foreshortened to a disc, a limb has no axis; the light's own direction serves.
        if (along.Length() < radius)
            across = lit;
        if (Vector2.Dot(across, lit) < 0)
            across = -across;
        var middle = (a + b) / 2;
        Shade(path, middle + (across * radius), middle - (across * radius), strength * (0.55f + (0.45f * Math.Abs(Vector2.Dot(across, lit)))));
    }

    /// <summary>Light to dark from one pixel to another.</summary>
    public void Shade(SKPath path, Vector2 bright, Vector2 dark, float strength)
    {
        var k = strength * Light.Contrast;
        SKColor[] colours =
        [
            new(0, 0, 0, (byte)(70 * k)),
            new(255, 255, 255, (byte)(55 * k)),
            new(0, 0, 0, (byte)(35 * k)),
            new(0, 0, 0, (byte)(165 * k)),
        ];
        using var shader = SKShader.CreateLinearGradient(new(bright.X, bright.Y), new(dark.X, dark.Y), colours, RoundStops, SKShaderTileMode.Clamp);
        _tint.Shader = shader;
        Canvas.DrawPath(path, _tint);
        _tint.Shader = null;
    }

    /// <summary>Direction in which it gets lighter in the picture; unit length.</summary>
    public Vector2 LightAcross()
    {
        var ahead = new Vector2(Light.Towards.X, -Light.Towards.Y);
        return ahead.LengthSquared() > 1e-4f ? Vector2.Normalize(ahead) : -Vector2.UnitY;
    }

    public void Dispose()
    {
        Outline.Dispose();
        _fill.Dispose();
        _tint.Dispose();
        _line.Dispose();
    }
}
