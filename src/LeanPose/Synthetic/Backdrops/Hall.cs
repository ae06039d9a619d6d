using System.Numerics;
using LeanPose.Synthetic.Figures;
using LeanPose.Synthetic.Painting;
using SkiaSharp;

namespace LeanPose.Synthetic.Backdrops;

/// <summary>A hall seen from under its ceiling: floor with tiles and rugs, four walls, things along them.</summary>
internal static class Hall
{
    public static Action<Brush> Draw(Rng rng) => brush =>
    {
        brush.Canvas.Clear(Palette.Wall(rng));
        var (x, z) = (rng.Range(3.2f, 7), rng.Range(3.2f, 7));
        var floor = rng.Chance(0.4f) ? Palette.Wood(rng) : Palette.Wall(rng);
        var wall = Palette.Wall(rng);
        Wall(brush, new(-x, 0, -z), new(2 * x, 0, 0), wall, 0.85f, rng);
        Wall(brush, new(x, 0, -z), new(0, 0, 2 * z), wall, 0.95f, rng);
        Wall(brush, new(x, 0, z), new(-2 * x, 0, 0), wall, 0.75f, rng);
        Wall(brush, new(-x, 0, z), new(0, 0, -2 * z), wall, 1, rng);
        var noise = rng.Chance(0.5f) ? Fabric.Noise : Fabric.Plain;
        brush.Panel(new(-x, 0, -z), new(2 * x, 0, 0), new(0, 0, 2 * z), new(floor, noise, Palette.Shift(floor, -30), 0.8f));

        var lines = new SKColor(0, 0, 0, (byte)rng.Between(20, 80));
        var tile = rng.Range(0.3f, 1);
        for (var u = -x + tile; u < x; u += tile)
            brush.Line(new Vector3(u, 0, -z), new(u, 0, z), lines, 0.015f);
        if (rng.Chance(0.6f))
        {
            for (var u = -z + tile; u < z; u += tile)
                brush.Line(new Vector3(-x, 0, u), new(x, 0, u), lines, 0.015f);
        }

        for (var n = rng.Between(0, 3); n > 0; n--)
            brush.Panel(new(rng.Spread(x * 0.7f), 0.002f, rng.Spread(z * 0.7f)), new(rng.Range(0.5f, 2), 0, rng.Spread(0.4f)), new(rng.Spread(0.4f), 0, rng.Range(0.5f, 2)), Props.Surface(rng));

        var things = new List<Prop>();
        for (var n = rng.Between(1, 6); n > 0; n--)
        {
            var along = rng.Chance(0.5f);
            var end = rng.Chance(0.5f) ? 0.88f : -0.88f;
            things.Add(Props.Indoor(new(along ? rng.Spread(x) : end * x, 0, along ? end * z : rng.Spread(z)), rng));
        }

        foreach (var thing in things.OrderByDescending(t => Vector3.Distance(t.At, brush.Camera.Position)))
            thing.Paint(brush);
        // Limb-like things on the floor: cables, bags, toys.
        for (var n = rng.Between(0, 5); n > 0; n--)
        {
            var a = new Vector3(rng.Spread(x * 0.8f), 0.05f, rng.Spread(z * 0.8f));
            brush.Post(a, rng.Range(0.03f, 0.12f), a + rng.InBox(new(0.4f, 0, 0.4f)), rng.Range(0.03f, 0.09f), rng.Chance(0.5f) ? new(Palette.Skin(rng)) : Props.Surface(rng));
        }

        brush.Mottle(rng, rng.Range(0.2f, 0.8f));
    };

    /// <summary>Black outside the image circle.</summary>
    /// <param name="center">Pixels.</param>
    /// <param name="radius">Pixels.</param>
    /// <param name="rng">Darkness of the rim.</param>
    public static Action<Brush> ImageCircle(Vector2 center, float radius, Rng rng) => brush =>
    {
        using var outside = new SKPathBuilder { FillType = SKPathFillType.EvenOdd };
        outside.AddRect(new SKRect(0, 0, brush.Layers.Width, brush.Layers.Height), SKPathDirection.Clockwise);
        outside.AddCircle(center.X, center.Y, radius, SKPathDirection.Clockwise);
        using var path = outside.Detach();
        brush.Fill(path, new SKColor((byte)rng.Below(14), (byte)rng.Below(14), (byte)rng.Below(16)));
        brush.Layers.Mark(path, 0, Part.None);
    };

    private static void Wall(Brush brush, Vector3 at, Vector3 along, SKColor colour, float light, Rng rng)
    {
        brush.Panel(at, along, 4 * Vector3.UnitY, new(Palette.Scale(colour, light)));
        for (var n = rng.Between(0, 3); n > 0; n--)
        {
            var width = rng.Range(0.08f, 0.25f);
            var corner = at + (along * rng.Range(0, 0.75f)) + (Vector3.UnitY * (rng.Chance(0.4f) ? 0 : 0.9f));
            brush.Panel(corner, along * width, rng.Range(0.8f, 1.8f) * Vector3.UnitY, Props.Surface(rng));
        }
    }
}
