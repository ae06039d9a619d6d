using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Geometry;
using LeanPose.Heatmaps;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Heatmaps;

[Trait("Category", "Golden")]
public class HeatmapGoldenTests
{
    [Fact]
    public void Targets_equal_the_published_code()
    {
        var golden = GoldenTensors.Open("targets.safetensors");
        var groups = golden.Names.Where(n => n.EndsWith(".target", StringComparison.Ordinal)).Select(n => n[..^".target".Length]).ToList();
        Assert.NotEmpty(groups);
        foreach (var group in groups)
        {
            var size = golden[group + ".params_W_H_hmW_hmH_sigma"].Values;
            var codec = new HeatmapCodec((int)size[0], (int)size[1], (int)size[2], (int)size[3], size[4]);
            GoldenTensor joints = golden[group + ".joints_xy"], visible = golden[group + ".visible"];
            int batch = joints.Shape[0], count = joints.Shape[1];
            var target = new float[batch * count * codec.Width * codec.Height];
            var weights = new float[batch * count];
            codec.Encode(Keypoints(joints, visible), target, weights);
            Assert.Equal(golden[group + ".target_weight"].Floats, weights);
            Close(golden[group + ".target"].Values, target, 1e-6, group);
        }
    }

    [Fact]
    public void Peaks_equal_the_published_code()
    {
        var (golden, maps, codec, joints) = OpenDecode();
        var points = Decode(codec, maps, Decoder.ArgMax);
        Assert.Equal(golden["argmax_xy"].Values, Flat(points));
        Assert.Equal(golden["maxval"].Values, points.Select(p => p.Score));

        var cells = codec.Width * codec.Height;
        var unmasked = Enumerable.Range(0, points.Length)
            .Select(j => HeatmapPeak.Of(maps.AsSpan(j * cells, cells), codec.Width))
            .SelectMany(p => new double[] { p.X, p.Y });
        Assert.Equal(golden["argmax_xy_unmasked"].Values, unmasked);
        Assert.Equal(0, points.Length % joints);
    }

    [Theory]
    [InlineData(Decoder.ArgMax, "final_preds_plain", 5e-3)]
    [InlineData(Decoder.QuarterOffset, "final_preds_shift", 5e-3)]
    [InlineData(Decoder.Dark, "final_preds_dark_items", 2e-2)]
    public void Positions_in_the_image_equal_the_published_code(Decoder decoder, string key, double tolerance)
    {
        var (golden, maps, codec, joints) = OpenDecode();
        var name = golden.Names.Single(n => n.StartsWith(key, StringComparison.Ordinal));
        // "..._items1to2" holds a range of the items only.
        var range = name[key.Length..].Split("to");
        var (first, last) = range.Length == 2 ? (int.Parse(range[0]), int.Parse(range[1])) : (0, golden["center"].Shape[0] - 1);

        var points = Decode(codec, maps, decoder);
        for (var item = first; item <= last; item++)
        {
            var frame = new PersonFrame(new(golden["center"][item, 0], golden["center"][item, 1]), golden["scale"][item, 0], golden["scale"][item, 1]);
            var own = points.AsSpan(item * joints, joints);
            codec.ToImage(own, frame, own, golden["rot_deg"][item]);
            var expected = golden[name].Values.AsSpan((item - first) * joints * 2, joints * 2).ToArray();
            Close(expected, Flat(own.ToArray()), tolerance, $"{name} item {item}");
        }
    }

    [Theory]
    [InlineData(FlipShift.None, "merged_no_shift")]
    [InlineData(FlipShift.OneCell, "merged_shift1")]
    [InlineData(FlipShift.Subpixel, "merged_subpixel")]
    public void Flip_test_equals_the_published_code(FlipShift shift, string key)
    {
        var (golden, maps, codec, joints) = OpenDecode();
        var pairs = golden["flip_pairs"];
        var skeleton = new Skeleton("golden", Enumerable.Range(0, joints).Select(j => $"k{j}"), [], Enumerable.Repeat(0.1, joints),
            Enumerable.Range(0, pairs.Shape[0]).Select(i => ((int)pairs[i, 0], (int)pairs[i, 1])));
        var mirrored = golden["heatmaps_of_flipped_image"].Floats;
        var back = new float[mirrored.Length];
        var item = joints * codec.Width * codec.Height;
        for (var at = 0; at < back.Length; at += item)
            codec.FlipBack(mirrored.AsSpan(at, item), skeleton, back.AsSpan(at, item));
        Assert.Equal(golden["flipped_back"].Floats, back);

        codec.MergeFlipped(maps, back, shift);
        Close(golden[key].Values, maps, 1e-6, key);
    }

    [Fact]
    public void Training_accuracy_equals_the_published_code()
    {
        var golden = GoldenTensors.Open("decode.safetensors");
        var predicted = golden["pck_pred_heatmaps"];
        var accuracy = HeatmapAccuracy.Measure(predicted.Floats, golden["pck_target_heatmaps"].Floats, predicted.Shape[1], predicted.Shape[3], predicted.Shape[2]);
        var expected = golden["pck_per_joint_after_mean"].Values;
        Assert.Equal(golden["pck_mean"].Values[0], accuracy.Mean, 1e-9);
        Assert.Equal((int)golden["pck_count"].Values[0], accuracy.MeasuredJoints);
        Assert.Equal(expected[0], accuracy.Mean, 1e-9);
        for (var j = 0; j < accuracy.PerJoint.Length; j++)
            Assert.Equal(expected[j + 1], accuracy.PerJoint[j] ?? -1, 1e-9);
    }

    private static (GoldenTensors Golden, float[] Maps, HeatmapCodec Codec, int Joints) OpenDecode()
    {
        var golden = GoldenTensors.Open("decode.safetensors");
        var maps = golden["heatmaps"];
        int h = maps.Shape[2], w = maps.Shape[3];
        return (golden, maps.Floats, new HeatmapCodec(4 * w, 4 * h, w, h, 2), maps.Shape[1]);
    }

    private static ScoredPoint[] Decode(HeatmapCodec codec, float[] maps, Decoder decoder)
    {
        var points = new ScoredPoint[maps.Length / (codec.Width * codec.Height)];
        codec.Decode(maps, decoder, points);
        return points;
    }

    private static Keypoint[] Keypoints(GoldenTensor xy, GoldenTensor visible) =>
        [.. Enumerable.Range(0, visible.Count).Select(i => new Keypoint(xy.Values[2 * i], xy.Values[(2 * i) + 1], visible.Values[i] > 0.5 ? Visibility.Visible : Visibility.Unlabelled))];

    private static double[] Flat(ScoredPoint[] points) => [.. points.SelectMany(p => new[] { p.X, p.Y })];

    private static void Close(double[] expected, float[] actual, double tolerance, string what) => Close(expected, Array.ConvertAll(actual, v => (double)v), tolerance, what);

    private static void Close(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{what}[{i}]: expected {expected[i]:R}, got {actual[i]:R}");
    }
}
