using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Geometry;

/// <summary>Crop geometry against the numbers of the published code.</summary>
[Trait("Category", "Golden")]
public class GoldenGeometryTests
{
    [Fact]
    public void Frame_to_crop_and_back()
    {
        var g = Open();
        Assert.NotEqual(0, g["rot_deg"].Count);
        for (var i = 0; i < g["rot_deg"].Count; i++)
        {
            var forward = Crop(g, i);
            AssertMap(g["forward"], i, forward);
            AssertMap(g["inverse"], i, forward.Inverse());
        }
    }

    [Fact]
    public void Points_forward_and_back()
    {
        var g = Open();
        var (points, forwarded) = (g["image_points"], g["image_points_forward"]);
        var (cells, backward) = (g["heatmap_points"], g["heatmap_points_inverse"]);
        for (var i = 0; i < points.Shape[0]; i++)
        {
            var stored = Map(g["forward"], i);
            var own = Crop(g, i).Inverse();
            for (var p = 0; p < points.Shape[1]; p++)
            {
                var expected = PointAt(forwarded, i, p);
                var actual = stored.Apply(PointAt(points, i, p));
                var tolerance = 1e-6 * Math.Max(1, Math.Max(Math.Abs(expected.X), Math.Abs(expected.Y)));
                Assert.Equal(expected.X, actual.X, tolerance);
                Assert.Equal(expected.Y, actual.Y, tolerance);

                var back = own.Apply(PointAt(cells, i, p));
                Assert.Equal(cells.Shape, backward.Shape);
                Assert.Equal(backward[i, p, 0], back.X, 5e-3);
                Assert.Equal(backward[i, p, 1], back.Y, 5e-3);
            }
        }
    }

    [Fact]
    public void Box_to_centre_and_scale()
    {
        var g = Open();
        var box = g["box_xywh"];
        Assert.NotEqual(0, box.Count);
        for (var i = 0; i < box.Shape[0]; i++)
        {
            var frame = PersonFrame.FromBox(new Box(box[i, 0], box[i, 1], box[i, 2], box[i, 3]), g["box_aspect_w_over_h"][i]);
            AssertRelative(g["box_center"][i, 0], frame.Center.X, 1e-6);
            AssertRelative(g["box_center"][i, 1], frame.Center.Y, 1e-6);
            AssertRelative(g["box_scale"][i, 0], frame.ScaleX, 1e-6);
            AssertRelative(g["box_scale"][i, 1], frame.ScaleY, 1e-6);
        }
    }

    [Fact]
    public void Half_body()
    {
        const double aspect = 0.75;
        var g = Open();
        var expected = g["hb_center_scale"];
        var isUpper = Enumerable.Range(0, g["hb_joints"].Shape[1]).Select(j => j >= 7).ToArray();
        for (var draw = 0; draw < expected.Shape[0]; draw++)
        {
            for (var i = 0; i < expected.Shape[1]; i++)
            {
                var frame = HalfBody.Frame(Person(g, i), isUpper, preferUpper: draw == 0, aspect);
                if (double.IsNaN(expected[draw, i, 0]))
                {
                    Assert.Null(frame);
                    continue;
                }

                Assert.NotNull(frame);
                AssertRelative(expected[draw, i, 0], frame.Value.Center.X, 1e-5);
                AssertRelative(expected[draw, i, 1], frame.Value.Center.Y, 1e-5);
                AssertRelative(expected[draw, i, 2], frame.Value.ScaleX, 1e-5);
                AssertRelative(expected[draw, i, 3], frame.Value.ScaleY, 1e-5);
            }
        }
    }

    [Fact]
    public void Flip()
    {
        var g = Open();
        var (joints, visible, pairs) = (g["flip_joints"], g["flip_vis"], g["flip_pairs"]);
        var count = joints.Shape[1];
        var skeleton = new Skeleton(
            "golden",
            Enumerable.Range(0, count).Select(i => $"k{i}"),
            [],
            Enumerable.Repeat(0.05, count),
            Enumerable.Range(0, pairs.Shape[0]).Select(i => ((int)pairs[i, 0], (int)pairs[i, 1])));
        var mirrored = new Keypoint[count];
        for (var i = 0; i < joints.Shape[0]; i++)
        {
            KeypointFlip.Mirror(Person(g, i), skeleton, g["flip_width"].Values[0], mirrored);
            for (var j = 0; j < count; j++)
            {
                Assert.Equal(joints[i, j, 0], mirrored[j].X);
                Assert.Equal(joints[i, j, 1], mirrored[j].Y);
                Assert.Equal(visible[i, j, 0] > 0, mirrored[j].IsLabelled);
            }
        }
    }

    private static GoldenTensors Open() => GoldenTensors.Open("affine.safetensors");

    private static Affine2 Crop(GoldenTensors g, int i) =>
        new PersonFrame(new(g["center"][i, 0], g["center"][i, 1]), g["scale"][i, 0], g["scale"][i, 1])
            .ToCrop(g["rot_deg"][i], g["out_size_wh"][i, 0], g["out_size_wh"][i, 1]);

    private static Keypoint[] Person(GoldenTensors g, int i) =>
    [
        .. Enumerable.Range(0, g["hb_joints"].Shape[1]).Select(j => new Keypoint(
            g["hb_joints"][i, j, 0],
            g["hb_joints"][i, j, 1],
            g["hb_vis"][i, j, 0] > 0 ? Visibility.Visible : Visibility.Unlabelled)),
    ];

    private static Affine2 Map(GoldenTensor t, int i) => new(t[i, 0, 0], t[i, 0, 1], t[i, 0, 2], t[i, 1, 0], t[i, 1, 1], t[i, 1, 2]);

    private static Point2 PointAt(GoldenTensor t, int i, int p) => new(t[i, p, 0], t[i, p, 1]);

    // The reference rounds its three points to float32 before it solves: hence the wide tolerance on the offsets.
    private static void AssertMap(GoldenTensor expected, int i, Affine2 actual)
    {
        double[] values = [actual.M11, actual.M12, actual.M13, actual.M21, actual.M22, actual.M23];
        for (var e = 0; e < 6; e++)
            Assert.Equal(expected[i, e / 3, e % 3], values[e], e % 3 == 2 ? 5e-3 : 2e-5);
    }

    private static void AssertRelative(double expected, double actual, double tolerance) =>
        Assert.Equal(expected, actual, tolerance * Math.Max(1, Math.Abs(expected)));
}
