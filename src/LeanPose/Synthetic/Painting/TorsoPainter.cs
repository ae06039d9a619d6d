using System.Numerics;
using LeanPose.Synthetic.Figures;
using SkiaSharp;

namespace LeanPose.Synthetic.Painting;

/// <summary>Paints trunk, seat, skirt and pack, and the small signs by which front and back are told apart.</summary>
internal sealed class TorsoPainter
{
    private readonly Brush _brush;
    private readonly int _person;
    private readonly Figure _figure;
    private readonly Outfit _outfit;

    // Cross-sections from the neck down: centre, half axes across and forwards.
    private readonly (Vector3 Center, Vector3 Across, Vector3 Ahead)[] _rings;

    public TorsoPainter(Brush brush, int person, Figure figure, Outfit outfit)
    {
        (_brush, _person, _figure, _outfit) = (brush, person, figure, outfit);
        var s = figure.Shape;
        var h = s.Height;
        var middle = Quaternion.Slerp(figure.PelvisTurn, figure.ChestTurn, 0.5f);
        var waist = s.Radius(0.083f - (0.016f * s.Waist));
        var hips = s.HipHalf + s.Radius(0.043f);
        _rings =
        [
            Ring(figure.NeckBase, 0.022f * h, figure.ChestTurn, 0.036f * h, 0.034f * h),
            Ring(figure.NeckBase, -0.022f * h, figure.ChestTurn, s.ShoulderHalf + (0.012f * h), s.Radius(0.044f)),
            Ring(Vector3.Lerp(figure.Waist, figure.NeckBase, 0.55f), 0, figure.ChestTurn, Math.Max(s.ShoulderHalf * 0.88f, waist), s.Radius(0.064f)),
            Ring(figure.Waist, 0, middle, waist, s.Radius(0.056f)),
            Ring(figure.Pelvis, 0, figure.PelvisTurn, hips, s.Radius(0.062f)),
            Ring(figure.Pelvis, -0.04f * h, figure.PelvisTurn, hips * 0.93f, s.Radius(0.056f)),
        ];
        PackCenter = _rings[2].Center - (1.9f * _rings[2].Ahead);
    }

    public Vector3 PackCenter { get; }

    private bool IsDress => _outfit.Legwear == Legwear.Dress;

    public void PaintTop()
    {
        Span(0, 1).Span(1, 2).Span(2, 3).Span(3, 4);
        Finish(Part.Torso, _outfit.Top, _rings[0].Center, _rings[4].Center, _figure.Shape.ShoulderHalf);
        PaintDetail();
    }

    public void PaintSeat()
    {
        Span(3, 4).Span(4, 5);
        Finish(Part.Torso, _outfit.Bottom, _rings[3].Center, _rings[5].Center, _figure.Shape.ShoulderHalf);
    }

    public void PaintSkirt()
    {
        var r = _figure.Shape.Radius(0.068f);
        var (waist, hips) = (_rings[3], _rings[4]);
        var up = IsDress ? 1 : 0.55f;
        _brush.Outline.Ring(hips.Center, hips.Across * 1.06f, hips.Ahead * 1.06f)
            .Ring(Vector3.Lerp(hips.Center, waist.Center, up), Vector3.Lerp(hips.Across, waist.Across, up), Vector3.Lerp(hips.Ahead, waist.Ahead, up));
        foreach (var leg in (ReadOnlySpan<Leg>)[_figure.LeftLeg, _figure.RightLeg])
        {
            if (_outfit.Hem > 0.5f)
                _brush.Outline.Ball(leg.Knee, r).Ball(Vector3.Lerp(leg.Knee, leg.Ankle, (2 * _outfit.Hem) - 1), r * 0.9f);
            else
                _brush.Outline.Ball(Vector3.Lerp(leg.Hip, leg.Knee, 2 * _outfit.Hem), r);
        }

        _brush.Outline.Hull();
        Finish(Part.Skirt, _outfit.Bottom, _rings[4].Center, Vector3.Lerp(_figure.LeftLeg.Knee, _figure.RightLeg.Knee, 0.5f), 0.1f * _figure.Shape.Height);
    }

    public void PaintPack()
    {
        var (center, across, ahead) = _rings[2];
        var up = Vector3.Transform(Vector3.UnitY * (0.09f * _figure.Shape.Height), _figure.ChestTurn);
        var r = 0.55f * ahead.Length();
        foreach (var x in (ReadOnlySpan<float>)[-0.6f, 0.6f])
        {
            foreach (var y in (ReadOnlySpan<float>)[-1.1f, 0.9f])
                _brush.Outline.Ball(center - (1.9f * ahead) + (x * across) + (y * up), r);
        }

        _brush.Outline.Hull();
        Finish(Part.Pack, new(_outfit.Accent), PackCenter + up, PackCenter - up, across.Length());
    }

    private static (Vector3 Center, Vector3 Across, Vector3 Ahead) Ring(Vector3 at, float higher, Quaternion turn, float across, float ahead) => (
        at + Vector3.Transform(Vector3.UnitY * higher, turn),
        Vector3.Transform(Vector3.UnitX * across, turn),
        Vector3.Transform(Vector3.UnitZ * ahead, turn));

    private TorsoPainter Span(int upper, int lower)
    {
        foreach (var (center, across, ahead) in (ReadOnlySpan<(Vector3, Vector3, Vector3)>)[_rings[upper], _rings[lower]])
            _brush.Outline.Ring(center, across, ahead);
        _brush.Outline.Hull();
        return this;
    }

    private void PaintDetail()
    {
        var dark = Palette.Shift(_outfit.Top.Colour, _outfit.Top.Colour.Red + _outfit.Top.Colour.Green > 200 ? -70 : 70);
        if (_outfit.Backpack)
        {
            Patch(_outfit.Accent, (0.9f, 22), (0.9f, 42), (2.4f, 44), (2.4f, 26));
            Patch(_outfit.Accent, (0.9f, -22), (0.9f, -42), (2.4f, -44), (2.4f, -26));
        }

        switch (_outfit.ChestDetail)
        {
            case 0: // open collar
                Patch(_outfit.Skin, (0, -70), (0, 0), (0, 70), (1.35f, 0));
                break;
            case 1: // jacket over a shirt
                Patch(Palette.Shift(_outfit.Accent, 40), (0, -60), (0, 60), (1.4f, 16), (4, 10), (4, -10), (1.4f, -16));
                break;
            case 2: // buttons or zip, and a hood
                Patch(dark, (0, -8), (0, 8), (4, 4), (4, -4));
                Patch(dark, (0.3f, 130), (0.2f, 180), (0.3f, 230), (1.7f, 200), (1.7f, 160));
                break;
            case 3: // print on the chest
                Patch(_outfit.Accent, (1.3f, -28), (1.3f, 28), (2.4f, 30), (2.4f, -30));
                break;
            case 4: // small badge before, big number behind
                Patch(_outfit.Accent, (1.4f, 22), (1.4f, 38), (1.8f, 38), (1.8f, 22));
                Patch(_outfit.Accent, (1.2f, 148), (1.2f, 212), (2.8f, 212), (2.8f, 148));
                break;
            default: // tie
                Patch(_outfit.Accent, (0.1f, -22), (0.1f, 22), (2.9f, 10), (3.4f, 0), (2.9f, -10));
                break;
        }

        if (!IsDress)
            Patch(Palette.Scale(_outfit.Bottom.Colour, 0.6f), (3.8f, -75), (3.8f, -25), (3.8f, 25), (3.8f, 75), (4, 75), (4, 25), (4, -25), (4, -75));
    }

    // A patch on the trunk's skin, corners as (ring, degrees from straight ahead towards the person's left), where it faces us.
    private void Patch(SKColor colour, params ReadOnlySpan<(float Ring, float Degrees)> corners)
    {
        var facing = 0f;
        foreach (var (ring, degrees) in corners)
        {
            var (point, normal) = OnTrunk(ring, degrees);
            facing += Vector3.Dot(normal, Vector3.Normalize(_brush.Camera.Position - point));
            _brush.Outline.Point(point);
        }

        _brush.Outline.Hull();
        using var path = _brush.Outline.Take();
        if (facing > 0.12f * corners.Length)
            _brush.Fill(path, colour);
    }

    private (Vector3 Point, Vector3 Normal) OnTrunk(float ring, float degrees)
    {
        var i = Math.Min((int)ring, _rings.Length - 2);
        var t = ring - i;
        var (sin, cos) = MathF.SinCos(degrees * MathF.PI / 180);
        var (a, b) = (_rings[i], _rings[i + 1]);
        var out1 = (sin * a.Across) + (cos * a.Ahead);
        var out2 = (sin * b.Across) + (cos * b.Ahead);
        return (Vector3.Lerp(a.Center + out1, b.Center + out2, t), Vector3.Normalize(Vector3.Lerp(out1, out2, 0.5f)));
    }

    private void Finish(Part part, Look look, Vector3 top, Vector3 bottom, float halfWidth)
    {
        using var path = _brush.Outline.Take();
        var (p, q) = (_brush.Camera.Project(top), _brush.Camera.Project(bottom));
        var scale = (p.Scale + q.Scale) / 2;
        _brush.Round(path, look, p.Pixel, q.Pixel, halfWidth * scale, scale, 0.8f);
        _brush.Layers.Mark(path, _person, part);
    }
}
