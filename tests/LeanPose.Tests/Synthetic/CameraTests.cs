using System.Numerics;
using CsCheck;
using LeanPose.Synthetic.Cameras;
using Xunit;

namespace LeanPose.Tests.Synthetic;

public class CameraTests
{
    private static readonly Gen<Vector3> Below = Gen.Select(Gen.Float[-4, 4], Gen.Float[0, 2], Gen.Float[-4, 4], (x, y, z) => new Vector3(x, y, z));

    [Theory]
    [InlineData(0, 0, 3, 0, 0)]       // straight below: the centre
    [InlineData(3, 0, 3, 50, 0)]      // 45° to the right: a quarter of 200 px per radian·π
    [InlineData(0, 3, 3, 0, 50)]
    [InlineData(-3, 0, 0, -100, 0)]   // 90°: the horizon
    [InlineData(1.7320508, 0, 1, 66.6667, 0)] // 60°
    public void Fisheye_is_equidistant(double x, double z, double drop, double u, double v)
    {
        // f·π/2 = 100 px.
        var camera = new FisheyeCamera(new(0, 3, 0), 200 / MathF.PI, new(128, 96), 0, 0);
        var p = camera.Project(new((float)x, 3 - (float)drop, (float)z)).Pixel;
        Assert.Equal(128 + u, p.X, 0.01);
        Assert.Equal(96 + v, p.Y, 0.01);
    }

    [Fact]
    public void Fisheye_radius_is_focal_times_angle_in_any_attitude() => Gen.Select(Below, Gen.Float[-3, 3], Gen.Float[-0.2f, 0.2f]).Sample((p, heading, tilt) =>
    {
        var camera = new FisheyeCamera(new(0, 3, 0), 70, new(128, 96), heading, tilt);
        // The direction of sight, worked out apart from the camera: straight down, tilted about x, turned about y.
        var axis = new Vector3(MathF.Sin(tilt) * 0, -MathF.Cos(tilt), -MathF.Sin(tilt));
        axis = new Vector3((axis.X * MathF.Cos(heading)) + (axis.Z * MathF.Sin(heading)), axis.Y, (-axis.X * MathF.Sin(heading)) + (axis.Z * MathF.Cos(heading)));
        var d = Vector3.Normalize(p - camera.Position);
        var theta = Math.Acos(Math.Clamp(Vector3.Dot(d, axis), -1, 1));
        return Math.Abs((camera.Project(p).Pixel - new Vector2(128, 96)).Length() - (70 * theta)) < 0.05;
    });

    [Fact]
    public void Scale_is_the_size_of_a_short_stick_across_the_line_of_sight() => Gen.Select(Below, Gen.Bool).Sample((p, fisheye) =>
    {
        ICamera camera = fisheye
            ? new FisheyeCamera(new(0, 3, 0), 70, new(128, 96), 0.4f, 0.05f)
            : new PinholeCamera(new(0, 1.5f, 9), 300, new(128, 96), 0.1f, 0.05f);
        var sight = Vector3.Normalize(p - camera.Position);
        var a = Vector3.Normalize(Vector3.Cross(sight, Vector3.UnitX + Vector3.UnitZ));
        var b = Vector3.Cross(sight, a);
        var at = camera.Project(p);
        var (u, v) = ((camera.Project(p + (0.01f * a)).Pixel - at.Pixel) * 100, (camera.Project(p + (0.01f * b)).Pixel - at.Pixel) * 100);
        // The determinant is the change of area; the pinhole widens things off its axis, the fisheye not.
        var area = Math.Sqrt(Math.Abs((u.X * v.Y) - (u.Y * v.X)));
        return Math.Abs(area - at.Scale) < 0.25 * at.Scale && (!fisheye || Math.Abs(area - at.Scale) < 0.03 * at.Scale);
    });

    [Fact]
    public void Ground_seen_at_a_pixel_projects_back_to_it() => Gen.Select(Gen.Float[20, 236], Gen.Float[20, 172], Gen.Bool).Sample((u, v, fisheye) =>
    {
        ICamera camera = fisheye
            ? new FisheyeCamera(new(0, 3, 0), 90, new(128, 96), 0.7f, 0.05f)
            : new PinholeCamera(new(0, 1.5f, 0), 300, new(128, 96), 0.2f, 0.05f);
        return camera.GroundAt(new(u, v)) is not { } ground || ground.Length() > 50
            || Vector2.Distance(camera.Project(ground).Pixel, new(u, v)) < 0.1f;
    });

    [Fact]
    public void Pinhole_shows_right_to_the_right_and_up_above()
    {
        var camera = new PinholeCamera(new(0, 1.5f, 0), 300, new(128, 96), 0, 0);
        var p = camera.Project(new(0.5f, 2f, -3)).Pixel;
        Assert.Equal(128 + 50, p.X, 0.01);
        Assert.Equal(96 - 50, p.Y, 0.01);
    }
}
