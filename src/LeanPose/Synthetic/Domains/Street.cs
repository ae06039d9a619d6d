using System.Numerics;
using LeanPose.Synthetic.Backdrops;
using LeanPose.Synthetic.Figures;

namespace LeanPose.Synthetic.Domains;

/// <summary>People in a street, in any direction and at any distance, in sun or shade.</summary>
internal static class Street
{
    public static readonly Staging Stage = new()
    {
        Poses =
        [
            (PoseFamily.Walk, 4), (PoseFamily.Stand, 3), (PoseFamily.Run, 2), (PoseFamily.Gesture, 1.5f), (PoseFamily.Reach, 1), (PoseFamily.Sit, 1),
            (PoseFamily.Bend, 1), (PoseFamily.Squat, 0.7f), (PoseFamily.Throw, 0.7f), (PoseFamily.Kick, 0.9f), (PoseFamily.Jump, 0.8f), (PoseFamily.Lunge, 0.7f),
        ],
        AnyDirection = 0.7f,
        FrontSpread = 60,
        Occluded = 0.4f,
        Thing = Props.Outdoor,
    };

    public static Shot Compose(SyntheticOptions options, Rng rng)
    {
        var (camera, actors, props, farthest) = Stage.Set(options, rng);
        var look = rng.Fork("look");
        var sun = look.Chance(0.5f);
        return new Shot
        {
            Camera = camera,
            Actors = actors,
            Props = props,
            Light = new(Vector3.Normalize(new(look.Spread(1), look.Range(0.6f, 1.3f), look.Spread(0.8f))), sun ? look.Range(0.8f, 1) : look.Range(0.35f, 0.65f)),
            Backdrop = Avenue.Draw(farthest + look.Range(3, 10), night: false, rng.Fork("backdrop")),
            Shadow = sun ? look.Range(0.6f, 1) : look.Range(0.1f, 0.4f),
            Rim = look.Chance(0.5f) ? look.Range(0.2f, 0.7f) : 0,
            Lens = Lens.Draw(rng.Fork("lens"), 0.4f),
        };
    }
}
