using System.Numerics;
using LeanPose.Synthetic.Backdrops;
using LeanPose.Synthetic.Painting;
using SkiaSharp;

namespace LeanPose.Synthetic.Domains;

/// <summary>The street after dark.</summary>
internal static class Night
{
    private static readonly SKColor[] Lamps =
    [
        new(255, 196, 112), new(255, 168, 80), new(196, 216, 255), new(255, 96, 150), new(96, 190, 255), new(150, 255, 190), new(255, 244, 214),
    ];

    public static Shot Compose(SyntheticOptions options, Rng rng)
    {
        var (camera, actors, props, farthest) = Street.Stage.Set(options, rng);
        var look = rng.Fork("look");
        return new Shot
        {
            Camera = camera,
            Actors = actors,
            Props = props,
            Light = new(Vector3.Normalize(new(look.Spread(1), look.Range(0.5f, 1.2f), look.Spread(1))), look.Range(0.7f, 1)),
            Backdrop = Avenue.Draw(farthest + look.Range(2, 8), night: true, rng.Fork("backdrop")),
            Overlay = Darkness(actors, rng.Fork("lamps")),
            Shadow = look.Range(0.2f, 0.6f),
            Rim = look.Chance(0.3f) ? look.Range(0.1f, 0.5f) : 0,
            Lens = Lens.Draw(rng.Fork("lens"), 1) with
            {
                Noise = look.Range(5, 15),
                Contrast = look.Range(0.72f, 0.95f),
                Gain = new Vector3(look.Range(0.75f, 1.1f)) * new Vector3(1, look.Range(0.88f, 1), look.Range(0.8f, 1.1f)),
                Gamma = look.Range(0.9f, 1.25f),
            },
        };
    }

    // The scene times the light that falls on it: some sky everywhere, and pools around lamps.
    private static Action<Brush> Darkness(IReadOnlyList<Actor> actors, Rng rng) => brush =>
    {
        var (w, h) = (brush.Layers.Width, brush.Layers.Height);
        using var multiply = new SKPaint { BlendMode = SKBlendMode.Modulate };
        brush.Canvas.SaveLayer(multiply);
        var sky = rng.Range(56, 104);
        brush.Canvas.Clear(new SKColor((byte)(sky * 0.85f), (byte)(sky * 0.92f), (byte)(sky * 1.15f)));
        for (var n = rng.Between(2, 4); n > 0; n--)
        {
            // Lamps are mostly where people are, or there would be nothing to see.
            var at = rng.Chance(0.7f) && actors.Count > 0
                ? brush.Camera.Project(actors[rng.Below(actors.Count)].Figure.Waist).Pixel + new Vector2(rng.Spread(0.3f) * w, rng.Spread(0.3f) * h)
                : new Vector2(rng.Range(0, w), rng.Range(0, h));
            brush.Glow(at, w * rng.Range(0.35f, 0.95f), rng.Pick<SKColor>(Lamps).WithAlpha((byte)rng.Between(110, 235)), SKBlendMode.Plus);
        }

        brush.Canvas.Restore();
        for (var n = rng.Between(0, 5); n > 0; n--)
        {
            var at = new Vector2(rng.Range(0, w), rng.Range(0, 0.6f * h));
            var lamp = rng.Pick<SKColor>(Lamps);
            brush.Glow(at, w * rng.Range(0.02f, 0.12f), lamp.WithAlpha((byte)rng.Between(90, 230)), SKBlendMode.Plus);
            brush.Dot(at, w * rng.Range(0.003f, 0.009f), new SKColor(255, 252, 240));
        }
    };
}
