using BenchmarkDotNet.Attributes;
using LeanPose.Learning;
using LeanPose.Learning.Native;
using LeanPose.Learning.Training;
using LeanPose.Learning.Weights;

namespace LeanPose.Benchmarks;

/// <summary>What is done with all weights of a PoseResNet-18 (15.4 million): a step of Adam, and writing them.</summary>
[Config(typeof(InProcess))]
public class WeightBenchmarks
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"leanpose-bench-{Environment.ProcessId}.safetensors");
    private PoseNetwork _network = null!;
    private FlatParameters _flat = null!;
    private Adam _adam = null!;
    private long _steps;

    [GlobalSetup]
    public void Setup()
    {
        _network = new PoseNetwork("resnet18", 24);
        _flat = new FlatParameters(_network);
        _adam = new Adam(_flat);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _adam.Dispose();
        _flat.Dispose();
        _network.Dispose();
        File.Delete(_file);
    }

    [Benchmark]
    public void FlatAdam()
    {
        using var pause = FinalizerPause.Begin();
        _adam.Step(++_steps, 1e-3);
    }

    /// <summary>To the disk, flushed, as a checkpoint is.</summary>
    [Benchmark]
    public void WriteSafeTensors()
    {
        using var pause = FinalizerPause.Begin();
        SafeTensors.Write(_file, _network.State(), new Dictionary<string, string>());
    }
}
