namespace LeanPose.Synthetic.Figures;

/// <summary>A kind of pose.</summary>
internal enum PoseFamily
{
    Stand,
    Walk,
    Run,
    Sit,
    Reach,
    Gesture,
    Bend,
    Squat,
    Throw,
    Kick,
    Jump,
    Lunge,
}

/// <summary>Draws a pose of a family.</summary>
internal static class PoseFamilies
{
    private static readonly ArmPose[] IdleArms =
    [
        new(0, 8, 10, 12),    // hanging
        new(5, 10, 20, 25),
        new(-12, 42, 75, 95), // hand on the hip
        new(35, 6, 62, 95),   // across the chest
        new(20, 14, 8, 85),   // holding something before the belly
        new(62, 18, 30, 138), // phone at the ear
        new(28, 8, 20, 118),  // looking at a phone
        new(-22, 8, 50, 40),  // behind the back
        new(3, 18, 0, 30),    // hand in a pocket
    ];

    public static Pose Draw(PoseFamily family, Rng rng)
    {
        var pose = family switch
        {
            PoseFamily.Stand => Stand(rng),
            PoseFamily.Walk => Walk(rng),
            PoseFamily.Run => Run(rng),
            PoseFamily.Sit => Sit(rng),
            PoseFamily.Reach => Reach(rng),
            PoseFamily.Gesture => Gesture(rng),
            PoseFamily.Bend => Bend(rng),
            PoseFamily.Squat => Squat(rng),
            PoseFamily.Throw => Throw(rng),
            PoseFamily.Kick => Kick(rng),
            PoseFamily.Jump => Jump(rng),
            _ => Lunge(rng),
        };
        pose = pose.Jittered(rng, 8);
        return rng.Chance(0.5f) ? pose.Mirrored() : pose;
    }

    private static ArmPose IdleArm(Rng rng) => rng.Pick<ArmPose>(IdleArms);

    private static Pose Stand(Rng rng)
    {
        var shift = rng.Range(0, 7);
        return new Pose
        {
            Sway = shift,
            Lean = -shift * 1.4f,
            LeftArm = IdleArm(rng),
            RightArm = IdleArm(rng),
            LeftLeg = new(0, rng.Range(2, 9) + shift, -8, 3, 0),
            RightLeg = new(rng.Range(0, 16), rng.Range(2, 11) - shift, -14, rng.Range(3, 24), 0),
        };
    }

    private static Pose Walk(Rng rng)
    {
        var stride = rng.Range(14, 30);
        var swing = rng.Range(12, 34);
        return new Pose
        {
            Bend = rng.Range(0, 8),
            Twist = rng.Range(0, 10),
            LeftArm = rng.Chance(0.2f) ? IdleArm(rng) : new(-swing, 7, 8, rng.Range(8, 25)),
            RightArm = rng.Chance(0.2f) ? IdleArm(rng) : new(swing, 7, 12, rng.Range(15, 45)),
            LeftLeg = new(stride, 2, -5, rng.Range(3, 16), -6),
            RightLeg = new(-stride * 0.8f, 2, -5, rng.Range(12, 50), 12),
        };
    }

    private static Pose Run(Rng rng)
    {
        var drive = rng.Range(35, 80);
        return new Pose
        {
            Tilt = rng.Range(4, 14),
            Bend = rng.Range(4, 14),
            Twist = rng.Range(4, 16),
            LeftArm = new(rng.Range(-62, -30), 14, 15, rng.Range(75, 110)),
            RightArm = new(rng.Range(25, 60), 10, 25, rng.Range(85, 120)),
            LeftLeg = new(drive, 1, 0, rng.Range(50, 100), 5),
            RightLeg = new(rng.Range(-35, -8), 1, 0, rng.Range(12, 85), 28),
            Lift = rng.Range(0, 0.05f),
        };
    }

    private static Pose Sit(Rng rng)
    {
        LegPose Leg() => new(rng.Range(75, 96), rng.Range(1, 18), -6, rng.Range(62, 104), 0);
        ArmPose Arm() => rng.Below(4) switch
        {
            0 => new(38, 8, 22, rng.Range(45, 75)),
            1 => new(48, 6, 45, 85),
            2 => new(25, 16, 10, 40),
            _ => IdleArm(rng),
        };
        return new Pose
        {
            Tilt = rng.Range(-14, 8),
            Bend = rng.Range(-4, 22),
            HeadNod = rng.Range(-5, 22),
            LeftArm = Arm(),
            RightArm = Arm(),
            LeftLeg = Leg(),
            RightLeg = rng.Chance(0.2f) ? new(104, -10, 0, 82, 15) : Leg(),
            Seated = true,
        };
    }

    private static Pose Reach(Rng rng)
    {
        var height = rng.Range(60, 168);
        return new Pose
        {
            Bend = rng.Range(0, 22),
            Twist = rng.Range(-18, 25),
            HeadNod = (90 - height) * 0.3f,
            LeftArm = rng.Chance(0.4f) ? new(height + rng.Spread(15), 8, 15, rng.Range(5, 35)) : IdleArm(rng),
            RightArm = new(height, rng.Range(-5, 22), 10, rng.Range(3, 30)),
            LeftLeg = new(rng.Range(-4, 14), 4, -8, rng.Range(3, 18), 4),
            RightLeg = new(rng.Range(-14, 4), 4, -8, rng.Range(3, 14), 10),
        };
    }

    private static Pose Gesture(Rng rng)
    {
        ArmPose Arm() => rng.Below(5) switch
        {
            0 => new(0, rng.Range(72, 100), -85, rng.Range(40, 110)),  // waving
            1 => new(0, rng.Range(75, 165), 0, rng.Range(3, 25)),      // out to the side
            2 => new(rng.Range(70, 95), rng.Range(0, 45), 0, 8),       // pointing
            3 => new(30, 22, -30, rng.Range(80, 125)),                 // talking hands
            _ => IdleArm(rng),
        };
        return Stand(rng) with { LeftArm = Arm(), RightArm = Arm(), Twist = rng.Spread(15) };
    }

    private static Pose Bend(Rng rng)
    {
        var down = rng.Range(28, 62);
        ArmPose Arm() => new(rng.Range(65, 105), rng.Range(0, 14), 5, rng.Range(5, 40));
        return new Pose
        {
            Tilt = down * 0.8f,
            Bend = down * 0.75f,
            HeadNod = rng.Range(-30, 10),
            LeftArm = Arm(),
            RightArm = rng.Chance(0.3f) ? IdleArm(rng) : Arm(),
            LeftLeg = new(down * 0.9f, 6, -8, rng.Range(8, 55), -5),
            RightLeg = new((down * 0.9f) - rng.Range(0, 25), 6, -8, rng.Range(8, 45), 0),
        };
    }

    private static Pose Squat(Rng rng)
    {
        var depth = rng.Range(60, 118);
        ArmPose Arm() => rng.Chance(0.6f) ? new(rng.Range(55, 95), rng.Range(0, 15), 12, rng.Range(5, 60)) : IdleArm(rng);
        return new Pose
        {
            Tilt = rng.Range(20, 44),
            Bend = rng.Range(6, 22),
            LeftArm = Arm(),
            RightArm = Arm(),
            LeftLeg = new(depth, rng.Range(10, 28), -20, depth + 22, -22),
            RightLeg = new(depth + rng.Spread(6), rng.Range(10, 28), -20, depth + rng.Range(14, 28), -22),
            HeadNod = -15,
        };
    }

    private static Pose Throw(Rng rng) => new()
    {
        Bend = rng.Range(-12, 12),
        Lean = rng.Range(-6, 16),
        Twist = rng.Range(-35, 5),
        HeadTurn = rng.Range(5, 35),
        LeftArm = new(rng.Range(50, 95), rng.Range(5, 35), 10, rng.Range(8, 50)),
        RightArm = new(rng.Range(-10, 20), rng.Range(80, 125), rng.Range(-100, -60), rng.Range(55, 115)),
        LeftLeg = new(rng.Range(18, 50), 8, -8, rng.Range(8, 35), 0),
        RightLeg = new(rng.Range(-28, -5), 8, -22, rng.Range(8, 40), 12),
    };

    private static Pose Kick(Rng rng) => new()
    {
        Tilt = rng.Range(-18, 2),
        Lean = rng.Range(-8, 12),
        Twist = rng.Range(5, 24),
        LeftArm = new(rng.Range(0, 55), rng.Range(28, 80), 0, rng.Range(10, 45)),
        RightArm = new(rng.Range(-50, -5), rng.Range(18, 60), 0, rng.Range(10, 45)),
        LeftLeg = new(rng.Range(-10, 6), 4, -8, rng.Range(8, 28), 5),
        RightLeg = new(rng.Range(42, 98), rng.Range(0, 22), 0, rng.Range(3, 55), 28),
    };

    private static Pose Jump(Rng rng)
    {
        ArmPose Arm() => new(rng.Range(40, 165), rng.Range(10, 50), 0, rng.Range(5, 60));
        LegPose Leg() => new(rng.Range(-22, 72), rng.Range(2, 32), -5, rng.Range(8, 95), 30);
        return new Pose
        {
            Bend = rng.Range(-14, 16),
            LeftArm = Arm(),
            RightArm = Arm(),
            LeftLeg = Leg(),
            RightLeg = Leg(),
            Lift = rng.Range(0.06f, 0.22f),
        };
    }

    private static Pose Lunge(Rng rng) => new()
    {
        Tilt = rng.Range(0, 22),
        Lean = rng.Spread(12),
        LeftArm = rng.Chance(0.4f) ? new(0, rng.Range(60, 110), 0, 12) : IdleArm(rng),
        RightArm = rng.Chance(0.4f) ? new(rng.Range(50, 150), 10, 0, 20) : IdleArm(rng),
        LeftLeg = new(rng.Range(58, 96), 6, -8, rng.Range(60, 100), 0),
        RightLeg = new(rng.Range(-32, -8), 8, -12, rng.Range(15, 75), 5),
    };
}
