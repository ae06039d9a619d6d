using BenchmarkDotNet.Attributes;
using LeanPose.Learning.Methods.Consistency;
using LeanPose.Learning.Native;
using LeanPose.Learning.Views;
using static TorchSharp.torch;

namespace LeanPose.Benchmarks;

/// <summary>
/// What an SSPCM step does between its passes, for 16 crops of 96×128 (width × height) and 24 keypoints: hard-view warps,
/// Cut-Occlude, position-inconsistency correction.
/// </summary>
[Config(typeof(InProcess))]
public class ViewBenchmarks
{
    private const int Batch = 16, Keypoints = 24, Width = 96, Height = 128, Seed = 1;
    private Tensor _images = null!;
    private Tensor[] _heatmaps = null!;
    private (float X, float Y)[,] _positions = null!;

    [GlobalSetup]
    public void Setup()
    {
        _images = randn(Batch, Height, Width, 3).permute(0, 3, 1, 2);
        _heatmaps = [.. Enumerable.Range(0, 4).Select(_ => randn(Batch, Keypoints, Height / 4, Width / 4))];
        var random = new Random(Seed);
        _positions = new (float, float)[Batch, Keypoints];
        for (var i = 0; i < Batch; i++)
        {
            for (var j = 0; j < Keypoints; j++)
                _positions[i, j] = (random.Next(Width), random.Next(Height));
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _images.Dispose();
        Array.ForEach(_heatmaps, h => h.Dispose());
    }

    /// <summary>Drawing θ, making both grids, warping pictures and heatmaps.</summary>
    [Benchmark]
    public void HardViewWarp() => Step(() =>
    {
        var view = HardView.Draw(new HardViewOptions(), Batch, (double)Width / Height, Seed, step: 1, CPU);
        view.Warp(_images);
        view.Warp(_heatmaps[0]);
    });

    /// <summary>Two teachers, two periods.</summary>
    [Benchmark]
    public void PositionCorrection() => Step(() => PositionInconsistency.Correct([_heatmaps[0], _heatmaps[1]], [_heatmaps[2], _heatmaps[3]]));

    /// <summary>Drawing two pastes a picture and applying them.</summary>
    [Benchmark]
    public void CutOcclusion() => Step(() =>
    {
        int[] pool = [.. Enumerable.Range(0, Keypoints)];
        var patches = KeypointPatches.Draw(_positions, Seed, "bench", step: 1);
        var joints = KeypointPatches.DrawJoints(pool, Batch, 2, Seed, "bench", step: 1);
        var map = new PatchMap(Batch, Width, Height);
        CutOcclude.Apply(map, patches, joints, joints, [.. Enumerable.Range(1, Batch).Select(i => i % Batch)]);
        map.Apply(_images);
    });

    private static void Step(Action work)
    {
        using var pause = FinalizerPause.Begin();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        work();
    }
}
