using System.Numerics;
using LeanPose.Synthetic.Backdrops;
using LeanPose.Synthetic.Cameras;
using LeanPose.Synthetic.Figures;

namespace LeanPose.Synthetic.Domains;

/// <summary>A camera under the ceiling: people from above near the middle, from the side near the rim, in any orientation.</summary>
internal static class OverheadFisheye
{
    private static readonly Staging Stage = new()
    {
        Poses =
        [
            (PoseFamily.Stand, 4), (PoseFamily.Walk, 4), (PoseFamily.Sit, 3), (PoseFamily.Gesture, 1.5f), (PoseFamily.Reach, 1.5f),
            (PoseFamily.Bend, 1), (PoseFamily.Squat, 0.6f), (PoseFamily.Run, 0.5f), (PoseFamily.Lunge, 0.4f),
        ],
        Thing = Props.Indoor,
    };

    public static Shot Compose(SyntheticOptions options, Rng rng)
    {
        var set = rng.Fork("staging");
        float w = options.Width, h = options.Height;
        var height = set.Range(2.4f, 3.2f);
        // The whole image circle, or a part of it: people would be small in the whole.
        var whole = set.Chance(0.15f);
        var radius = Math.Min(w, h) * (whole ? set.Range(0.5f, 0.62f) : set.Range(0.9f, 1.7f));
        var half = set.Range(82, 92) * (MathF.PI / 180);
        var focal = radius / half;
        // The part lies anywhere between the middle and the rim.
        var away = whole ? 0 : set.Range(0, Math.Max(radius - (0.35f * Math.Min(w, h)), 0));
        var (sin, cos) = MathF.SinCos(set.Range(0, MathF.Tau));
        var center = new Vector2(w / 2, h / 2) + (away * new Vector2(cos, sin));
        var camera = new FisheyeCamera(new(0, height, 0), focal, center, set.Range(0, MathF.Tau), set.Normal(0, 0.05f));

        var actors = new List<Actor>();
        var props = new List<Prop>();
        for (int i = 0, n = set.Between(options.PersonsMin, options.PersonsMax); i < n; i++)
        {
            var own = rng.Fork("person", i);
            var figure = Stage.Cast(BodyShape.Draw(own.Fork("body")), Place(camera, actors, w, h, set), own);
            actors.Add(new(figure, Outfit.Draw(own.Fork("outfit"))));
            if (figure.Pose.Seated)
                props.AddRange(Staging.Seat(figure, own.Fork("chair")));
        }

        for (var n = set.Between(0, 4); n > 0; n--)
            props.Add(Props.Indoor(new(set.Spread(4), 0, set.Spread(4)), set));

        var look = rng.Fork("look");
        return new Shot
        {
            Camera = camera,
            Actors = actors,
            Props = props,
            Light = new(Vector3.Normalize(new(look.Spread(0.8f), 1, look.Spread(0.8f))), look.Range(0.4f, 0.9f)),
            Backdrop = Hall.Draw(rng.Fork("backdrop")),
            Overlay = Hall.ImageCircle(center, radius, rng.Fork("rim")),
            Shadow = look.Range(0.2f, 0.8f),
            Rim = look.Chance(0.4f) ? look.Range(0.2f, 0.6f) : 0,
            Lens = Lens.Draw(rng.Fork("lens"), 0.5f),
        };
    }

    // A spot of the ground near the camera whose person falls inside the picture.
    private static Vector3 Place(FisheyeCamera camera, List<Actor> others, float w, float h, Rng rng)
    {
        Vector3 best = default;
        var largest = 0f;
        for (var attempt = 0; attempt < 24; attempt++)
        {
            var pixel = new Vector2(rng.Range(0.05f, 0.95f) * w, rng.Range(0.05f, 0.95f) * h);
            if (camera.GroundAt(pixel) is not { } place)
                continue;
            var chest = camera.Project(place + (1.1f * Vector3.UnitY));
            var inside = chest.Pixel.X > 0.08f * w && chest.Pixel.X < 0.92f * w && chest.Pixel.Y > 0.08f * h && chest.Pixel.Y < 0.92f * h;
            if (!inside || others.Any(o => Vector3.Distance(o.Figure.Pelvis with { Y = 0 }, place) < 0.7f))
                continue;
            if (chest.Scale > largest)
                (best, largest) = (place, chest.Scale);
            // Large enough to make out limbs: a metre takes a third of the picture's height.
            if (chest.Scale > 0.33f * h)
                return place;
        }

        return best;
    }
}
