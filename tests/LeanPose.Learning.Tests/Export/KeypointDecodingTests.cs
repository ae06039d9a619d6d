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
    private static readonly Dictionary<(HeatmapCodec, Decoder), byte[]> s_models = [];

    public static TheoryData<Decoder> Decoders => [.. Enum.GetValues<Decoder>()];

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Every_single_peak_with_every_neighbourhood(Decoder decoder)
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

        Same([.. maps], decoder);
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Maps_without_a_positive_maximum_and_flat_maps(Decoder decoder)
    {
        float[] levels = [0, -1, -1e-30f, 1e-30f, 3, float.NegativeZero];
        Same([.. levels.SelectMany(v => Enumerable.Repeat(v, Width * Height))], decoder);

        // Below 0 with a single maximum inside.
        var map = Enumerable.Repeat(-2f, Width * Height).ToArray();
        map[(4 * Width) + 3] = -1;
        Same(map, decoder);
    }

    // Few levels make equal maxima and equal neighbours frequent.
    [Theory]
    [MemberData(nameof(Decoders))]
    public void Random_maps_with_many_ties(Decoder decoder) =>
        Gen.Int[-2, 3].Select(v => v * 0.3f).Array[Width * Height * 4].Sample(maps => Same(maps, decoder), iter: 100);

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Random_maps(Decoder decoder) =>
        Gen.Float[-0.2f, 1].Array[Width * Height * 4].Sample(maps => Same(maps, decoder), iter: 100);

    // As a trained network gives them: one bump, anywhere and of any height, and some noise.
    [Theory]
    [MemberData(nameof(Decoders))]
    public void Gaussians_between_cells_and_at_the_border(Decoder decoder)
    {
        var codec = new HeatmapCodec(96, 128, 24, 32, 2);
        Gen.Select(Gen.Double[-1, 24], Gen.Double[-1, 32], Gen.Float[0.05f, 2], Gen.Float[0, 0.02f].Array[24 * 32]).Sample(
            (x, y, height, noise) =>
            {
                var map = noise.Select((n, i) => n + (height * (float)Math.Exp(-(Math.Pow((i % 24) - x, 2) + Math.Pow((i / 24) - y, 2)) / 8))).ToArray();
                Same(map, decoder, codec);
            },
            iter: 200);
    }

    private static void Same(float[] maps, Decoder decoder, HeatmapCodec? codec = null)
    {
        codec ??= s_codec;
        var cells = codec.Width * codec.Height;
        var count = maps.Length / cells;
        var expected = new ScoredPoint[count];
        codec.Decode(maps, decoder, expected);
        var (actual, shape) = OnnxModel.Run(Model(codec, decoder), maps, count, 1, codec.Height, codec.Width);
        Assert.Equal([count, 1, 3], shape);
        for (var j = 0; j < count; j++)
        {
            var found = new ScoredPoint(actual[3 * j] / 4, actual[(3 * j) + 1] / 4, actual[(3 * j) + 2]);
            Assert.Equal(expected[j].Score, found.Score);
            if (decoder is Decoder.ArgMax or Decoder.QuarterOffset)
                Assert.Equal(expected[j], found);

            // A Newton step grows without bound where the curvature is near 0, and so does what float32 rounds off.
            var peak = HeatmapPeak.Of(maps.AsSpan(j * cells, cells), codec.Width);
            var step = peak.Value > 0 ? Math.Max(Math.Abs(expected[j].X - peak.X), Math.Abs(expected[j].Y - peak.Y)) : 0;
            var allowed = decoder == Decoder.Dark ? 1e-3 * Math.Max(1, step * step) : 1e-4;
            Assert.Equal(expected[j].X, found.X, allowed);
            Assert.Equal(expected[j].Y, found.Y, allowed);
        }
    }

    private static byte[] Model(HeatmapCodec codec, Decoder decoder)
    {
        lock (s_models)
        {
            if (s_models.TryGetValue((codec, decoder), out var made))
                return made;
            var graph = new OnnxGraph();
            var heatmaps = graph.Input("heatmaps", OnnxMessages.ElementType.Float, 1, codec.Height, codec.Width);
            graph.Output("keypoints", KeypointDecoding.Emit(graph, heatmaps, codec, decoder), 1, 3);
            return s_models[(codec, decoder)] = graph.ToModel("decoding", "0", []).ToBytes();
        }
    }
}
