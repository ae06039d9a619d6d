using SkiaSharp;

namespace LeanPose.Synthetic.Figures;

/// <summary>Colours as people and their places have them.</summary>
internal static class Palette
{
    private static readonly SKColor[] Skins =
    [
        new(255, 224, 196), new(241, 203, 170), new(230, 188, 152), new(214, 165, 124), new(198, 145, 104),
        new(172, 120, 82), new(141, 92, 60), new(112, 70, 46), new(86, 54, 38), new(66, 42, 32),
    ];

    private static readonly SKColor[] Hairs =
    [
        new(22, 18, 16), new(38, 28, 22), new(62, 42, 28), new(92, 60, 36), new(128, 84, 46),
        new(178, 134, 78), new(214, 182, 126), new(150, 66, 34), new(150, 148, 146), new(206, 204, 200),
    ];

    public static SKColor Skin(Rng rng) => Shift(rng.Pick<SKColor>(Skins), rng.Between(-8, 8));

    public static SKColor Hair(Rng rng) => Shift(rng.Pick<SKColor>(Hairs), rng.Between(-8, 8));

    /// <summary>Any clothes: greys, muted and strong colours.</summary>
    public static SKColor Cloth(Rng rng) => rng.Unit() switch
    {
        < 0.3f => Grey(rng.Range(18, 245), rng),
        < 0.7f => SKColor.FromHsv(rng.Range(0, 360), rng.Range(15, 55), rng.Range(20, 90)),
        _ => SKColor.FromHsv(rng.Range(0, 360), rng.Range(55, 95), rng.Range(35, 95)),
    };

    /// <summary>Trousers and shoes: mostly dark, blue or brown.</summary>
    public static SKColor Denim(Rng rng) => rng.Below(4) switch
    {
        0 => Grey(rng.Range(15, 70), rng),
        1 => SKColor.FromHsv(rng.Range(205, 230), rng.Range(25, 60), rng.Range(18, 60)),
        2 => SKColor.FromHsv(rng.Range(25, 45), rng.Range(15, 45), rng.Range(25, 75)),
        _ => Grey(rng.Range(70, 180), rng),
    };

    /// <summary>Walls and large things: little colour; now and then the colour of skin.</summary>
    public static SKColor Wall(Rng rng) => rng.Unit() switch
    {
        < 0.15f => Skin(rng),
        < 0.5f => Grey(rng.Range(60, 235), rng),
        _ => SKColor.FromHsv(rng.Range(0, 360), rng.Range(5, 38), rng.Range(35, 95)),
    };

    public static SKColor Wood(Rng rng) => SKColor.FromHsv(rng.Range(18, 42), rng.Range(20, 60), rng.Range(25, 80));

    public static SKColor Leaf(Rng rng) => SKColor.FromHsv(rng.Range(70, 140), rng.Range(30, 70), rng.Range(20, 65));

    public static SKColor Grey(float level, Rng rng)
    {
        var l = (int)level;
        return new(Byte(l + rng.Between(-6, 6)), Byte(l + rng.Between(-5, 5)), Byte(l + rng.Between(-6, 6)));
    }

    /// <summary>Lighter or darker by so many levels.</summary>
    public static SKColor Shift(SKColor c, int by) => new(Byte(c.Red + by), Byte(c.Green + by), Byte(c.Blue + by), c.Alpha);

    /// <summary>Darker (below 1) or lighter (above 1).</summary>
    public static SKColor Scale(SKColor c, float by) => new(Byte((int)(c.Red * by)), Byte((int)(c.Green * by)), Byte((int)(c.Blue * by)), c.Alpha);

    private static byte Byte(int v) => (byte)Math.Clamp(v, 0, 255);
}
