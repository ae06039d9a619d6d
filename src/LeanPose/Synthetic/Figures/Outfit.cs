using LeanPose.Synthetic.Painting;
using SkiaSharp;

namespace LeanPose.Synthetic.Figures;

internal enum HairStyle
{
    Bald,
    Short,
    Bun,
    Long,
    Cap,
}

internal enum Legwear
{
    Trousers,
    Shorts,
    Skirt,
    Dress,
}

/// <summary>What one person looks like apart from the body's shape.</summary>
internal sealed class Outfit
{
    public SKColor Skin { get; private init; }

    public SKColor HairColour { get; private init; }

    public HairStyle Hair { get; private init; }

    public bool Beard { get; private init; }

    public bool Glasses { get; private init; }

    public bool Backpack { get; private init; }

    public Look Top { get; private init; }

    public Look Bottom { get; private init; }

    public Legwear Legwear { get; private init; }

    /// <summary>Cap, backpack, logo.</summary>
    public SKColor Accent { get; private init; }

    public SKColor Shoes { get; private init; }

    /// <summary>0: no sleeves, 0.5: to the elbow, 1: to the wrist.</summary>
    public float Sleeve { get; private init; }

    /// <summary>Shorts and skirts: how far down the leg, 0 hip to 1 ankle.</summary>
    public float Hem { get; private init; }

    /// <summary>Open collar, buttons, zip, logo, number on the back: small signs of front and back.</summary>
    public int ChestDetail { get; private init; }

    public static Outfit Draw(Rng rng)
    {
        var leg = rng.Unit();
        var wear = leg < 0.6f ? Legwear.Trousers : leg < 0.8f ? Legwear.Shorts : leg < 0.9f ? Legwear.Skirt : Legwear.Dress;
        var top = Palette.Cloth(rng);
        var style = rng.Unit();
        return new Outfit
        {
            Skin = Palette.Skin(rng),
            HairColour = Palette.Hair(rng),
            Hair = style < 0.08f ? HairStyle.Bald : style < 0.5f ? HairStyle.Short : style < 0.62f ? HairStyle.Bun : style < 0.86f ? HairStyle.Long : HairStyle.Cap,
            Beard = rng.Chance(0.14f),
            Glasses = rng.Chance(0.15f),
            Backpack = rng.Chance(0.1f),
            Top = Patterned(rng, top, 0.45f),
            Bottom = wear == Legwear.Dress ? Patterned(rng, top, 0.5f) : Patterned(rng, rng.Chance(0.6f) ? Palette.Denim(rng) : Palette.Cloth(rng), 0.15f),
            Legwear = wear,
            Accent = Palette.Cloth(rng),
            Shoes = rng.Chance(0.6f) ? Palette.Denim(rng) : Palette.Cloth(rng),
            Sleeve = rng.Pick<float>([0, 0.25f, 0.28f, 0.3f, 0.5f, 0.7f, 1, 1, 1, 1]),
            Hem = wear == Legwear.Shorts ? rng.Range(0.22f, 0.52f) : rng.Range(0.32f, 0.75f),
            ChestDetail = rng.Below(6),
        };
    }

    private static Look Patterned(Rng rng, SKColor ground, float probability)
    {
        var fabric = rng.Chance(probability) ? (Fabric)rng.Between(1, (int)Fabric.Blotches) : Fabric.Plain;
        var second = rng.Chance(0.5f) ? Palette.Cloth(rng) : Palette.Shift(ground, rng.Chance(0.5f) ? 60 : -60);
        return new(ground, fabric, second, rng.Range(0.035f, 0.13f));
    }
}
