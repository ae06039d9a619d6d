using System.Numerics;

namespace LeanPose.Synthetic.Figures;

/// <summary>An arm's joints, world metres.</summary>
internal readonly record struct Arm(Vector3 Shoulder, Vector3 Elbow, Vector3 Wrist, Vector3 FingerTip);

/// <summary>A leg's joints, world metres.</summary>
internal readonly record struct Leg(Vector3 Hip, Vector3 Knee, Vector3 Ankle, Vector3 Heel, Vector3 Toe);

/// <summary>A body in a pose at a place: forward kinematics from the pelvis outwards.</summary>
internal sealed class Figure
{
    /// <summary>Eye, nose and ear on a head of half axes 1: x to the person's left, y up, z forwards.</summary>
    internal static readonly Vector3 EyeSpot = Vector3.Normalize(new(0.41f, 0.06f, 0.91f));
    internal static readonly Vector3 NoseSpot = new(0, -0.16f, 1.12f);
    internal static readonly Vector3 EarSpot = new(1.0f, -0.04f, -0.08f);

    /// <param name="shape">Body.</param>
    /// <param name="pose">Joint angles.</param>
    /// <param name="place">Where on the ground the person stands, world metres.</param>
    /// <param name="yaw">Direction faced, radians: 0 is +z (towards a viewer), a quarter turn is +x.</param>
    public Figure(BodyShape shape, Pose pose, Vector3 place, float yaw)
    {
        Shape = shape;
        Pose = pose;
        PelvisTurn = Turn(Vector3.UnitY, yaw) * Degrees(Vector3.UnitZ, pose.Sway) * Degrees(Vector3.UnitX, pose.Tilt);
        ChestTurn = PelvisTurn * Degrees(Vector3.UnitX, pose.Bend) * Degrees(Vector3.UnitZ, pose.Lean) * Degrees(Vector3.UnitY, pose.Twist);
        HeadTurn = ChestTurn * Degrees(Vector3.UnitY, Math.Clamp(pose.HeadTurn, -75, 75)) * Degrees(Vector3.UnitX, pose.HeadNod) * Degrees(Vector3.UnitZ, pose.HeadTip);

        var middle = Quaternion.Slerp(PelvisTurn, ChestTurn, 0.5f);
        Waist = Vector3.Transform(Vector3.UnitY * (0.42f * shape.Trunk), Quaternion.Slerp(PelvisTurn, middle, 0.7f));
        NeckBase = Waist + Vector3.Transform(Vector3.UnitY * (0.58f * shape.Trunk), ChestTurn);
        var neck = Quaternion.Slerp(ChestTurn, HeadTurn, 0.4f);
        // The neck leans forwards a little, as necks do.
        HeadCenter = NeckBase + Vector3.Transform(new Vector3(0, shape.Neck, 0.25f * shape.Neck), neck)
            + Vector3.Transform(Vector3.UnitY * (0.5f * shape.Head), HeadTurn);

        Left = MakeArm(pose.LeftArm, 1);
        Right = MakeArm(pose.RightArm, -1);
        LeftLeg = MakeLeg(pose.LeftLeg, 1);
        RightLeg = MakeLeg(pose.RightLeg, -1);

        var lowest = Math.Min(Math.Min(Sole(LeftLeg), Sole(RightLeg)), -shape.Radius(0.05f));
        Shift(place + (Vector3.UnitY * ((pose.Lift * shape.Height) - lowest)));
    }

    public BodyShape Shape { get; }

    public Pose Pose { get; }

    public Quaternion PelvisTurn { get; }

    public Quaternion ChestTurn { get; }

    public Quaternion HeadTurn { get; }

    /// <summary>Middle between the hips.</summary>
    public Vector3 Pelvis { get; private set; }

    public Vector3 Waist { get; private set; }

    /// <summary>Middle between the shoulders.</summary>
    public Vector3 NeckBase { get; private set; }

    public Vector3 HeadCenter { get; private set; }

    public Arm Left { get; private set; }

    public Arm Right { get; private set; }

    public Leg LeftLeg { get; private set; }

    public Leg RightLeg { get; private set; }

    /// <summary>Half axes of the head: across, up, forwards.</summary>
    public Vector3 HeadAxes => Shape.Head * new Vector3(0.36f, 0.5f, 0.43f);

    /// <summary>A point given on a head of half axes 1, in the world.</summary>
    public Vector3 OnHead(Vector3 spot) => HeadCenter + Vector3.Transform(spot * HeadAxes, HeadTurn);

    /// <summary>A point of the body by COCO's keypoint number, world metres.</summary>
    public Vector3 Joint(int coco) => coco switch
    {
        0 => OnHead(NoseSpot),
        1 => OnHead(EyeSpot),
        2 => OnHead(EyeSpot * new Vector3(-1, 1, 1)),
        3 => OnHead(EarSpot),
        4 => OnHead(EarSpot * new Vector3(-1, 1, 1)),
        5 => Left.Shoulder,
        6 => Right.Shoulder,
        7 => Left.Elbow,
        8 => Right.Elbow,
        9 => Left.Wrist,
        10 => Right.Wrist,
        11 => LeftLeg.Hip,
        12 => RightLeg.Hip,
        13 => LeftLeg.Knee,
        14 => RightLeg.Knee,
        15 => LeftLeg.Ankle,
        16 => RightLeg.Ankle,
        _ => throw new ArgumentOutOfRangeException(nameof(coco), coco, "COCO has keypoints 0 to 16."),
    };

    private static Quaternion Turn(Vector3 axis, float radians) => Quaternion.CreateFromAxisAngle(axis, radians);

    private static Quaternion Degrees(Vector3 axis, float degrees) => Turn(axis, degrees * (MathF.PI / 180));

    private float Sole(Leg leg) => Math.Min(leg.Heel.Y, leg.Toe.Y) - (0.25f * Shape.FootHeight);

    private Arm MakeArm(ArmPose a, int side)
    {
        // A raised arm takes the shoulder along.
        var raise = Math.Clamp((Math.Max(a.Flex, a.Abduct) - 60) / 100, 0, 1) * 0.028f * Shape.Height;
        var shoulder = NeckBase + Vector3.Transform(new Vector3(side * Shape.ShoulderHalf, raise - (0.012f * Shape.Height), 0), ChestTurn);
        var upper = ChestTurn * Degrees(Vector3.UnitZ, side * a.Abduct) * Degrees(Vector3.UnitX, -a.Flex) * Degrees(Vector3.UnitY, -side * a.Twist);
        var fore = upper * Degrees(Vector3.UnitX, -a.Elbow);
        var elbow = shoulder + Vector3.Transform(-Vector3.UnitY * Shape.UpperArm, upper);
        var wrist = elbow + Vector3.Transform(-Vector3.UnitY * Shape.Forearm, fore);
        return new(shoulder, elbow, wrist, wrist + Vector3.Transform(-Vector3.UnitY * Shape.Hand, fore * Degrees(Vector3.UnitX, -12)));
    }

    private Leg MakeLeg(LegPose l, int side)
    {
        var hip = Vector3.Transform(new Vector3(side * Shape.HipHalf, 0, 0), PelvisTurn);
        // Legs hang from the vertical as much as from the pelvis, or every bow would lift the feet.
        var thigh = Quaternion.Slerp(Upright(PelvisTurn), PelvisTurn, Pose.Seated ? 0.2f : 0.35f)
            * Degrees(Vector3.UnitZ, side * l.Abduct) * Degrees(Vector3.UnitX, -l.Flex) * Degrees(Vector3.UnitY, -side * l.Twist);
        var shin = thigh * Degrees(Vector3.UnitX, l.Knee);
        var knee = hip + Vector3.Transform(-Vector3.UnitY * Shape.Thigh, thigh);
        var ankle = knee + Vector3.Transform(-Vector3.UnitY * Shape.Shin, shin);
        var foot = shin * Degrees(Vector3.UnitX, l.Point);
        var sole = ankle + Vector3.Transform(-Vector3.UnitY * (0.75f * Shape.FootHeight), foot);
        return new(
            hip,
            knee,
            ankle,
            sole + Vector3.Transform(-Vector3.UnitZ * (0.2f * Shape.FootLength), foot),
            sole + Vector3.Transform(Vector3.UnitZ * (0.72f * Shape.FootLength), foot));
    }

    // The same heading without pitch and roll.
    private static Quaternion Upright(Quaternion turn)
    {
        var ahead = Vector3.Transform(Vector3.UnitX, turn);
        return Turn(Vector3.UnitY, MathF.Atan2(-ahead.Z, ahead.X));
    }

    private void Shift(Vector3 by)
    {
        Pelvis += by;
        Waist += by;
        NeckBase += by;
        HeadCenter += by;
        Left = new(Left.Shoulder + by, Left.Elbow + by, Left.Wrist + by, Left.FingerTip + by);
        Right = new(Right.Shoulder + by, Right.Elbow + by, Right.Wrist + by, Right.FingerTip + by);
        LeftLeg = Moved(LeftLeg, by);
        RightLeg = Moved(RightLeg, by);
    }

    private static Leg Moved(Leg l, Vector3 by) => new(l.Hip + by, l.Knee + by, l.Ankle + by, l.Heel + by, l.Toe + by);
}
