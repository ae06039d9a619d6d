using System.Numerics;
using LeanPose.Synthetic.Backdrops;
using LeanPose.Synthetic.Cameras;
using LeanPose.Synthetic.Figures;

namespace LeanPose.Synthetic.Domains;

/// <summary>How a domain casts and places people before a camera at eye level.</summary>
internal sealed record Staging
{
    /// <summary>How often each family of poses comes up, relative to the others.</summary>
    public required (PoseFamily Family, float Weight)[] Poses { get; init; }

    /// <summary>Of all persons, how many face any direction; the others face the camera to within <see cref="FrontSpread"/>.</summary>
    public float AnyDirection { get; init; } = 1;

    /// <summary>Degrees.</summary>
    public float FrontSpread { get; init; } = 50;

    /// <summary>How often something stands before the persons.</summary>
    public float Occluded { get; init; } = 0.35f;

    /// <summary>How often the camera is so near that a part of the person is outside the picture.</summary>
    public float CloseUp { get; init; } = 0.12f;

    /// <summary>Degrees of camera roll, deviation.</summary>
    public float Roll { get; init; } = 3;

    public required Func<Vector3, Rng, Prop> Thing { get; init; }

    /// <summary>Camera, persons and what stands before them.</summary>
    /// <returns>Also the distance of the farthest person, metres.</returns>
    public (ICamera Camera, List<Actor> Actors, List<Prop> Props, float Farthest) Set(SyntheticOptions options, Rng root)
    {
        var rng = root.Fork("staging");
        var count = rng.Between(options.PersonsMin, options.PersonsMax);
        float w = options.Width, h = options.Height;
        var focal = Math.Max(w, h) * rng.Range(0.95f, 1.6f);
        var shape = BodyShape.Draw(root.Fork("body"));
        var share = rng.Chance(CloseUp) ? rng.Range(1f, 1.7f) : rng.Range(0.5f, 0.92f);
        var distance = focal * shape.Height / (share * h);
        var eye = rng.Range(0.7f, 1.9f);
        var aim = shape.Height * rng.Range(0.42f, 0.58f) + (share > 1 ? shape.Height * rng.Range(-0.1f, 0.3f) : 0);
        var pitch = MathF.Atan2(eye - aim, distance);
        var roll = rng.Normal(0, Roll) * (MathF.PI / 180);
        var camera = new PinholeCamera(new(0, eye, 0), focal, new(w / 2, h / 2), pitch, roll);

        var actors = new List<Actor>();
        var props = new List<Prop>();
        var farthest = distance;
        for (var i = 0; i < count; i++)
        {
            var own = root.Fork("person", i);
            var body = i == 0 ? shape : BodyShape.Draw(own.Fork("body"));
            var place = i == 0
                ? new Vector3(rng.Spread(0.25f) * w / focal * distance, 0, -distance)
                : Beside(actors, own, distance, w / focal);
            var figure = Cast(body, place, own);
            actors.Add(new(figure, Outfit.Draw(own.Fork("outfit"))));
            if (figure.Pose.Seated)
                props.AddRange(Seat(figure, own.Fork("chair")));
            farthest = Math.Max(farthest, -place.Z);
        }

        if (rng.Chance(Occluded))
        {
            var foot = new Vector3(rng.Spread(0.4f) * w / focal * distance, 0, -distance * rng.Range(0.6f, 0.85f));
            props.Add(Thing(foot, root.Fork("thing")));
        }

        return (camera, actors, props, farthest);
    }

    /// <summary>One person of the cast, posed and turned.</summary>
    public Figure Cast(BodyShape body, Vector3 place, Rng rng)
    {
        var pose = PoseFamilies.Draw(Choose(rng), rng.Fork("pose"));
        var degrees = rng.Chance(AnyDirection) ? rng.Range(-180, 180) : rng.Normal(0, FrontSpread / 2);
        return new Figure(body, pose, place, degrees * (MathF.PI / 180));
    }

    /// <summary>What a sitting person sits on.</summary>
    public static Prop[] Seat(Figure figure, Rng rng)
    {
        var ahead = Vector3.Transform(Vector3.UnitZ, figure.PelvisTurn);
        var foot = figure.Pelvis with { Y = 0 } + (0.05f * ahead);
        var height = Math.Max(figure.Pelvis.Y - figure.Shape.Radius(0.05f), 0.1f);
        return Props.Chair(foot, height, MathF.Atan2(ahead.X, ahead.Z), rng);
    }

    private PoseFamily Choose(Rng rng)
    {
        var left = rng.Unit() * Poses.Sum(p => p.Weight);
        foreach (var (family, weight) in Poses)
        {
            left -= weight;
            if (left < 0)
                return family;
        }

        return Poses[0].Family;
    }

    private static Vector3 Beside(List<Actor> others, Rng rng, float distance, float span)
    {
        Vector3 place = default;
        // Nobody stands inside another; behind another is welcome.
        for (var attempt = 0; attempt < 12; attempt++)
        {
            var z = distance * rng.Range(0.95f, 2.2f);
            place = new(rng.Spread(0.45f) * span * z, 0, -z);
            if (others.All(o => Vector3.Distance(o.Figure.Pelvis with { Y = 0 }, place) > 0.65f))
                break;
        }

        return place;
    }
}
