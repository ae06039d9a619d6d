using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using LeanPose.Learning;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Training;
using LeanPose.Skeletons;
using static TorchSharp.torch;

namespace LeanPose.Benchmarks;

/// <summary>
/// Whole training steps of ResNet-18 at 96×128 (width × height), 16 labelled and 16 unlabelled persons: losses, backward and
/// optimiser, from bytes on. The column <c>labelled/s</c> is the rate that counts.
/// </summary>
[Config(typeof(Config))]
public class TrainingStepBenchmark
{
    private const int Batch = 16;
    private IMethod _method = null!;
    private List<FlatParameters> _flat = null!;
    private List<(string Name, Adam Adam)> _optimisers = null!;
    private TrainingStep _step = null!;
    private HostBatch _batch = null!;
    private int _done;

    /// <summary>The method.</summary>
    [Params("supervised", "sspcm")]
    public string Method { get; set; } = "";

    /// <summary>Whether convolutions run in bf16.</summary>
    [Params(false, true)]
    public bool Bf16 { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        const int width = 96, height = 128;
        var skeleton = KnownSkeletons.Union24;
        var model = ModelSpec.Create("resnet18", skeleton, skeleton, width, height, 1.5);
        int[] trained = [.. Enumerable.Range(0, skeleton.Count)];
        _method = MethodCatalog.Create(MethodCatalog.Defaults.First(m => m.Name == Method), new MethodContext
        {
            CreateNetwork = _ => new PoseNetwork("resnet18", skeleton.Count),
            TrainedChannels = trained,
            Keypoints = skeleton.Count,
            Width = width,
            Height = height,
            Seed = 1,
            Device = CPU,
        });
        _flat = [.. _method.Networks.Select(n => new FlatParameters(n.Network))];
        _optimisers = [.. _method.Networks.Zip(_flat, (n, f) => (n.Name, new Adam(f)))];
        _step = new TrainingStep(_method, _optimisers, model, trained, Batch, Batch, CPU, Bf16);
        var random = new Random(1);
        var crops = new byte[Batch * width * height * 3];
        random.NextBytes(crops);
        _batch = new HostBatch(crops, new float[Batch * skeleton.Count * width * height / 16], [.. Enumerable.Repeat(1f, Batch * skeleton.Count)], crops);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _step.Dispose();
        _optimisers.ForEach(o => o.Adam.Dispose());
        _method.Dispose();
        _flat.ForEach(f => f.Dispose());
    }

    // Epoch 1: the correction, with its passes through the earlier period's networks, is on.
    [Benchmark]
    public double Step() => _step.Run(_batch, _done++, epoch: 1, 1e-4, telemetry: false)["loss"];

    private sealed class Config : ManualConfig
    {
        public Config()
        {
            AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(1).WithIterationCount(5).WithInvocationCount(1).WithUnrollFactor(1));
            AddColumn(new Rate("labelled/s", "labelled persons per second", Batch));
        }
    }
}
