using System.Numerics;
using LeanPose.Synthetic.Figures;
using SkiaSharp;

namespace LeanPose.Synthetic.Painting;

/// <summary>Paints the head: hair from behind, a face from the front, ears at the sides, in any turn between.</summary>
internal sealed class HeadPainter(Brush brush, int person, Figure figure, Outfit outfit)
{
    private const int SpherePoints = 160;
    private static readonly Vector3[] Sphere = [.. Enumerable.Range(0, SpherePoints).Select(Fibonacci)];

    /// <summary>The middle of the face; what is farther from it than <see cref="FaceEdge"/> says is hair.</summary>
    private static readonly Vector3 FaceMiddle = Vector3.Normalize(new(0, -0.42f, 0.9f));
    private const float FaceEdge = 0.12f;

    private readonly float _size = figure.Shape.Head * brush.Camera.Project(figure.HeadCenter).Scale;

    // From the head to the camera, in the head's own axes.
    private readonly Vector3 _view = Vector3.Normalize(Vector3.Transform(
        brush.Camera.Position - figure.HeadCenter, Quaternion.Conjugate(figure.HeadTurn)));

    private Vector3 HairEnd => figure.NeckBase + Vector3.Transform(
        new Vector3(0, -0.3f, -0.42f) * figure.Shape.Head, figure.ChestTurn);

    public Vector3 HairCenter => Vector3.Lerp(figure.OnHead(new(0, 0, -0.8f)), HairEnd, 0.5f);

    public void PaintLongHair()
    {
        brush.Outline.Ball(figure.OnHead(new(0, 0.1f, -0.3f)), 0.4f * figure.Shape.Head).Ball(HairEnd, 0.3f * figure.Shape.Head).Hull();
        Finish(new(outfit.HairColour), Part.Hair, 1);
    }

    public void Paint()
    {
        var bald = outfit.Hair == HairStyle.Bald;
        PaintEars(far: true);
        if (outfit.Hair == HairStyle.Bun)
            PaintBun(_view.Z > 0);
        // Of a ball's two caps the one that faces us is convex in the picture; the other is what it leaves over.
        var faceFirst = Vector3.Dot(_view, FaceMiddle) < 0;
        Skull(bald || faceFirst ? outfit.Skin : outfit.HairColour, bald || faceFirst ? 1 : 1.06f);
        if (!bald)
            Cap(faceFirst ? -FaceMiddle : FaceMiddle, faceFirst ? -FaceEdge : FaceEdge, faceFirst ? outfit.HairColour : outfit.Skin, faceFirst ? 1.05f : 1);
        PaintFace();
        PaintEars(far: false);
        Shadow();
        if (outfit.Hair == HairStyle.Bun)
            PaintBun(_view.Z <= 0);
        if (outfit.Hair == HairStyle.Long)
            PaintStrands();
        if (outfit.Hair == HairStyle.Cap)
            PaintCap();
    }

    private static Vector3 Fibonacci(int i)
    {
        var y = 1 - (2 * (i + 0.5f) / SpherePoints);
        var (sin, cos) = MathF.SinCos(i * 2.39996323f);
        var r = MathF.Sqrt(1 - (y * y));
        return new(r * cos, y, r * sin);
    }

    private void Skull(SKColor colour, float inflate)
    {
        foreach (var p in Sphere)
            brush.Outline.Point(figure.OnHead(p * inflate));
        brush.Outline.Hull();
        using var path = brush.Outline.Take();
        if (brush.Rim > 0)
            brush.Stroke(path, new SKColor(0, 0, 0, (byte)(brush.Rim * 100)), 1.2f);
        brush.Fill(path, colour);
        brush.Layers.Mark(path, person, Part.Head);
    }

    private void Cap(Vector3 middle, float edge, SKColor colour, float inflate)
    {
        foreach (var p in Sphere)
        {
            if (Vector3.Dot(p, middle) > edge)
                brush.Outline.Point(figure.OnHead(p * inflate));
        }

        // The edge itself, or the sparse points would fray it.
        var a = Vector3.Normalize(Vector3.Cross(middle, Vector3.UnitX));
        var b = Vector3.Cross(middle, a);
        var r = MathF.Sqrt(1 - (edge * edge));
        for (var i = 0; i < 16; i++)
        {
            var (sin, cos) = MathF.SinCos(i * MathF.Tau / 16);
            brush.Outline.Point(figure.OnHead(inflate * ((edge * middle) + (r * ((cos * a) + (sin * b))))));
        }

        brush.Outline.Hull();
        using var path = brush.Outline.Take();
        brush.Fill(path, colour);
    }

    private void PaintEars(bool far)
    {
        if (outfit.Hair == HairStyle.Long)
            return;
        foreach (var side in (ReadOnlySpan<float>)[1, -1])
        {
            if (_view.X * side < 0 != far)
                continue;
            var at = figure.OnHead(Figure.EarSpot * new Vector3(side, 1, 1));
            brush.Outline.Tube(at, 0.06f * figure.Shape.Head, figure.OnHead(new(side * 1.02f, 0.12f, -0.1f)), 0.07f * figure.Shape.Head);
            using var path = brush.Outline.Take();
            brush.Fill(path, Palette.Scale(outfit.Skin, 0.86f));
            brush.Layers.Mark(path, person, Part.Head);
        }
    }

    private void PaintFace()
    {
        var dark = Palette.Scale(outfit.Skin, 0.55f);
        if (_view.Z > -0.25f)
        {
            // The nose: a wedge that shows in profile.
            brush.Outline.Point(figure.OnHead(Figure.NoseSpot)).Point(figure.OnHead(new(0, 0.08f, 0.98f)))
                .Point(figure.OnHead(new(0.16f, -0.24f, 0.95f))).Point(figure.OnHead(new(-0.16f, -0.24f, 0.95f))).Hull();
            using var path = brush.Outline.Take();
            brush.Fill(path, Palette.Scale(outfit.Skin, 0.87f));
            brush.Layers.Mark(path, person, Part.Head);
        }

        if (outfit.Beard && Facing(new(0, -0.7f, 0.7f)))
            Cap(Vector3.Normalize(new(0, -0.82f, 0.57f)), 0.72f, outfit.HairColour, 1.01f);
        Feature(new(0.24f, -0.52f, 0.82f), new(-0.24f, -0.52f, 0.82f), new SKColor(150, 62, 60), 0.045f);
        foreach (var side in (ReadOnlySpan<float>)[1, -1])
        {
            var flip = new Vector3(side, 1, 1);
            var eye = Figure.EyeSpot * flip;
            if (!Facing(eye))
                continue;
            Feature(new Vector3(0.2f, 0.24f, 0.95f) * flip, new Vector3(0.58f, 0.26f, 0.8f) * flip, Palette.Scale(outfit.HairColour, 0.8f), 0.04f);
            var p = brush.Camera.Project(figure.OnHead(eye)).Pixel;
            brush.Dot(p, 0.052f * _size, new SKColor(236, 234, 230));
            brush.Dot(p, Math.Max(0.04f * _size, 0.55f), new SKColor(36, 26, 22));
            if (outfit.Glasses)
                Feature(new Vector3(0.1f, 0.06f, 1) * flip, new Vector3(0.68f, 0.06f, 0.76f) * flip, new SKColor(20, 20, 22, 200), 0.06f);
        }

        if (_view.Z > 0.2f)
            brush.Dot(brush.Camera.Project(figure.OnHead(new(0, -0.27f, 1.0f))).Pixel, 0.035f * _size, dark);
    }

    private void PaintBun(bool behind)
    {
        if (!behind)
            return;
        brush.Outline.Ball(figure.OnHead(new(0, 0.75f, -0.95f)), 0.19f * figure.Shape.Head).Hull();
        Finish(new(outfit.HairColour), Part.Hair, 1);
    }

    private void PaintStrands()
    {
        foreach (var side in (ReadOnlySpan<float>)[1, -1])
        {
            if (_view.X * side < -0.35f)
                continue;
            brush.Outline.Tube(figure.OnHead(new(side * 0.9f, 0.35f, -0.05f)), 0.13f * figure.Shape.Head, figure.OnHead(new(side * 0.98f, -0.9f, -0.15f)), 0.1f * figure.Shape.Head);
            Finish(new(outfit.HairColour), Part.Hair, 0.8f);
        }
    }

    private void PaintCap()
    {
        foreach (var p in Sphere)
        {
            if (p.Y > 0.32f)
                brush.Outline.Point(figure.OnHead(p * 1.09f));
        }

        brush.Outline.Hull();
        brush.Outline.Point(figure.OnHead(new(0.75f, 0.42f, 0.75f))).Point(figure.OnHead(new(-0.75f, 0.42f, 0.75f)))
            .Point(figure.OnHead(new(0.45f, 0.32f, 1.6f))).Point(figure.OnHead(new(-0.45f, 0.32f, 1.6f))).Hull();
        Finish(new(outfit.Accent), Part.Hair, 1);
    }

    private bool Facing(Vector3 spot) => Vector3.Dot(Vector3.Normalize(spot), _view) > 0.1f;

    private void Feature(Vector3 a, Vector3 b, SKColor colour, float width)
    {
        if (Facing(a) && Facing(b))
            brush.Line(brush.Camera.Project(figure.OnHead(a)).Pixel, brush.Camera.Project(figure.OnHead(b)).Pixel, colour, Math.Max(width * _size, 0.6f));
    }

    // Light over the whole head, once everything on it is painted.
    private void Shadow()
    {
        foreach (var p in Sphere)
            brush.Outline.Point(figure.OnHead(p * 1.05f));
        brush.Outline.Hull();
        using var path = brush.Outline.Take();
        var middle = brush.Camera.Project(figure.HeadCenter).Pixel;
        var reach = brush.LightAcross() * (0.5f * _size);
        brush.Shade(path, middle + reach, middle - reach, 0.8f);
    }

    private void Finish(Look look, Part part, float strength)
    {
        using var path = brush.Outline.Take();
        var middle = brush.Camera.Project(figure.HeadCenter).Pixel;
        brush.Round(path, look, middle - (Vector2.UnitY * _size / 2), middle + (Vector2.UnitY * _size / 2), 0.5f * _size, _size / figure.Shape.Head, strength);
        brush.Layers.Mark(path, person, part);
    }
}
