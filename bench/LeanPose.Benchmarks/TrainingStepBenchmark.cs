using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
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
            AddColumn(new LabelledRate());
        }
    }

    private sealed class LabelledRate : IColumn
    {
        public string Id => nameof(LabelledRate);

        public string ColumnName => "labelled/s";

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Custom;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public string Legend => "labelled persons per second";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
            summary[benchmarkCase]?.ResultStatistics is { } statistics ? $"{Batch / (statistics.Mean / 1e9):0.0}" : "-";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

        public bool IsAvailable(Summary summary) => true;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
    }
}
