using CsCheck;
using LeanPose.Datasets;
using LeanPose.Heatmaps;
using LeanPose.Learning.Export;
using Xunit;

namespace LeanPose.Learning.Tests.Export;

public sealed class KeypointDecodingTests
{
    private const int Width = 6, Height = 8;
    private static readonly HeatmapCodec s_codec = new(4 * Width, 4 * Height, Width, Height, 2);
    private static readonly byte[] s_model = Model();

    [Fact]
    public void Every_single_peak_with_every_neighbourhood()
    {
        // 9 neighbourhoods a cell: left lower, equal or higher than right; above than below.
        var maps = new List<float>();
        for (var at = 0; at < Width * Height; at++)
        {
            for (var n = 0; n < 9; n++)
            {
                var map = new float[Width * Height];
                int x = at % Width, y = at / Width;
                Set(x - 1, y, 0.5f);
                Set(x + 1, y, 0.25f * (1 + (n % 3)));
                Set(x, y - 1, 0.5f);
                Set(x, y + 1, 0.25f * (1 + (n / 3)));
                map[at] = 1;
                maps.AddRange(map);

                void Set(int column, int row, float value)
                {
                    if (column is >= 0 and < Width && row is >= 0 and < Height)
                        map[(row * Width) + column] = value;
                }
            }
        }

        Same([.. maps]);
    }

    [Fact]
    public void Maps_without_a_positive_maximum_and_flat_maps()
    {
        float[] levels = [0, -1, -1e-30f, 1e-30f, 3, float.NegativeZero];
        Same([.. levels.SelectMany(v => Enumerable.Repeat(v, Width * Height))]);

        // Below 0 with a single maximum inside.
        var map = Enumerable.Repeat(-2f, Width * Height).ToArray();
        map[(4 * Width) + 3] = -1;
        Same(map);
    }

    // Few levels make equal maxima and equal neighbours frequent.
    [Fact]
    public void Random_maps_with_many_ties() =>
        Gen.Int[-2, 3].Select(v => v * 0.3f).Array[Width * Height * 4].Sample(Same, iter: 200);

    [Fact]
    public void Random_maps() =>
        Gen.Float[-0.2f, 1].Array[Width * Height * 4].Sample(Same, iter: 200);

    private static void Same(float[] maps)
    {
        var count = maps.Length / (Width * Height);
        var expected = new ScoredPoint[count];
        s_codec.Decode(maps, Decoder.QuarterOffset, expected);
        var (actual, shape) = OnnxModel.Run(s_model, maps, count, 1, Height, Width);
        Assert.Equal([count, 1, 3], shape);
        for (var j = 0; j < count; j++)
            Assert.Equal(new ScoredPoint(4 * expected[j].X, 4 * expected[j].Y, expected[j].Score), new ScoredPoint(actual[3 * j], actual[(3 * j) + 1], actual[(3 * j) + 2]));
    }

    private static byte[] Model()
    {
        var graph = new OnnxGraph();
        var heatmaps = graph.Input("heatmaps", OnnxMessages.ElementType.Float, 1, Height, Width);
        graph.Output("keypoints", KeypointDecoding.Emit(graph, heatmaps, Width, Height, 4, 4), 1, 3);
        return graph.ToModel("decoding", "0", []).ToBytes();
    }
}
