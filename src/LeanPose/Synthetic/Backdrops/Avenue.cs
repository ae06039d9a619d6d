using System.Numerics;
using LeanPose.Synthetic.Figures;
using LeanPose.Synthetic.Painting;
using SkiaSharp;

namespace LeanPose.Synthetic.Backdrops;

/// <summary>A street seen by someone standing in it: sky, facades with windows, pavement, cars, trees, posts.</summary>
internal static class Avenue
{
    /// <param name="depth">Metres from the camera to the facades.</param>
    /// <param name="night">Whether windows glow and the sky is dark.</param>
    /// <param name="rng">For the street alone.</param>
    public static Action<Brush> Draw(float depth, bool night, Rng rng) => brush =>
    {
        var sky = night ? new SKColor(16, 18, 34) : rng.Chance(0.5f) ? SKColor.FromHsv(rng.Range(195, 225), rng.Range(10, 60), rng.Range(70, 98)) : Palette.Grey(rng.Range(150, 240), rng);
        Ground(brush, depth, rng);
        brush.Panel(new(-90, 0, -depth * 1.6f), new(180, 0, 0), new(0, 60, 0), new(sky));
        if (rng.Chance(0.3f))
            brush.Bush(new(0, 2, -depth * 1.5f), new(depth * 1.3f, 2, 0), 1.3f, 30, Palette.Leaf(rng), rng);

        var x = -depth * 1.5f;
        while (x < depth * 1.5f)
        {
            var width = rng.Range(2.5f, 7);
            if (rng.Chance(0.84f))
                Facade(brush, new(x, 0, -depth), width, rng.Range(4, 14), night, rng);
            x += width;
        }

        var things = new List<Prop>();
        for (var n = rng.Between(1, 6); n > 0; n--)
        {
            var foot = new Vector3(rng.Spread(depth), 0, -depth * rng.Range(0.62f, 0.95f));
            things.Add(rng.Below(4) switch
            {
                0 => Props.Car(foot, rng.Chance(0.7f) ? 0 : rng.Range(0, MathF.Tau), rng),
                1 => Tree(foot, rng),
                2 => Sign(foot, rng),
                _ => Props.Outdoor(foot, rng),
            });
        }

        foreach (var thing in things.OrderBy(t => t.At.Z))
            thing.Paint(brush);
        brush.Mottle(rng, rng.Range(0.2f, 0.8f));
    };

    private static void Ground(Brush brush, float depth, Rng rng)
    {
        var stone = rng.Chance(0.2f) ? Palette.Leaf(rng) : Palette.Grey(rng.Range(70, 190), rng);
        brush.Gradient(Palette.Scale(stone, 0.85f), Palette.Shift(stone, 8));
        var lines = new SKColor(0, 0, 0, (byte)rng.Between(10, 60));
        var slab = rng.Range(0.4f, 1.1f);
        for (var x = -14; x <= 14; x++)
            brush.Line(new Vector3(x * slab, 0, -0.8f), new(x * slab * 1.02f, 0, -depth), lines, 0.015f);
        for (var z = 1.2f; z < depth; z += slab)
            brush.Line(new Vector3(-40, 0, -z), new(40, 0, -z), lines, 0.015f);
        if (rng.Chance(0.6f))
        {
            // The road, beyond a kerb, and its markings.
            brush.Panel(new(-60, 0.001f, -depth * 0.6f), new(120, 0, 0), new(0, 0, -depth * 0.3f), new(Palette.Grey(rng.Range(45, 90), rng), Fabric.Noise, new SKColor(0, 0, 0, 60), 0.6f));
            for (var x = -12; x < 12; x++)
                brush.Panel(new(x * 2, 0.002f, -depth * 0.74f), new(1, 0, 0), new(0, 0, -0.15f), new(new SKColor(220, 218, 205)));
        }

        if (rng.Chance(0.2f))
        {
            for (var x = -5; x < 6; x++)
                brush.Panel(new(x * 0.9f, 0.002f, -1.2f), new(0.45f, 0, 0), new(0, 0, -depth * 0.5f), new(new SKColor(226, 224, 216)));
        }
    }

    private static void Facade(Brush brush, Vector3 at, float width, float height, bool night, Rng rng)
    {
        var wall = Palette.Wall(rng);
        var bricks = rng.Chance(0.3f);
        brush.Panel(at, new(width, 0, 0), new(0, height, 0), new(wall, bricks ? Fabric.Hoops : rng.Chance(0.3f) ? Fabric.Noise : Fabric.Plain, Palette.Shift(wall, -22), bricks ? 0.12f : 0.8f));
        var (pitchX, pitchY) = (rng.Range(0.9f, 2), rng.Range(1.5f, 3));
        var (w, h) = (pitchX * rng.Range(0.4f, 0.75f), pitchY * rng.Range(0.4f, 0.75f));
        var glass = new SKColor(62, 74, 88);
        var frame = Palette.Shift(wall, rng.Chance(0.5f) ? 50 : -50);
        for (var y = rng.Range(0.4f, 1.2f); y + h < Math.Min(height, 7); y += pitchY)
        {
            for (var x = 0.3f; x + w < width; x += pitchX)
            {
                var corner = at + new Vector3(x, y, 0);
                brush.Panel(corner, new(w, 0, 0), new(0, h, 0), new(frame));
                var lit = night && rng.Chance(0.3f) ? new SKColor(250, 214, 130) : Palette.Shift(glass, rng.Between(-25, 70));
                brush.Panel(corner + new Vector3(0.06f, 0.06f, 0), new(w - 0.12f, 0, 0), new(0, h - 0.12f, 0), new(lit));
            }
        }

        if (rng.Chance(0.5f))
            brush.Panel(at + new Vector3(rng.Range(0, width * 0.6f), 0, 0), new(rng.Range(0.9f, 1.6f), 0, 0), new(0, 2.2f, 0), new(Palette.Wood(rng)));
        if (rng.Chance(0.35f))
            brush.Panel(at + new Vector3(0.2f, 2.4f, 0.01f), new(width - 0.4f, 0, 0), new(0, 0.5f, 0), new(Palette.Cloth(rng), rng.Chance(0.5f) ? Fabric.Stripes : Fabric.Plain, Palette.Cloth(rng), 0.3f));
        if (rng.Chance(0.4f))
        {
            // A poster with somebody on it.
            var corner = at + new Vector3(rng.Range(0, width * 0.7f), 0.6f, 0.01f);
            brush.Panel(corner, new(1, 0, 0), new(0, 1.5f, 0), new(Palette.Cloth(rng)));
            var p = brush.Camera.Project(corner + new Vector3(0.5f, 0.95f, 0));
            brush.Dot(p.Pixel, 0.2f * p.Scale, Palette.Skin(rng));
            brush.Panel(corner + new Vector3(0.25f, 0.1f, 0), new(0.5f, 0, 0), new(0, 0.6f, 0), new(Palette.Cloth(rng)));
        }
    }

    private static Prop Tree(Vector3 foot, Rng rng)
    {
        var bark = new Look(Palette.Scale(Palette.Wood(rng), 0.6f), Fabric.Noise, new SKColor(0, 0, 0, 90), 0.15f);
        var leaf = Palette.Leaf(rng);
        var height = rng.Range(1.6f, 3);
        var leaves = rng.Fork("leaves");
        return new(foot, b =>
        {
            b.Post(foot, 0.14f, foot + (height * Vector3.UnitY), 0.09f, bark);
            b.Bush(foot + ((height + 0.7f) * Vector3.UnitY), new(0.8f, 0.6f, 0.4f), 0.5f, 12, leaf, leaves);
        });
    }

    private static Prop Sign(Vector3 foot, Rng rng)
    {
        var look = new Look(Palette.Cloth(rng));
        var size = rng.Range(0.3f, 0.7f);
        return new(foot, b =>
        {
            b.Post(foot, 0.03f, foot + (2.2f * Vector3.UnitY), 0.03f, new(new SKColor(120, 122, 124)));
            b.Block(foot + new Vector3(0, 2.1f, 0.05f), new(size, size, 0.03f), 0, look);
        });
    }
}
