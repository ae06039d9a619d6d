namespace LeanPose.Synthetic.Figures;

/// <summary>
/// Lengths and radii of one body, metres. The fractions of height are Drillis and Contini's (1966) body segments, varied
/// from person to person.
/// </summary>
internal sealed class BodyShape
{
    public float Height { get; private init; }

    /// <summary>Chin to crown.</summary>
    public float Head { get; private init; }

    public float Neck { get; private init; }

    /// <summary>Hip line to shoulder line.</summary>
    public float Trunk { get; private init; }

    /// <summary>Middle to shoulder joint.</summary>
    public float ShoulderHalf { get; private init; }

    /// <summary>Middle to hip joint.</summary>
    public float HipHalf { get; private init; }

    public float UpperArm { get; private init; }

    public float Forearm { get; private init; }

    public float Hand { get; private init; }

    public float Thigh { get; private init; }

    public float Shin { get; private init; }

    /// <summary>Ankle to sole.</summary>
    public float FootHeight { get; private init; }

    public float FootLength { get; private init; }

    /// <summary>How stout; 1 is usual.</summary>
    public float Girth { get; private init; }

    /// <summary>How narrow the waist is against chest and hips, 0 to 1.</summary>
    public float Waist { get; private init; }

    public bool IsChild { get; private init; }

    /// <summary>Radius of a limb that is <paramref name="fraction"/> of the height thick at usual girth.</summary>
    public float Radius(float fraction) => fraction * Height * Girth;

    public static BodyShape Draw(Rng rng)
    {
        var child = rng.Chance(0.16f);
        var height = child ? rng.Range(1.0f, 1.45f) : Math.Clamp(rng.Normal(1.70f, 0.1f), 1.48f, 1.98f);
        var feminine = rng.Unit();
        var legs = rng.Normal(1, 0.03f) * (child ? 0.94f : 1);
        var arms = rng.Normal(1, 0.03f) * (child ? 0.95f : 1);
        return new BodyShape
        {
            IsChild = child,
            Height = height,
            Head = height * (child ? rng.Range(0.155f, 0.185f) : rng.Range(0.128f, 0.146f)),
            Neck = height * rng.Range(0.045f, 0.058f),
            Trunk = height * rng.Normal(0.285f, 0.008f),
            ShoulderHalf = height * rng.Normal(0.108f - (0.012f * feminine), 0.005f),
            HipHalf = height * rng.Normal(0.056f + (0.006f * feminine), 0.003f),
            UpperArm = height * 0.172f * arms,
            Forearm = height * 0.148f * arms,
            Hand = height * 0.082f,
            Thigh = height * 0.243f * legs,
            Shin = height * 0.243f * legs,
            FootHeight = height * 0.042f,
            FootLength = height * 0.13f,
            Girth = Math.Clamp(rng.Normal(1.02f, 0.13f), 0.8f, 1.5f),
            Waist = Math.Clamp((0.75f * feminine) + rng.Spread(0.25f), 0, 1),
        };
    }
}
