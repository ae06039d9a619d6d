using System.Numerics;
using LeanPose.Synthetic.Figures;
using LeanPose.Synthetic.Painting;
using SkiaSharp;

namespace LeanPose.Synthetic.Backdrops;

/// <summary>Things that stand about and get in the way.</summary>
internal static class Props
{
    /// <summary>Anything that may stand in a room.</summary>
    public static Prop Indoor(Vector3 foot, Rng rng) => rng.Below(6) switch
    {
        0 => Crate(foot, rng),
        1 => Plant(foot, rng),
        2 => Table(foot, rng),
        3 => Stick(foot, rng),
        4 => Chair(foot, rng.Range(0.38f, 0.5f), rng.Range(0, MathF.Tau), rng)[0],
        _ => Sofa(foot, rng),
    };

    /// <summary>Anything that may stand in a street.</summary>
    public static Prop Outdoor(Vector3 foot, Rng rng) => rng.Below(5) switch
    {
        0 => Crate(foot, rng),
        1 => Plant(foot, rng),
        2 => Bin(foot, rng),
        3 => Barrier(foot, rng),
        _ => Stick(foot, rng),
    };

    public static Prop Crate(Vector3 foot, Rng rng)
    {
        var size = new Vector3(rng.Range(0.25f, 0.9f), rng.Range(0.2f, 0.95f), rng.Range(0.25f, 0.8f));
        var look = Surface(rng);
        var yaw = rng.Range(0, MathF.Tau);
        return new(foot, b => b.Block(foot, size, yaw, look));
    }

    public static Prop Table(Vector3 foot, Rng rng)
    {
        var look = new Look(Palette.Wood(rng), Fabric.Stripes, new SKColor(0, 0, 0, 30), 0.1f);
        var size = new Vector3(rng.Range(0.7f, 1.5f), rng.Range(0.55f, 0.78f), rng.Range(0.5f, 0.8f));
        var yaw = rng.Spread(0.6f);
        var legs = rng.Chance(0.6f);
        return new(foot, b =>
        {
            if (!legs)
            {
                b.Block(foot, size, yaw, look);
                return;
            }

            var turn = Quaternion.CreateFromAxisAngle(Vector3.UnitY, yaw);
            foreach (var (x, z) in (ReadOnlySpan<(float, float)>)[(-1, -1), (1, -1), (-1, 1), (1, 1)])
            {
                var leg = foot + Vector3.Transform(new Vector3(0.45f * x * size.X, 0, 0.45f * z * size.Z), turn);
                b.Post(leg, 0.025f, leg + (Vector3.UnitY * size.Y), 0.03f, look with { Fabric = Fabric.Plain });
            }

            b.Block(foot + (Vector3.UnitY * (size.Y - 0.05f)), size with { Y = 0.05f }, yaw, look);
        });
    }

    public static Prop Plant(Vector3 foot, Rng rng)
    {
        var pot = new Look(Palette.Cloth(rng));
        var leaf = Palette.Leaf(rng);
        var height = rng.Range(0.35f, 1.1f);
        var leaves = rng.Fork("leaves");
        var spread = rng.Range(0.08f, 0.25f);
        return new(foot, b =>
        {
            b.Post(foot + (0.1f * Vector3.UnitY), 0.12f, foot + (0.28f * Vector3.UnitY), 0.15f, pot);
            b.Bush(foot + (Vector3.UnitY * (0.3f + (height / 2))), new(spread, height / 2, spread), 0.075f, 22, leaf, leaves);
        });
    }

    public static Prop Stick(Vector3 foot, Rng rng)
    {
        var look = rng.Chance(0.35f) ? new Look(Palette.Skin(rng)) : Surface(rng);
        var radius = rng.Range(0.02f, 0.09f);
        var top = new Vector3(rng.Spread(0.1f), rng.Range(1.1f, 3.4f), 0);
        return new(foot, b => b.Post(foot, radius, foot + top, radius * 0.9f, look));
    }

    public static Prop Bin(Vector3 foot, Rng rng)
    {
        var look = Surface(rng);
        var r = rng.Range(0.17f, 0.3f);
        var height = rng.Range(0.6f, 1f);
        return new(foot, b =>
        {
            b.Post(foot + (r * 0.4f * Vector3.UnitY), r * 0.9f, foot + (height * Vector3.UnitY), r, look);
            b.Post(foot + (height * Vector3.UnitY), r * 0.8f, foot + ((height + 0.02f) * Vector3.UnitY), r * 0.8f, new(Palette.Scale(look.Colour, 0.5f)));
        });
    }

    public static Prop Barrier(Vector3 foot, Rng rng)
    {
        var look = new Look(Palette.Cloth(rng), Fabric.Stripes, Palette.Cloth(rng), 0.15f);
        var width = rng.Range(0.8f, 1.8f);
        var height = rng.Range(0.5f, 1f);
        return new(foot, b =>
        {
            foreach (var x in (ReadOnlySpan<float>)[-0.45f, 0.45f])
                b.Post(foot + (x * width * Vector3.UnitX), 0.03f, foot + new Vector3(x * width, height, 0), 0.03f, new(new SKColor(90, 90, 92)));
            b.Block(foot + ((height - 0.22f) * Vector3.UnitY), new(width, 0.2f, 0.05f), 0, look);
        });
    }

    public static Prop Sofa(Vector3 foot, Rng rng)
    {
        var look = Surface(rng);
        var yaw = rng.Spread(0.4f);
        var width = rng.Range(0.9f, 1.9f);
        return new(foot, b =>
        {
            b.Block(foot - (0.35f * Vector3.UnitZ), new(width, 0.8f, 0.2f), yaw, look);
            b.Block(foot, new(width, 0.42f, 0.75f), yaw, look);
        });
    }

    public static Prop Car(Vector3 foot, float yaw, Rng rng)
    {
        var paint = new Look(Palette.Cloth(rng));
        var glass = new Look(new SKColor(40, 50, 62));
        return new(foot, b =>
        {
            var turn = Quaternion.CreateFromAxisAngle(Vector3.UnitY, yaw);
            b.Block(foot + (0.28f * Vector3.UnitY), new(4.1f, 0.6f, 1.7f), yaw, paint);
            b.Block(foot + (0.88f * Vector3.UnitY), new(2.2f, 0.48f, 1.5f), yaw, glass);
            b.Block(foot + (1.36f * Vector3.UnitY), new(2f, 0.06f, 1.4f), yaw, paint);
            foreach (var x in (ReadOnlySpan<float>)[-1.3f, 1.3f])
            {
                var hub = foot + Vector3.Transform(new Vector3(x, 0.32f, 0.84f), turn);
                b.Post(hub, 0.33f, hub, 0.33f, new(new SKColor(22, 22, 24)));
                b.Post(hub, 0.16f, hub, 0.16f, new(new SKColor(150, 152, 156)));
            }
        });
    }

    /// <summary>A seat under a pelvis and, sometimes, a back behind it: two props, as a person sits between them.</summary>
    public static Prop[] Chair(Vector3 foot, float height, float yaw, Rng rng)
    {
        var look = Surface(rng);
        var turn = Quaternion.CreateFromAxisAngle(Vector3.UnitY, yaw);
        var width = rng.Range(0.36f, 0.5f);
        // Its place is under the sitter: painted first, whatever the camera.
        var seat = new Prop(foot - (0.3f * Vector3.UnitY), b =>
        {
            foreach (var (x, z) in (ReadOnlySpan<(float, float)>)[(-1, -1), (1, -1), (-1, 1), (1, 1)])
            {
                var leg = foot + Vector3.Transform(new Vector3(0.45f * x * width, 0, 0.18f * z), turn);
                b.Post(leg, 0.02f, leg + (Vector3.UnitY * height), 0.025f, new(Palette.Scale(look.Colour, 0.6f)));
            }

            b.Block(foot + (Vector3.UnitY * (height - 0.06f)), new(width, 0.06f, 0.42f), yaw, look);
        });
        if (rng.Chance(0.35f))
            return [seat];
        var back = foot + Vector3.Transform(new Vector3(0, 0, -0.24f), turn);
        var tall = rng.Range(0.25f, 0.5f);
        return [seat, new(back + (Vector3.UnitY * height), b => b.Block(back + (Vector3.UnitY * height), new(width, tall, 0.05f), yaw, look))];
    }

    /// <summary>Colour and pattern of a thing.</summary>
    public static Look Surface(Rng rng)
    {
        var ground = rng.Chance(0.4f) ? Palette.Wood(rng) : rng.Chance(0.5f) ? Palette.Wall(rng) : Palette.Cloth(rng);
        var fabric = rng.Chance(0.35f) ? (Fabric)rng.Between(1, (int)Fabric.Blotches) : Fabric.Plain;
        return new(ground, fabric, Palette.Shift(ground, rng.Chance(0.5f) ? 40 : -40), rng.Range(0.04f, 0.3f));
    }
}
