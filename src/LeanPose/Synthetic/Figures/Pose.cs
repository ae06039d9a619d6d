namespace LeanPose.Synthetic.Figures;

/// <summary>Angles of an arm in degrees; all 0 hangs straight down.</summary>
/// <param name="Flex">Upper arm forwards.</param>
/// <param name="Abduct">Upper arm away from the body's middle.</param>
/// <param name="Twist">Turn of the upper arm about itself; inwards is positive.</param>
/// <param name="Elbow">Bend, 0 to about 150.</param>
internal readonly record struct ArmPose(float Flex, float Abduct, float Twist, float Elbow);

/// <summary>Angles of a leg in degrees; all 0 stands straight.</summary>
/// <param name="Flex">Thigh forwards.</param>
/// <param name="Abduct">Thigh away from the body's middle.</param>
/// <param name="Twist">Turn of the thigh about itself; inwards is positive.</param>
/// <param name="Knee">Bend, 0 to about 150.</param>
/// <param name="Point">How far the toes point down from a right angle with the shin.</param>
internal readonly record struct LegPose(float Flex, float Abduct, float Twist, float Knee, float Point);

/// <summary>Joint angles of a whole body, degrees, before it is turned and placed.</summary>
internal sealed record Pose
{
    /// <summary>Pelvis forwards.</summary>
    public float Tilt { get; init; }

    /// <summary>Pelvis to the person's right side.</summary>
    public float Sway { get; init; }

    /// <summary>Chest forwards, relative to the pelvis.</summary>
    public float Bend { get; init; }

    /// <summary>Chest to the person's right side.</summary>
    public float Lean { get; init; }

    /// <summary>Chest turned to the person's left.</summary>
    public float Twist { get; init; }

    /// <summary>Head turned to the person's left.</summary>
    public float HeadTurn { get; init; }

    /// <summary>Head down.</summary>
    public float HeadNod { get; init; }

    /// <summary>Head to the person's right side.</summary>
    public float HeadTip { get; init; }

    public ArmPose LeftArm { get; init; }

    public ArmPose RightArm { get; init; }

    public LegPose LeftLeg { get; init; }

    public LegPose RightLeg { get; init; }

    /// <summary>How far the lowest point is off the ground, as a fraction of height.</summary>
    public float Lift { get; init; }

    /// <summary>Whether something to sit on belongs under the pelvis.</summary>
    public bool Seated { get; init; }

    /// <summary>The same pose with left and right exchanged.</summary>
    public Pose Mirrored() => this with
    {
        Sway = -Sway,
        Lean = -Lean,
        Twist = -Twist,
        HeadTurn = -HeadTurn,
        HeadTip = -HeadTip,
        LeftArm = RightArm,
        RightArm = LeftArm,
        LeftLeg = RightLeg,
        RightLeg = LeftLeg,
    };

    /// <summary>Every angle moved a little, so that no two poses of a family are alike.</summary>
    public Pose Jittered(Rng rng, float degrees)
    {
        float J(float scale = 1) => rng.Normal(0, degrees * scale);
        return this with
        {
            Tilt = Tilt + J(0.4f),
            Sway = Sway + J(0.4f),
            Bend = Bend + J(0.6f),
            Lean = Lean + J(0.6f),
            Twist = Twist + J(0.9f),
            HeadTurn = HeadTurn + J(2),
            HeadNod = HeadNod + J(),
            HeadTip = HeadTip + J(0.8f),
            LeftArm = Jitter(LeftArm, rng, degrees),
            RightArm = Jitter(RightArm, rng, degrees),
            LeftLeg = Jitter(LeftLeg, rng, degrees),
            RightLeg = Jitter(RightLeg, rng, degrees),
        };
    }

    private static ArmPose Jitter(ArmPose a, Rng rng, float d) => new(
        a.Flex + rng.Normal(0, d),
        Math.Max(a.Abduct + rng.Normal(0, d * 0.7f), -12),
        a.Twist + rng.Normal(0, d * 1.3f),
        Math.Clamp(a.Elbow + rng.Normal(0, d * 1.3f), 2, 150));

    private static LegPose Jitter(LegPose l, Rng rng, float d) => new(
        l.Flex + rng.Normal(0, d * 0.6f),
        Math.Max(l.Abduct + rng.Normal(0, d * 0.35f), -6),
        l.Twist + rng.Normal(0, d * 0.6f),
        Math.Clamp(l.Knee + rng.Normal(0, d * 0.6f), 1, 150),
        l.Point + rng.Normal(0, d * 0.4f));
}
