using BenchmarkDotNet.Attributes;
using LeanPose.Datasets;
using LeanPose.Heatmaps;

namespace LeanPose.Benchmarks;

/// <summary>Encoding and decoding the 17 heatmaps (48×64) of one crop of 192×256.</summary>
[Config(typeof(InProcess))]
public class HeatmapCodecBenchmarks
{
    private const int Joints = 17;
    private readonly HeatmapCodec _codec = new(192, 256, 48, 64, 2);
    private readonly Keypoint[] _keypoints = new Keypoint[Joints];
    private readonly float[] _maps = new float[Joints * 48 * 64];
    private readonly float[] _weights = new float[Joints];
    private readonly ScoredPoint[] _points = new ScoredPoint[Joints];

    /// <summary>How keypoints are read off.</summary>
    [ParamsAllValues]
    public Decoder Decoder { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (var j = 0; j < Joints; j++)
            _keypoints[j] = new Keypoint(random.Next(192), random.Next(256), Visibility.Visible);
        Encode();
    }

    [Benchmark]
    public void Encode() => _codec.Encode(_keypoints, _maps, _weights);

    [Benchmark]
    public void Decode() => _codec.Decode(_maps, Decoder, _points);
}
