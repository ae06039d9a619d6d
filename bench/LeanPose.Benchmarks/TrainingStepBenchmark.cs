using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using LeanPose.Learning.Benchmarking;

namespace LeanPose.Benchmarks;

/// <summary>
/// Whole training steps of ResNet-18 at 96×128 (width × height), 16 labelled and 16 unlabelled persons: losses, backward and
/// optimiser, from bytes on (<see cref="TrialTraining"/>, as in <c>leanpose bench</c>). The column <c>labelled/s</c> is the rate that counts.
/// </summary>
[Config(typeof(Config))]
public class TrainingStepBenchmark
{
    private const int Batch = 16;
    private TrialTraining _training = null!;

    /// <summary>The method.</summary>
    [Params("supervised", "sspcm")]
    public string Method { get; set; } = "";

    /// <summary>Whether convolutions run in bf16.</summary>
    [Params(false, true)]
    public bool Bf16 { get; set; }

    [GlobalSetup]
    public void Setup() => _training = new TrialTraining(new TrialSettings(Method, "resnet18", 96, 128, Batch, Bf16));

    [GlobalCleanup]
    public void Cleanup() => _training.Dispose();

    [Benchmark]
    public double Step() => _training.Run();

    private sealed class Config : ManualConfig
    {
        public Config()
        {
            AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(1).WithIterationCount(5).WithInvocationCount(1).WithUnrollFactor(1));
            AddColumn(new Rate("labelled/s", "labelled persons per second", Batch));
        }
    }
}
