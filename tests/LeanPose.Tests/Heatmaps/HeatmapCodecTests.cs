using CsCheck;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Heatmaps;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Tests.Heatmaps;

public class HeatmapCodecTests
{
    private static readonly HeatmapCodec s_codec = new(192, 256, 48, 64, 2);
    private static readonly HeatmapCodec s_unbiased = new(192, 256, 48, 64, 2, CropRule.Udp);

    [Fact]
    public void A_target_is_the_gaussian_of_the_specification()
    {
        var (map, weight) = Encode(s_codec, 100, 120);
        Assert.Equal(1, weight);
        double[] expected = [1, 0.882497, 0.606531, 0.324652, 0.135335, 0.043937, 0.011109];
        for (var d = 0; d <= 6; d++)
        {
            foreach (var at in new[] { (25 + d, 30), (25 - d, 30), (25, 30 + d), (25, 30 - d) })
                Assert.Equal(expected[d], map[(at.Item2 * 48) + at.Item1], 1e-6);
        }

        Assert.Equal(0, map[(30 * 48) + 25 + 7]);
        Assert.Equal(25.081291, map.Sum(v => (double)v), 1e-5);
    }

    [Theory]
    [InlineData(1000, 10)]
    [InlineData(10, -1000)]
    [InlineData(double.NaN, 10)]
    [InlineData(1e300, 10)]
    [InlineData(-1e300, -1e300)]
    public void A_keypoint_far_outside_has_no_target_and_no_weight(double x, double y)
    {
        var (map, weight) = Encode(s_codec, x, y);
        Assert.Equal(0, weight);
        Assert.All(map, v => Assert.Equal(0, v));
    }

    [Fact]
    public void An_unlabelled_keypoint_has_no_target_and_no_weight()
    {
        var map = Enumerable.Repeat(7f, 48 * 64).ToArray();
        float[] weight = [7];
        s_codec.Encode([new Keypoint(100, 120, Visibility.Unlabelled)], map, weight);
        Assert.Equal(0, weight[0]);
        Assert.All(map, v => Assert.Equal(0, v));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1.99, 0)]
    [InlineData(2, 1)]
    [InlineData(-2, 0)] // truncation is toward zero: floor would say -1 for all below -2
    [InlineData(-5.9, 0)]
    [InlineData(-6, -1)]
    public void The_centre_truncates_toward_zero(double x, int cell) => Assert.Equal(cell, s_codec.Centre(x, 0).X);

    [Fact]
    public void Decoding_a_target_gives_the_keypoint_back_within_three_quarters_of_a_cell() =>
        Gen.Select(Gen.Double[0, 188], Gen.Double[0, 252], Gen.Enum<Decoder>()).Sample((x, y, decoder) =>
        {
            // DARK smooths with zeros outside, which pushes peaks near the border inwards by up to a cell.
            if (decoder == Decoder.Dark)
                (x, y) = (32 + (x * 0.65), 32 + (y * 0.75));
            var (map, _) = Encode(s_codec, x, y);
            var point = Decode(s_codec, map, decoder);
            Assert.True(new Point2(point.X - (x / 4), point.Y - (y / 4)).Length <= 0.75);
            var peak = HeatmapPeak.Of(map, 48);
            Assert.Equal(s_codec.Centre(x, y), (peak.X, peak.Y));
            Assert.Equal(1, point.Score);
        });

    [Fact]
    public void Decoding_and_mapping_back_stays_within_three_quarters_of_a_cell_in_the_image() =>
        Gen.Select(Gen.Double[0.05, 0.9], Gen.Double[0.05, 0.9], Gen.Double[20, 400], Gen.Double[20, 400]).Sample((u, v, w, h) =>
        {
            var frame = PersonFrame.FromBox(new(30, 40, w, h), 192.0 / 256);
            var crop = new Point2(u * 192, v * 256);
            var truth = frame.ToCrop(0, 192, 256).Inverse().Apply(crop);
            var point = new ScoredPoint[1];
            s_codec.Decode(Encode(s_codec, crop.X, crop.Y).Map, Decoder.QuarterOffset, point);
            s_codec.ToImage(point, frame, point);
            var imagePixelsPerCell = frame.ScaleX * 200 / 48;
            Assert.True((new Point2(point[0].X, point[0].Y) - truth).Length <= 0.75 * imagePixelsPerCell);
        });

    [Fact]
    public void Dark_finds_the_centre_of_a_gaussian_between_cells() =>
        Gen.Select(Gen.Double[12, 35], Gen.Double[12, 50]).Sample((x, y) =>
        {
            var point = Decode(s_codec, Gaussian(x, y), Decoder.Dark);
            Assert.True(new Point2(point.X - x, point.Y - y).Length < 0.03, $"({x}, {y}) read as ({point.X}, {point.Y})");
        });

    [Fact]
    public void Soft_arg_max_finds_the_centre_of_a_gaussian_between_cells() =>
        Gen.Select(Gen.Double[12, 35], Gen.Double[12, 50], Gen.Double[1.8, 4], Gen.Float[0.01f, 5]).Sample((x, y, sigma, height) =>
        {
            var codec = new HeatmapCodec(192, 256, 48, 64, sigma);
            var map = Gaussian(x, y, sigma).Select(v => v * height).ToArray();
            var point = Decode(codec, map, Decoder.SoftArgMax);
            Assert.True(new Point2(point.X - x, point.Y - y).Length < 0.03, $"({x}, {y}) of σ {sigma} read as ({point.X}, {point.Y})");
        });

    [Fact]
    public void Soft_arg_max_moves_with_the_map_and_turns_with_its_mirror_image() =>
        Gen.Select(Gen.Float[-0.2f, 0.8f].Array[11 * 11], Gen.Int[-8, 8], Gen.Int[-8, 8]).Sample((patch, dx, dy) =>
        {
            patch[60] = 1; // the middle
            var straight = Read(24 + dx, 32 + dy, patch);
            var reference = Read(24, 32, patch);
            Assert.Equal((reference.X + dx, reference.Y + dy), (straight.X, straight.Y), new Tolerance(1e-9));
            var mirrored = Read(24, 32, [.. Enumerable.Range(0, 121).Select(i => patch[(i / 11 * 11) + 10 - (i % 11)])]);
            Assert.Equal((48 - reference.X, reference.Y), (mirrored.X, mirrored.Y), new Tolerance(1e-9));
            Assert.InRange(Math.Abs(reference.X - 24), 0, 3);

            static ScoredPoint Read(int x, int y, float[] patch)
            {
                var map = new float[48 * 64];
                for (var i = 0; i < patch.Length; i++)
                    map[((y + (i / 11) - 5) * 48) + x + (i % 11) - 5] = patch[i];
                return Decode(s_codec, map, Decoder.SoftArgMax);
            }
        });

    [Fact]
    public void Soft_arg_max_does_not_look_beyond_its_window_nor_lean_at_the_border()
    {
        var map = Gaussian(20, 30);
        var alone = Decode(s_codec, map, Decoder.SoftArgMax);
        map[(30 * 48) + 26] = 0.99f;
        Assert.Equal(alone, Decode(s_codec, map, Decoder.SoftArgMax));
        foreach (var (x, y) in new[] { (0, 0), (47, 63), (0, 30), (20, 63), (1, 1), (46, 2) })
        {
            var point = Decode(s_codec, Gaussian(x, y), Decoder.SoftArgMax);
            Assert.Equal((x, y), (point.X, point.Y), new Tolerance(1e-6));
        }
    }

    [Fact]
    public void The_quarter_offset_is_never_worse_than_the_maximum_by_more_than_rounding() =>
        Gen.Select(Gen.Double[4, 43], Gen.Double[4, 59]).Sample((x, y) =>
        {
            var map = Gaussian(x, y);
            ScoredPoint plain = Decode(s_codec, map, Decoder.ArgMax), shifted = Decode(s_codec, map, Decoder.QuarterOffset);
            Assert.True(Math.Abs(plain.X - x) <= 0.5 + 1e-6 && Math.Abs(plain.Y - y) <= 0.5 + 1e-6);
            Assert.True(Math.Abs(shifted.X - x) <= 0.25 + 1e-6 && Math.Abs(shifted.Y - y) <= 0.25 + 1e-6);
        });

    [Fact]
    public void The_peak_is_the_first_maximum_in_row_major_order() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 20], Gen.Int[-3, 3].Array[800]).Sample((width, height, levels) =>
        {
            var map = levels.Take(width * height).Select(v => (float)v).ToArray();
            var first = Array.IndexOf(map, map.Max());
            Assert.Equal(new HeatmapPeak(first % width, first / width, map.Max()), HeatmapPeak.Of(map, width));
        });

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    public void A_map_without_a_positive_maximum_is_read_as_the_origin(float level)
    {
        foreach (var decoder in Enum.GetValues<Decoder>())
        {
            var point = Decode(s_codec, [.. Enumerable.Repeat(level, 48 * 64)], decoder);
            Assert.Equal((0, 0), (point.X, point.Y));
        }
    }

    [Fact]
    public void Flipping_back_twice_changes_nothing() =>
        Gen.Float[-1, 1].Array[17 * 6].Sample(maps =>
        {
            var codec = new HeatmapCodec(12, 8, 3, 2, 1);
            float[] once = new float[maps.Length], twice = new float[maps.Length];
            codec.FlipBack(maps, KnownSkeletons.Coco17, once);
            codec.FlipBack(once, KnownSkeletons.Coco17, twice);
            Assert.Equal(maps, twice);
        });

    [Fact]
    public void The_flip_test_of_a_symmetric_prediction_changes_nothing_but_the_shift() =>
        Gen.Float[0, 1].Array[17 * 6].Sample(maps =>
        {
            // Averaging a prediction with its own mirror image makes it symmetric.
            var codec = new HeatmapCodec(12, 8, 3, 2, 1);
            var mirror = new float[maps.Length];
            codec.FlipBack(maps, KnownSkeletons.Coco17, mirror);
            codec.MergeFlipped(maps, mirror, FlipShift.None);
            codec.FlipBack(maps, KnownSkeletons.Coco17, mirror);
            Assert.Equal(maps, mirror);

            float[] unshifted = [.. maps], shifted = [.. maps];
            codec.MergeFlipped(unshifted, mirror, FlipShift.None);
            codec.MergeFlipped(shifted, mirror, FlipShift.OneCell);
            Assert.Equal(maps, unshifted);
            for (var i = 0; i < maps.Length; i++)
                Assert.Equal(i % 3 == 0 ? maps[i] : 0.5f * (maps[i] + maps[i - 1]), shifted[i]);
        });

    [Fact]
    public void With_udp_encoding_and_decoding_give_the_keypoint_back_between_cells() =>
        Gen.Select(Gen.Double[40, 150], Gen.Double[40, 210], Gen.Bool.Select(dark => dark ? Decoder.Dark : Decoder.SoftArgMax)).Sample((x, y, decoder) =>
        {
            var point = Decode(s_unbiased, Encode(s_unbiased, x, y).Map, decoder);
            Assert.Equal((x, y), (point.X * s_unbiased.StrideX, point.Y * s_unbiased.StrideY), new Tolerance(0.15));

            // The usual target knows the nearest cell alone.
            var (cx, cy) = s_codec.Centre(x, y);
            var usual = Decode(s_codec, Encode(s_codec, x, y).Map, decoder);
            Assert.Equal((cx, cy), (usual.X, usual.Y), new Tolerance(0.01));
        });

    [Fact]
    public void With_udp_the_heatmaps_of_a_mirrored_crop_fit_without_a_shift() =>
        Gen.Select(Gen.Double[0, 191], Gen.Double[0, 255]).Sample((x, y) =>
        {
            Assert.Equal((FlipShift.None, 0.0), (s_unbiased.FlipShift, s_unbiased.MirrorShift));
            Assert.Equal((FlipShift.OneCell, 0.75), (s_codec.FlipShift, s_codec.MirrorShift));
            var one = new Skeleton("one", ["nose"], [], [0.026]);
            var back = new float[48 * 64];
            s_unbiased.FlipBack(Encode(s_unbiased, 191 - x, y).Map, one, back);
            var map = Encode(s_unbiased, x, y).Map;
            for (var i = 0; i < map.Length; i++)
            {
                // The patch is cut off about the nearest cell, which at a half is another one in the mirror.
                if (map[i] > 0.03 || back[i] > 0.03)
                    Assert.Equal(map[i], back[i], 1e-6);
            }
        });

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => s_codec.Decode(new float[48 * 64], Decoder.ArgMax, new ScoredPoint[2]));
        Assert.Throws<ArgumentException>(() => s_codec.Encode([default], new float[48], new float[1]));
        Assert.Throws<ArgumentException>(() => s_codec.Encode([default], new float[48 * 64], new float[2]));
        Assert.Throws<ArgumentException>(() => s_codec.ToImage(new ScoredPoint[1], default, new ScoredPoint[2]));
        Assert.Throws<ArgumentException>(() => s_codec.MergeFlipped(new float[48 * 64], new float[48 * 32], FlipShift.None));
        Assert.Throws<ArgumentException>(() => new HeatmapCodec(192, 256, 48, 0, 2));
        Assert.Throws<ArgumentException>(() => new HeatmapCodec(192, 256, 48, 64, double.NaN));
        Assert.Throws<ArgumentException>(() => new HeatmapCodec(192, 256, 1, 64, 2, CropRule.Udp));
    }

    private static (float[] Map, float Weight) Encode(HeatmapCodec codec, double x, double y)
    {
        float[] map = new float[codec.Width * codec.Height], weight = new float[1];
        codec.Encode([new Keypoint(x, y, Visibility.Visible)], map, weight);
        return (map, weight[0]);
    }

    private static ScoredPoint Decode(HeatmapCodec codec, float[] map, Decoder decoder)
    {
        var point = new ScoredPoint[1];
        codec.Decode(map, decoder, point);
        return point[0];
    }

    private static float[] Gaussian(double x, double y, double sigma = 2) =>
        [.. Enumerable.Range(0, 48 * 64).Select(i => (float)Math.Exp(-(Math.Pow((i % 48) - x, 2) + Math.Pow((i / 48) - y, 2)) / (2 * sigma * sigma)))];

    private sealed class Tolerance(double allowed) : IEqualityComparer<(double X, double Y)>
    {
        public bool Equals((double X, double Y) a, (double X, double Y) b) => Math.Abs(a.X - b.X) <= allowed && Math.Abs(a.Y - b.Y) <= allowed;

        public int GetHashCode((double X, double Y) point) => 0;
    }
}
