using System.Numerics;
using LeanPose.Synthetic.Backdrops;
using LeanPose.Synthetic.Figures;
using LeanPose.Synthetic.Painting;
using SkiaSharp;

namespace LeanPose.Synthetic.Domains;

/// <summary>Plain backdrops and rooms, soft light, persons mostly facing the camera.</summary>
internal static class Studio
{
    private static readonly Staging Stage = new()
    {
        Poses =
        [
            (PoseFamily.Stand, 3), (PoseFamily.Gesture, 3), (PoseFamily.Sit, 1.5f), (PoseFamily.Reach, 1.5f), (PoseFamily.Walk, 1), (PoseFamily.Lunge, 1),
            (PoseFamily.Squat, 1), (PoseFamily.Bend, 0.7f), (PoseFamily.Throw, 0.7f), (PoseFamily.Kick, 0.7f), (PoseFamily.Jump, 0.7f), (PoseFamily.Run, 0.5f),
        ],
        AnyDirection = 0.28f,
        FrontSpread = 70,
        Occluded = 0.25f,
        Thing = Props.Indoor,
    };

    public static Shot Compose(SyntheticOptions options, Rng rng)
    {
        // One or two at a time, unless the options ask for more.
        var few = options with { PersonsMax = Math.Max(Math.Min(options.PersonsMax, 2), options.PersonsMin) };
        var (camera, actors, props, farthest) = Stage.Set(few, rng);
        var look = rng.Fork("look");
        var depth = farthest + look.Range(0.9f, 3);
        return new Shot
        {
            Camera = camera,
            Actors = actors,
            Props = props,
            Light = new(Vector3.Normalize(new(look.Spread(1), look.Range(0.6f, 1.2f), look.Range(0.2f, 1))), look.Range(0.45f, 0.95f)),
            Backdrop = look.Chance(0.45f) ? Paper(rng.Fork("backdrop")) : Room.Draw(depth, rng.Fork("backdrop")),
            Shadow = look.Range(0.15f, 0.7f),
            Rim = look.Chance(0.5f) ? look.Range(0.2f, 0.8f) : 0,
            Lens = Lens.Draw(rng.Fork("lens"), 0.15f),
        };
    }

    // A sheet of paper that runs from the wall onto the floor.
    private static Action<Brush> Paper(Rng rng) => brush =>
    {
        var paper = Palette.Wall(rng);
        brush.Gradient(Palette.Shift(paper, rng.Between(-35, 35)), Palette.Shift(paper, rng.Between(-45, 10)), rng.Spread(1));
        brush.Glow(
            new(brush.Layers.Width * rng.Range(0.2f, 0.8f), brush.Layers.Height * rng.Range(0.1f, 0.7f)),
            brush.Layers.Width * rng.Range(0.3f, 0.8f),
            new SKColor(255, 255, 250, (byte)rng.Between(10, 100)));
        brush.Mottle(rng, rng.Range(0, 0.5f));
    };
}
