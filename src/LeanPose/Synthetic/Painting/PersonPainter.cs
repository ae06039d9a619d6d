using System.Numerics;
using LeanPose.Synthetic.Figures;
using SkiaSharp;

namespace LeanPose.Synthetic.Painting;

/// <summary>Paints one dressed figure: every part an outline with a distance, far parts first.</summary>
internal sealed class PersonPainter
{
    private readonly Brush _brush;
    private readonly int _person;
    private readonly Figure _figure;
    private readonly Outfit _outfit;
    private readonly List<(float Distance, Action Paint)> _parts = [];

    /// <param name="brush">Paints on the scene's layers.</param>
    /// <param name="person">Number in the map, from 1.</param>
    /// <param name="figure">Body in its pose.</param>
    /// <param name="outfit">Looks.</param>
    public PersonPainter(Brush brush, int person, Figure figure, Outfit outfit)
    {
        (_brush, _person, _figure, _outfit) = (brush, person, figure, outfit);
        AddArm(figure.Left, Part.LeftUpperArm);
        AddArm(figure.Right, Part.RightUpperArm);
        AddLeg(figure.LeftLeg, Part.LeftThigh);
        AddLeg(figure.RightLeg, Part.RightThigh);

        var s = figure.Shape;
        var neckEnd = Vector3.Lerp(figure.NeckBase, figure.HeadCenter, 0.7f);
        Add(figure.NeckBase, 0.06f, () => Limb(Part.Neck, figure.NeckBase, s.Radius(0.031f), neckEnd, s.Radius(0.027f), new(outfit.Skin), 0.8f));
        var torso = new TorsoPainter(brush, person, figure, outfit);
        var middle = Vector3.Lerp(figure.Pelvis, figure.NeckBase, 0.5f);
        Add(figure.Pelvis, 0.08f, torso.PaintSeat);
        Add(middle, 0, torso.PaintTop);
        if (outfit.Legwear is Legwear.Skirt or Legwear.Dress)
            Add(Vector3.Lerp(figure.LeftLeg.Hip, figure.RightLeg.Knee, 0.5f), -0.07f, torso.PaintSkirt);
        if (outfit.Backpack)
            Add(torso.PackCenter, 0, torso.PaintPack);
        var head = new HeadPainter(brush, person, figure, outfit);
        Add(figure.HeadCenter, -0.05f, head.Paint);
        if (outfit.Hair == HairStyle.Long)
            Add(head.HairCenter, 0, head.PaintLongHair);
    }

    public void Paint()
    {
        _parts.Sort(static (a, b) => b.Distance.CompareTo(a.Distance));
        foreach (var (_, paint) in _parts)
            paint();
    }

    /// <summary>The shadow on the ground; painted before anybody stands on it.</summary>
    public void PaintShadow(float strength)
    {
        var f = _figure;
        var r = f.Shape.Radius(0.045f);
        foreach (var arm in (ReadOnlySpan<Arm>)[f.Left, f.Right])
            Cast(arm.Shoulder, arm.Elbow, 0.7f * r).Cast(arm.Elbow, arm.Wrist, 0.6f * r);
        foreach (var leg in (ReadOnlySpan<Leg>)[f.LeftLeg, f.RightLeg])
            Cast(leg.Hip, leg.Knee, r).Cast(leg.Knee, leg.Ankle, 0.8f * r).Cast(leg.Heel, leg.Toe, 0.8f * r);
        Cast(f.Pelvis, f.NeckBase, 2 * r).Cast(f.HeadCenter, f.HeadCenter, 0.42f * f.Shape.Head);
        using var path = _brush.Outline.Take();
        _brush.Fill(path, new SKColor(0, 0, 0, (byte)(110 * strength)));
        foreach (var leg in (ReadOnlySpan<Leg>)[f.LeftLeg, f.RightLeg])
        {
            var p = _brush.Camera.Project(leg.Ankle with { Y = 0 });
            _brush.Glow(p.Pixel, 0.16f * f.Shape.Height * p.Scale, new SKColor(0, 0, 0, (byte)(120 * strength)));
        }
    }

    private PersonPainter Cast(Vector3 a, Vector3 b, float radius)
    {
        Vector3 x = Vector3.UnitX * radius, z = Vector3.UnitZ * radius;
        _brush.Outline.Ring(OnGround(a), x, z).Ring(OnGround(b), x, z).Hull();
        return this;
    }

    private Vector3 OnGround(Vector3 p)
    {
        var l = _brush.Light.Towards;
        // A low light would throw shadows out of the picture and behind the camera.
        return (p - (l * (p.Y / Math.Max(l.Y, 0.45f)))) with { Y = 0.005f };
    }

    private void Add(Vector3 at, float farther, Action paint) =>
        _parts.Add((Vector3.Distance(_brush.Camera.Position, at) + (farther * _figure.Shape.Height), paint));

    private void AddArm(Arm arm, Part upper)
    {
        var s = _figure.Shape;
        float shoulder = s.Radius(0.031f), elbow = s.Radius(0.024f), wrist = s.Radius(0.017f);
        var skin = new Look(_outfit.Skin);
        var (onUpper, onFore) = (Math.Min(2 * _outfit.Sleeve, 1), Math.Max((2 * _outfit.Sleeve) - 1, 0));
        Add(Vector3.Lerp(arm.Shoulder, arm.Elbow, 0.5f), -0.02f, () =>
            Covered(upper, arm.Shoulder, shoulder, arm.Elbow, elbow, skin, _outfit.Top, onUpper, 1.14f));
        Add(Vector3.Lerp(arm.Elbow, arm.Wrist, 0.5f), -0.025f, () =>
            Covered(upper + 1, arm.Elbow, elbow, arm.Wrist, wrist, skin, _outfit.Top, onFore * 0.95f, 1.2f));
        Add(Vector3.Lerp(arm.Wrist, arm.FingerTip, 0.5f), -0.03f, () =>
            Limb(upper + 2, Vector3.Lerp(arm.Wrist, arm.FingerTip, 0.3f), wrist * 1.25f, arm.FingerTip, wrist * 0.8f, skin, 1));
    }

    private void AddLeg(Leg leg, Part thigh)
    {
        var s = _figure.Shape;
        float hip = s.Radius(0.047f), knee = s.Radius(0.034f), ankle = s.Radius(0.022f);
        var skin = new Look(_outfit.Skin);
        var hem = _outfit.Legwear switch
        {
            Legwear.Trousers => 1f,
            Legwear.Shorts => _outfit.Hem,
            _ => 0,
        };
        var (onThigh, onShin) = (Math.Min(2 * hem, 1), Math.Max((2 * hem) - 1, 0));
        // What a skirt covers stays behind it, however far the knee is raised.
        var skirted = _outfit.Legwear is Legwear.Skirt or Legwear.Dress;
        Add(Vector3.Lerp(leg.Hip, leg.Knee, 0.5f), skirted ? 0.2f : 0.02f, () =>
            Covered(thigh, leg.Hip, hip, leg.Knee, knee, skin, _outfit.Bottom, onThigh, 1.08f));
        Add(Vector3.Lerp(leg.Knee, leg.Ankle, 0.5f), skirted && _outfit.Hem > 0.45f ? 0.12f : 0.02f, () =>
            Covered(thigh + 1, leg.Knee, knee, leg.Ankle, ankle, skin, _outfit.Bottom, onShin * 0.97f, 1.22f));
        Add(Vector3.Lerp(leg.Heel, leg.Toe, 0.5f), 0.01f, () =>
        {
            _brush.Outline.Ball(leg.Heel, ankle * 1.05f).Ball(leg.Toe, ankle * 0.8f).Ball(leg.Ankle, ankle).Hull();
            Finish(thigh + 2, new(_outfit.Shoes), leg.Heel, leg.Toe, ankle, 1);
        });
    }

    // A limb of skin with cloth over the first part of it.
    private void Covered(Part part, Vector3 a, float ra, Vector3 b, float rb, Look skin, Look cloth, float covered, float loose)
    {
        if (covered < 0.95f)
            Limb(part, a, ra, b, rb, skin, 1);
        if (covered > 0.01f)
            Limb(part, a, ra * loose, Vector3.Lerp(a, b, covered), loose * (ra + (covered * (rb - ra))), cloth, 1);
    }

    private void Limb(Part part, Vector3 a, float ra, Vector3 b, float rb, Look look, float strength)
    {
        // A muscle's belly a third of the way down.
        var (belly, radius) = (Vector3.Lerp(a, b, 0.35f), (0.7f * ra) + (0.36f * rb));
        _brush.Outline.Tube(a, ra, belly, radius).Tube(belly, radius, b, rb);
        Finish(part, look, a, b, Math.Max(ra, rb), strength);
    }

    private void Finish(Part part, Look look, Vector3 a, Vector3 b, float radius, float strength)
    {
        using var path = _brush.Outline.Take();
        var (p, q) = (_brush.Camera.Project(a), _brush.Camera.Project(b));
        var scale = (p.Scale + q.Scale) / 2;
        _brush.Round(path, look, p.Pixel, q.Pixel, radius * scale, scale, strength);
        _brush.Layers.Mark(path, _person, part);
    }
}
