using System.Numerics;
using LeanPose.Synthetic.Figures;
using LeanPose.Synthetic.Painting;
using SkiaSharp;

namespace LeanPose.Synthetic.Backdrops;

/// <summary>A room seen by someone standing in it: floor, back wall, and what hangs and stands along it.</summary>
internal static class Room
{
    private const float Half = 30;

    /// <param name="depth">Metres from the camera to the back wall.</param>
    /// <param name="rng">For the room alone.</param>
    public static Action<Brush> Draw(float depth, Rng rng) => brush =>
    {
        var floor = rng.Chance(0.6f) ? Palette.Wood(rng) : Palette.Wall(rng);
        brush.Gradient(Palette.Scale(floor, 0.7f), Palette.Shift(floor, 10));
        var lines = new SKColor(0, 0, 0, (byte)rng.Between(15, 70));
        var tile = rng.Range(0.15f, 0.7f);
        for (var x = -12; x <= 12; x++)
            brush.Line(new Vector3(x * tile, 0, -0.8f), new(x * tile, 0, -depth), lines, 0.012f);
        if (rng.Chance(0.5f))
        {
            for (var z = 1f; z < depth; z += tile)
                brush.Line(new Vector3(-Half, 0, -z), new(Half, 0, -z), lines, 0.012f);
        }

        if (rng.Chance(0.35f))
            brush.Panel(new(rng.Spread(1.5f) - 1, 0.002f, -depth * 0.5f), new(rng.Range(1, 3), 0, 0), new(0, 0, -rng.Range(0.8f, 2)), Props.Surface(rng));

        Wall(brush, depth, rng);
        for (var n = rng.Between(0, 4); n > 0; n--)
        {
            var foot = new Vector3(rng.Spread(depth * 0.8f), 0, -depth + rng.Range(0.35f, 0.8f));
            (rng.Chance(0.5f) ? Cabinet(foot, rng) : Props.Indoor(foot, rng)).Paint(brush);
        }

        // Limbs that are none: rolls, lamps, mannequins' arms.
        for (var n = rng.Between(0, 4); n > 0; n--)
        {
            var a = new Vector3(rng.Spread(depth * 0.7f), rng.Range(0.2f, 2.2f), -depth + 0.1f);
            brush.Post(a, rng.Range(0.03f, 0.09f), a + rng.InBox(new(0.35f, 0.5f, 0)), rng.Range(0.02f, 0.07f), rng.Chance(0.6f) ? new(Palette.Skin(rng)) : Props.Surface(rng));
        }

        brush.Mottle(rng, rng.Range(0.2f, 0.9f));
        var corner = new Vector2(rng.Range(0, brush.Layers.Width), rng.Range(-0.3f, 0.5f) * brush.Layers.Height);
        brush.Glow(corner, brush.Layers.Width * rng.Range(0.4f, 0.9f), new SKColor(255, 246, 226, (byte)rng.Between(0, 80)));
    };

    private static void Wall(Brush brush, float depth, Rng rng)
    {
        var colour = Palette.Wall(rng);
        var wall = new Look(colour, rng.Chance(0.35f) ? (Fabric)rng.Between(1, (int)Fabric.Blotches) : Fabric.Plain, Palette.Shift(colour, rng.Chance(0.5f) ? 22 : -22), rng.Range(0.1f, 0.6f));
        brush.Panel(new(-Half, 0, -depth), new(2 * Half, 0, 0), new(0, 12, 0), wall);
        if (rng.Chance(0.6f))
            brush.Panel(new(-Half, 0, -depth), new(2 * Half, 0, 0), new(0, rng.Range(0.07f, 0.9f), 0), new(Palette.Shift(colour, rng.Between(-60, 60))));
        for (var n = rng.Between(0, 5); n > 0; n--)
        {
            var at = new Vector3(rng.Spread(depth * 0.8f), rng.Range(0.9f, 1.9f), -depth);
            var (w, h) = (rng.Range(0.3f, 1.3f), rng.Range(0.3f, 1.2f));
            Framed(brush, at, w, h, rng);
        }

        if (rng.Chance(0.4f))
        {
            var at = new Vector3(rng.Spread(depth * 0.7f), 0, -depth);
            brush.Panel(at, new(0.95f, 0, 0), new(0, 2.1f, 0), new(Palette.Shift(Palette.Wood(rng), -25)));
            brush.Panel(at + new Vector3(0.06f, 0, 0), new(0.83f, 0, 0), new(0, 2.03f, 0), new(Palette.Wood(rng)));
        }
    }

    // A picture, window, screen or shelf.
    private static void Framed(Brush brush, Vector3 at, float w, float h, Rng rng)
    {
        brush.Panel(at, new(w, 0, 0), new(0, h, 0), new(Palette.Cloth(rng)));
        var inner = at + new Vector3(0.04f, 0.04f, 0);
        var sky = rng.Chance(0.4f) ? new Look(new SKColor(222, 234, 246)) : Props.Surface(rng);
        brush.Panel(inner, new(w - 0.08f, 0, 0), new(0, h - 0.08f, 0), sky);
        switch (rng.Below(4))
        {
            case 0: // panes
                brush.Line(at + new Vector3(w / 2, 0, 0), at + new Vector3(w / 2, h, 0), new SKColor(240, 240, 238), 0.05f);
                brush.Line(at + new Vector3(0, h / 2, 0), at + new Vector3(w, h / 2, 0), new SKColor(240, 240, 238), 0.05f);
                break;
            case 1: // a portrait of nobody
                var center = at + new Vector3(w / 2, h * 0.55f, 0);
                var p = brush.Camera.Project(center);
                brush.Dot(p.Pixel, 0.22f * Math.Min(w, h) * p.Scale, Palette.Skin(rng));
                brush.Panel(at + new Vector3(w * 0.3f, 0.04f, 0), new(w * 0.4f, 0, 0), new(0, h * 0.3f, 0), new(Palette.Cloth(rng)));
                break;
            case 2: // books
                for (var x = 0.05f; x < w - 0.1f; x += rng.Range(0.03f, 0.08f))
                    brush.Panel(at + new Vector3(x, 0.04f, 0), new(0.03f, 0, 0), new(0, h * rng.Range(0.5f, 0.9f), 0), new(Palette.Cloth(rng)));
                break;
        }
    }

    private static Prop Cabinet(Vector3 foot, Rng rng)
    {
        var look = Props.Surface(rng);
        var size = new Vector3(rng.Range(0.5f, 1.6f), rng.Range(0.5f, 2), 0.4f);
        return new(foot, b => b.Block(foot, size, 0, look));
    }
}
