using System.Numerics;
using CsCheck;
using LeanPose.Synthetic;
using LeanPose.Synthetic.Cameras;
using LeanPose.Synthetic.Figures;
using LeanPose.Synthetic.Painting;
using Xunit;

namespace LeanPose.Tests.Synthetic;

public class FigureTests
{
    private static readonly Gen<Figure> AnyFigure = Gen.Select(Gen.Int[0, 100000], Gen.Enum<PoseFamily>(), Gen.Float[-3.1f, 3.1f], (seed, family, yaw) =>
    {
        var rng = Rng.For(seed, 0, "figure");
        return new Figure(BodyShape.Draw(rng.Fork("body")), PoseFamilies.Draw(family, rng.Fork("pose")), new(1, 0, -4), yaw);
    });

    [Fact]
    public void Bones_keep_their_length_in_every_pose() => AnyFigure.Sample(f =>
    {
        foreach (var (arm, leg) in ((Arm, Leg)[])[(f.Left, f.LeftLeg), (f.Right, f.RightLeg)])
        {
            Assert.Equal(f.Shape.UpperArm, Vector3.Distance(arm.Shoulder, arm.Elbow), 1e-4);
            Assert.Equal(f.Shape.Forearm, Vector3.Distance(arm.Elbow, arm.Wrist), 1e-4);
            Assert.Equal(f.Shape.Thigh, Vector3.Distance(leg.Hip, leg.Knee), 1e-4);
            Assert.Equal(f.Shape.Shin, Vector3.Distance(leg.Knee, leg.Ankle), 1e-4);
        }
    });

    [Fact]
    public void Bodies_have_human_proportions() => AnyFigure.Sample(f =>
    {
        var s = f.Shape;
        Assert.InRange(s.Height, 0.95f, 2.05f);
        Assert.InRange(s.UpperArm / s.Forearm, 1.0f, 1.4f);
        Assert.InRange(s.Thigh / s.Shin, 0.9f, 1.1f);
        Assert.InRange((s.Thigh + s.Shin) / s.Trunk, 1.3f, 2.2f);
        Assert.InRange(s.ShoulderHalf / s.HipHalf, 1.2f, 2.5f);
        Assert.InRange(s.Height / s.Head, 5, 8.5f);
    });

    [Fact]
    public void Nobody_sinks_into_the_ground() => AnyFigure.Sample(f =>
    {
        for (var k = 13; k < 17; k++)
            Assert.True(f.Joint(k).Y > -0.01f, $"keypoint {k} is {f.Joint(k).Y} m high");
    });

    [Fact]
    public void A_mirrored_pose_is_the_mirror_image() => Gen.Select(Gen.Int[0, 100000], Gen.Enum<PoseFamily>()).Sample((seed, family) =>
    {
        var rng = Rng.For(seed, 0, "mirror");
        var shape = BodyShape.Draw(rng.Fork("body"));
        var pose = PoseFamilies.Draw(family, rng.Fork("pose"));
        var (a, b) = (new Figure(shape, pose, default, 0), new Figure(shape, pose.Mirrored(), default, 0));
        for (var k = 0; k < KeypointTruth.Count; k++)
        {
            var flipped = KnownFlip(k);
            Assert.True(Vector3.Distance(a.Joint(k), b.Joint(flipped) * new Vector3(-1, 1, 1)) < 1e-3f, $"keypoint {k}: {a.Joint(k)} and {b.Joint(flipped)}");
        }
    });

    [Theory]
    [InlineData(0, 1)]
    [InlineData(180, -1)]
    public void The_left_side_is_the_persons_own(float yawDegrees, int sign)
    {
        var camera = new PinholeCamera(new(0, 1.2f, 0), 300, new(128, 96), 0, 0);
        for (var seed = 0; seed < 50; seed++)
        {
            var shape = BodyShape.Draw(Rng.For(seed, 0, "body"));
            var figure = new Figure(shape, new Pose(), new(0, 0, -4), yawDegrees * MathF.PI / 180);
            foreach (var left in (int[])[1, 3, 5, 7, 9, 11, 13, 15])
                Assert.True(sign * (camera.Project(figure.Joint(left)).Pixel.X - camera.Project(figure.Joint(left + 1)).Pixel.X) > 0);
        }
    }

    [Fact]
    public void A_person_turned_a_quarter_faces_right_in_the_picture()
    {
        var figure = new Figure(BodyShape.Draw(Rng.For(1, 0, "body")), new Pose(), new(0, 0, -4), MathF.PI / 2);
        Assert.True(figure.Joint(0).X > figure.HeadCenter.X + 0.05f);
        Assert.True(figure.LeftLeg.Toe.X > figure.LeftLeg.Heel.X + 0.1f);
    }

    [Fact]
    public void Hulls_contain_their_points_and_turn_one_way() => Gen.Select(Gen.Float[-10, 10], Gen.Float[-10, 10]).Array[3, 40].Sample(raw =>
    {
        var points = raw.Select(p => new Vector2(p.Item1, p.Item2)).ToList();
        var hull = new List<Vector2>();
        Outline.ConvexHull(points, hull);
        for (var i = 0; i < hull.Count; i++)
        {
            var (a, b) = (hull[i], hull[(i + 1) % hull.Count]);
            Assert.All(points, p => Assert.True((((double)b.X - a.X) * (p.Y - a.Y)) - (((double)b.Y - a.Y) * (p.X - a.X)) > -1e-3));
        }
    });

    private static int KnownFlip(int k) => k == 0 ? 0 : k % 2 == 1 ? k + 1 : k - 1;
}
