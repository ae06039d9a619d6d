using LeanPose.Learning.Benchmarking;
using LeanPose.Learning.Native;

namespace LeanPose.Cli.Benchmarks;

/// <summary>All that was measured so far; <see cref="ToJson"/> is the form of <c>--json</c>.</summary>
internal sealed class BenchResult(BenchPlan plan, NativeRuntime machine)
{
    public List<ConvolutionRate> Convolutions { get; } = [];

    public List<TrainingRow> Training { get; } = [];

    public List<LoaderRate> Loader { get; } = [];

    public List<InferenceRate> Inference { get; } = [];

    /// <summary>Cores that others kept busy before the first measurement; null where unknown.</summary>
    public double? OthersBefore { get; set; }

    /// <summary>The same on average over the whole run.</summary>
    public double? OthersDuring { get; set; }

    /// <summary>The highest rate of a convolution in this arithmetic, 10⁹ operations a second; null when none was measured.</summary>
    public double? Peak(bool bf16) => Convolutions.Where(c => c.Bf16 == bf16).Select(c => (double?)c.GflopPerSecond).Max();

    /// <summary>Labelled persons a second.</summary>
    public static double ImagesPerSecond(TrainingRow row) => 1000 * row.Settings.Batch / row.Cost!.Step.MedianMs;

    /// <summary>Useful operations a second, 10⁹.</summary>
    public static double GflopPerSecond(TrainingRow row) => row.Cost!.GflopPerImage * ImagesPerSecond(row);

    /// <summary>Share of the measured peak of the row's arithmetic.</summary>
    public double? ShareOfPeak(TrainingRow row) => GflopPerSecond(row) / Peak(row.Settings.Bf16);

    /// <summary>Time per labelled person, relative to the first row of the same method, network and arithmetic.</summary>
    public double RelativeTime(TrainingRow row)
    {
        var s = row.Settings;
        var first = Training.First(r => r.Cost is not null && (r.Settings.Method, r.Settings.Backbone, r.Settings.Bf16) == (s.Method, s.Backbone, s.Bf16));
        return ImagesPerSecond(first) / ImagesPerSecond(row);
    }

    /// <summary>What a precision is called.</summary>
    public static string Precision(bool bf16) => bf16 ? "bf16" : "float32";

    public object ToJson(bool complete) => new
    {
        complete,
        machine = new
        {
            date = DateTimeOffset.Now.ToString("yyyy-MM-ddTHH:mm:sszzz"),
            machine.OperatingSystem,
            architecture = machine.Architecture.ToString(),
            processor = ProcessorName(),
            machine.Cores,
            cpu = machine.Cpu.ToString(),
            memoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            machine.DotNet,
            leanPose = typeof(BenchResult).Assembly.GetName().Version!.ToString(3),
            machine.LibTorch,
            threads = plan.Threads ?? machine.Threads,
            othersBefore = OthersBefore,
            othersDuring = OthersDuring,
            loadAverage = MachineLoad.LoadAverage(),
        },
        settings = new { plan.Quick, plan.Seconds, plan.Parts, plan.Methods, plan.Backbones, sizes = plan.Sizes.Select(s => $"{s.Width}x{s.Height}"), plan.Batches, plan.Precisions },
        convolution = Convolutions.Select(c => new { precision = Precision(c.Bf16), c.Channels, c.Size, c.Batch, c.GflopPerSecond, isPeak = c.GflopPerSecond == Peak(c.Bf16), c.Time }),
        training = Training.Select(Json),
        loader = Loader,
        inference = Inference,
    };

    private object Json(TrainingRow row)
    {
        var (s, cost, measured) = (row.Settings, row.Cost, row.Cost is not null);
        return new
        {
            s.Method,
            s.Backbone,
            s.Width,
            s.Height,
            s.Batch,
            precision = Precision(s.Bf16),
            row.Problem,
            step = cost?.Step,
            imagesPerSecond = measured ? ImagesPerSecond(row) : (double?)null,
            cost?.PassesWithGradient,
            cost?.PassesWithoutGradient,
            cost?.GflopPerImage,
            gflopPerSecond = measured ? GflopPerSecond(row) : (double?)null,
            shareOfPeak = measured ? ShareOfPeak(row) : null,
            relativeTimePerImage = measured ? RelativeTime(row) : (double?)null,
            cost?.PeakBytes,
            cost?.ResidentBytesAfterFifth,
            cost?.ResidentBytesAfterLast,
            cost?.Steps,
        };
    }

    private static string? ProcessorName() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
        : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
}
