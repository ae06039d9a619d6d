using CsCheck;
using LeanPose.Geometry;
using Xunit;

namespace LeanPose.Tests.Geometry;

public class PersonFrameTests
{
    private static readonly PersonFrame Example = PersonFrame.FromBox(new Box(100, 50, 60, 120), 192.0 / 256);

    private static readonly Gen<PersonFrame> Frames = Gen.Select(Gen.Double[-2000, 2000], Gen.Double[-2000, 2000], Gen.Double[0.05, 8]).Select((x, y, s) => new PersonFrame(new(x, y), s, s / 0.75));

    [Fact]
    public void Box_grows_to_the_aspect_and_then_by_the_margin()
    {
        Assert.Equal(new PersonFrame(new(130, 110), 0.5625, 0.75), Example);
        Assert.Equal(new PersonFrame(new(50, 10), 0.625, 1.25), PersonFrame.FromBox(new Box(0, 0, 100, 20), 0.5));
    }

    [Theory]
    [InlineData(0, 1.706667, 0, -125.866667, 0, 1.706667, -59.733333, 130.1333, 76.8)]
    [InlineData(30, 1.478017, 0.853333, -190.008836, -0.853333, 1.478017, 76.351498, 99.9603, 66.5928)]
    [InlineData(-45, 1.206796, -1.206796, 71.864089, 1.206796, 1.206796, -161.630938, 156.3398, 115.932)]
    public void Crop_map(double rotation, double a, double b, double c, double d, double e, double f, double x, double y)
    {
        var map = Example.ToCrop(rotation, 192, 256);
        double[] expected = [a, b, c, d, e, f];
        double[] actual = [map.M11, map.M12, map.M13, map.M21, map.M22, map.M23];
        for (var i = 0; i < 6; i++)
            Assert.Equal(expected[i], actual[i], 1e-6);
        var point = map.Apply(new(150, 80));
        Assert.Equal(x, point.X, 1e-4);
        Assert.Equal(y, point.Y, 1e-4);
    }

    [Fact]
    public void Inverse_brings_every_point_back() =>
        Gen.Select(Frames, Gen.Double[-180, 180], Gen.Double[-3000, 3000], Gen.Double[-3000, 3000]).Sample((frame, rotation, x, y) =>
        {
            var map = frame.ToCrop(rotation, 192, 256);
            var back = map.Inverse().Apply(map.Apply(new(x, y)));
            Assert.Equal(x, back.X, 1e-4);
            Assert.Equal(y, back.Y, 1e-4);
        });

    [Fact]
    public void Composition_is_one_map_after_the_other() =>
        Gen.Select(Frames, Frames, Gen.Double[-180, 180], Gen.Double[-500, 500]).Sample((first, second, rotation, x) =>
        {
            Affine2 a = first.ToCrop(rotation, 192, 256), b = second.ToCrop(-rotation / 2, 96, 128);
            var (one, two) = (b.After(a).Apply(new(x, -x)), b.Apply(a.Apply(new(x, -x))));
            Assert.Equal(two.X, one.X, 1e-6 * (1 + Math.Abs(two.X)));
            Assert.Equal(two.Y, one.Y, 1e-6 * (1 + Math.Abs(two.Y)));
        });

    [Fact]
    public void Centre_lands_in_the_middle_whatever_the_rotation() =>
        Gen.Select(Frames, Gen.Double[-180, 180]).Sample((frame, rotation) =>
        {
            var middle = frame.ToCrop(rotation, 192, 256).Apply(frame.Center);
            Assert.Equal(96, middle.X, 1e-6);
            Assert.Equal(128, middle.Y, 1e-6);
        });

    [Fact]
    public void A_map_onto_a_line_has_no_inverse() =>
        Assert.Throws<InvalidOperationException>(() => new Affine2(1, 2, 0, 2, 4, 0).Inverse());
}
