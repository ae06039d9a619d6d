using LeanPose.Datasets;
using LeanPose.Heatmaps;
using Xunit;

namespace LeanPose.Tests.Heatmaps;

public sealed class SecondPeakTests
{
    private static readonly HeatmapCodec Codec = new(96, 128, 24, 32, 1.5);

    private static float[] Map(params (double X, double Y, float Height)[] bumps)
    {
        var map = new float[24 * 32];
        foreach (var (x, y, height) in bumps)
        {
            var one = new float[map.Length];
            Codec.Encode([new Keypoint(4 * x, 4 * y, Visibility.Visible)], one, new float[1]);
            for (var i = 0; i < map.Length; i++)
                map[i] = Math.Max(map[i], height * one[i]);
        }

        return map;
    }

    [Theory]
    [InlineData(20, 5)]
    [InlineData(0, 31)]
    [InlineData(23, 0)]
    public void The_lower_of_two_bumps_is_the_second_place(int x, int y)
    {
        var map = Map((8, 16, 0.9f), (x, y, 0.4f));
        Assert.Equal(new HeatmapPeak(x, y, 0.4f), HeatmapPeak.SecondOf(map, 24, HeatmapPeak.Of(map, 24), 3));
    }

    [Fact]
    public void The_slope_of_the_only_bump_is_no_place_of_its_own()
    {
        var map = Map((8, 16, 0.9f));
        Assert.Null(HeatmapPeak.SecondOf(map, 24, HeatmapPeak.Of(map, 24), 3));
        Assert.Null(HeatmapPeak.SecondOf(new float[24 * 32], 24, default, 3));
    }
}
