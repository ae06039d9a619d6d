using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Heatmaps;
using LeanPose.Learning.Views;
using LeanPose.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Views;

/// <summary>Invariants 4 to 7 and 24 of the specification.</summary>
public sealed class HardViewTests
{
    private const int Width = 48;
    private const int Height = 64;

    private static HardView One(double degrees, double scale, double aspect = 1) => new([HardView.Theta(degrees, scale, aspect)], CPU);

    [Theory]
    [InlineData(30, 1.25, 192, 256, 120, 60, 132.7241, 93.8013)]
    [InlineData(30, 1.25, 48, 64, 30, 15, 32.9533, 23.5351)]
    [InlineData(-60, 0.75, 192, 256, 120, 60, 53.3766, 44.7798)]
    [InlineData(-60, 0.75, 48, 64, 30, 15, 13.5439, 10.4926)]
    public void Points_move_by_the_inverse_of_theta(double degrees, double scale, int width, int height, double x, double y, double hardX, double hardY)
    {
        var (u, v) = One(degrees, scale).Forward(0, x, y, width, height);
        Assert.Equal(hardX, u, 1e-4);
        Assert.Equal(hardY, v, 1e-4);
    }

    [Fact]
    public void Theta_by_its_formula()
    {
        double[] expected = [1.0825318, 0.625, 0, -0.625, 1.0825318, 0];
        var theta = HardView.Theta(30, 1.25);
        for (var k = 0; k < 6; k++)
            Assert.Equal(expected[k], theta[k], 1e-7);
    }

    [Theory]
    [InlineData(192, 256)]
    [InlineData(48, 64)]
    [InlineData(7, 5)]
    public void No_turn_and_no_zoom_is_the_identity(int width, int height)
    {
        using var scope = NewDisposeScope();
        var maps = randn(1, 2, height, width);
        Assert.True(One(0, 1).Warp(maps).allclose(maps, rtol: 0, atol: 1e-4));
    }

    [Fact]
    public void Outside_is_zero()
    {
        using var scope = NewDisposeScope();
        var warped = One(0, 1.25).Warp(ones(1, 1, 20, 20));
        Assert.Equal(0, warped[0, 0, 0, 0].item<float>());
        Assert.Equal(1, warped[0, 0, 10, 10].item<float>());
    }

    [Fact]
    public void Gaussians_follow_their_points_and_come_back()
    {
        const int Count = 40;
        for (var round = 0; round < 8; round++)
        {
            using var scope = NewDisposeScope();
            var view = HardView.Draw(new HardViewOptions(), Count, (double)Width / Height, seed: 3, round, CPU);
            var points = Enumerable.Range(0, Count).Select(i => Inside(view, i, round)).ToArray();
            var maps = new float[Count * Width * Height];
            var codec = new HeatmapCodec(Width * 4, Height * 4, Width, Height, 2);
            for (var i = 0; i < Count; i++)
                codec.Encode([new Keypoint(points[i].X * 4, points[i].Y * 4, Visibility.Visible)], maps.AsSpan(i * Width * Height, Width * Height), new float[1]);

            var hard = view.Warp(tensor(maps, [Count, 1, Height, Width]));
            var back = new HardView([.. view.Thetas.Select(Inverse)], CPU).Warp(hard);
            float[] hardMaps = Close.Values(hard), backMaps = Close.Values(back);
            for (var i = 0; i < Count; i++)
            {
                var what = $"round {round}, picture {i}, point {points[i]}";
                var (x, y) = view.Forward(i, points[i].X, points[i].Y, Width, Height);
                var there = HeatmapPeak.Of(hardMaps.AsSpan(i * Width * Height, Width * Height), Width);
                // Half a cell for rounding, and a little for the resampled flank of an anisotropic warp.
                Assert.True(Math.Abs(there.X - x) <= 0.7 && Math.Abs(there.Y - y) <= 0.7, $"{what}: peak {there}, expected ({x:0.00}, {y:0.00})");
                Assert.True(there.Value >= 0.85, $"{what}: maximum {there.Value}");

                var backMap = backMaps.AsSpan(i * Width * Height, Width * Height);
                var again = HeatmapPeak.Of(backMap, Width);
                Assert.True(Math.Abs(again.X - points[i].X) <= 1 && Math.Abs(again.Y - points[i].Y) <= 1, $"{what}: came back to {again}");
                var decoded = new ScoredPoint[1];
                codec.Decode(backMap, Decoder.QuarterOffset, decoded);
                Assert.True(Math.Abs(decoded[0].X - points[i].X) <= 0.8 && Math.Abs(decoded[0].Y - points[i].Y) <= 0.8, $"{what}: decoded {decoded[0]}");
            }
        }
    }

    [Fact]
    public void With_udp_a_heatmap_goes_exactly_where_its_crop_goes()
    {
        using var scope = NewDisposeScope();
        var codec = new HeatmapCodec(Width * 4, Height * 4, Width, Height, 2, CropRule.Udp);
        var view = HardView.Draw(new HardViewOptions(), 20, (double)Width / Height, seed: 5, step: 1, CPU, CropRule.Udp);
        var maps = new float[20 * Width * Height];
        for (var i = 0; i < 20; i++)
            codec.Encode([new Keypoint(90.3 + i, 120.7 - i, Visibility.Visible)], maps.AsSpan(i * Width * Height, Width * Height), new float[1]);
        var hard = Close.Values(view.Warp(tensor(maps, [20, 1, Height, Width])));
        for (var i = 0; i < 20; i++)
        {
            var crop = view.Forward(i, 90.3 + i, 120.7 - i, Width * 4, Height * 4);
            var cell = view.Forward(i, (90.3 + i) / codec.StrideX, (120.7 - i) / codec.StrideY, Width, Height);
            Assert.Equal(crop.X, cell.X * codec.StrideX, 1e-6);
            Assert.Equal(crop.Y, cell.Y * codec.StrideY, 1e-6);
            var there = HeatmapPeak.Of(hard.AsSpan(i * Width * Height, Width * Height), Width);
            Assert.True(Math.Abs(there.X - cell.X) <= 0.7 && Math.Abs(there.Y - cell.Y) <= 0.7, $"picture {i}: peak {there}, expected {cell}");
        }
    }

    private static (int X, int Y) Inside(HardView view, int picture, int round)
    {
        var random = KeyedRandom.For(11, "point", round, picture);
        while (true)
        {
            int x = 8 + random.NextInt(Width - 16), y = 8 + random.NextInt(Height - 16);
            var (u, v) = view.Forward(picture, x, y, Width, Height);
            if (u >= 8 && u < Width - 8 && v >= 8 && v < Height - 8)
                return (x, y);
        }
    }

    private static double[] Inverse(double[] t)
    {
        var det = (t[0] * t[4]) - (t[1] * t[3]);
        return [t[4] / det, -t[1] / det, 0, -t[3] / det, t[0] / det, 0];
    }

    [Theory]
    [InlineData(200, 200, false, true)]
    [InlineData(192, 256, true, true)]
    [InlineData(192, 256, false, false)]
    public void Angles_and_lengths(int width, int height, bool isotropic, bool similarity)
    {
        const double Scale = 0.8;
        var view = One(50, Scale, isotropic ? (double)width / height : 1);
        (double X, double Y) At(double x, double y) => view.Forward(0, x, y, width, height);
        var (o, a, b) = (At(60, 70), At(90, 70), At(60, 110));
        double ax = a.X - o.X, ay = a.Y - o.Y, bx = b.X - o.X, by = b.Y - o.Y;
        var same = Math.Abs((ax * bx) + (ay * by)) < 1e-6
            && Math.Abs(Math.Sqrt((ax * ax) + (ay * ay)) - (30 / Scale)) < 1e-6
            && Math.Abs(Math.Sqrt((bx * bx) + (by * by)) - (40 / Scale)) < 1e-6;
        Assert.Equal(similarity, same);
    }

    [Fact]
    public void Draws_have_their_distribution()
    {
        const int Count = 50_000;
        var thetas = HardView.Draw(new HardViewOptions(), Count, 0.75, seed: 1, step: 0, CPU).Thetas;
        var scales = thetas.Select(t => Math.Sqrt((t[0] * t[0]) + (t[1] * t[1]))).ToArray();
        var angles = thetas.Select(t => Math.Atan2(t[1], t[0]) * 180 / Math.PI).ToArray();
        Assert.All(scales, s => Assert.InRange(s, 0.75 - 1e-9, 1.25 + 1e-9));
        Assert.All(angles, a => Assert.InRange(a, -60 - 1e-9, 60 + 1e-9));
        Assert.Equal(0.2, Share(angles, a => a == 0), 0.01);
        Assert.Equal(0.1587, Share(scales, s => s < 0.75 + 1e-9), 0.01);
        Assert.Equal(0.1587, Share(scales, s => s > 1.25 - 1e-9), 0.01);
        Assert.Equal(0.8 * 0.0228, Share(angles, a => a > 60 - 1e-9), 0.004);
        Assert.Equal(0.4, Share(angles, a => a > 0), 0.01);

        static double Share(double[] values, Func<double, bool> which) => values.Count(which) / (double)values.Length;
    }

    [Fact]
    public void Draws_follow_the_seed_and_the_step()
    {
        double[][] Thetas(long seed, long step) => [.. HardView.Draw(new HardViewOptions(), 3, 1, seed, step, CPU).Thetas];
        Assert.Equal(Thetas(1, 7), Thetas(1, 7));
        Assert.NotEqual(Thetas(1, 7), Thetas(1, 8));
        Assert.NotEqual(Thetas(1, 7), Thetas(2, 7));
    }

    [Fact]
    public void Another_batch_is_refused()
    {
        using var scope = NewDisposeScope();
        var problem = Assert.Throws<ArgumentException>(() => One(0, 1).Warp(zeros(2, 3, 8, 8)));
        Assert.Equal("The hard view holds 1 pictures; it was given 2×3×8×8.", problem.Message);
    }
}
