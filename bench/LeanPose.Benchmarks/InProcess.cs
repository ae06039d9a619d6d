using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace LeanPose.Benchmarks;

/// <summary>Benchmarks run in this process: a generated project would lack the native libraries.</summary>
public class InProcess : ManualConfig
{
    /// <summary>For pieces of work of milliseconds.</summary>
    public InProcess() => AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(10));
}
