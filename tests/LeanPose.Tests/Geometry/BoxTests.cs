using CsCheck;
using LeanPose.Geometry;
using Xunit;

namespace LeanPose.Tests.Geometry;

public sealed class BoxTests
{
    private static readonly Gen<Box> Boxes = Gen.Select(Gen.Double[-50, 50], Gen.Double[-50, 50], Gen.Double[1, 60], Gen.Double[1, 60], (x, y, w, h) => new Box(x, y, w, h));

    [Fact]
    public void Overlap_is_the_shared_part_of_both_together()
    {
        var box = new Box(0, 0, 4, 4);
        Assert.Equal(1, box.OverlapWith(box));
        Assert.Equal(4.0 / 28, box.OverlapWith(new Box(2, 2, 4, 4)), 1e-15);
        Assert.Equal(0.25, box.OverlapWith(new Box(1, 1, 2, 2)));
        Assert.Equal(0, box.OverlapWith(new Box(4, 0, 4, 4)));
        Assert.Equal(0, default(Box).OverlapWith(default));
    }

    [Fact]
    public void Overlap_is_the_same_from_both_sides_and_at_every_scale()
        => Gen.Select(Boxes, Boxes, Gen.Double[0.1, 10]).Sample((a, b, s) =>
        {
            Box Scaled(Box c) => new(c.X * s, c.Y * s, c.Width * s, c.Height * s);
            Assert.InRange(a.OverlapWith(b), 0, 1);
            Assert.Equal(a.OverlapWith(b), b.OverlapWith(a), 1e-12);
            Assert.Equal(a.OverlapWith(b), Scaled(a).OverlapWith(Scaled(b)), 1e-9);
        });
}
