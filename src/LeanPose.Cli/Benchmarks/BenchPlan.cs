using LeanPose.Learning.Benchmarking;
using LeanPose.Learning.Methods;
using LeanPose.Synthetic;

namespace LeanPose.Cli.Benchmarks;

/// <summary>What <c>leanpose bench</c> measures, and for how long.</summary>
internal sealed record BenchPlan
{
    /// <summary>The parts, in the order in which they are measured; training and memory come from the same steps.</summary>
    public static IReadOnlyList<string> AllParts { get; } = ["convolution", "training", "memory", "loader", "inference"];

    /// <summary>Arithmetic, by the names that recipes use.</summary>
    public static IReadOnlyList<string> AllPrecisions { get; } = ["bf16", "float32"];

    /// <summary>All methods.</summary>
    public static IReadOnlyList<string> AllMethods { get; } = [.. MethodCatalog.Defaults.Select(m => m.Name)];

    /// <summary>Batches of prediction.</summary>
    public static IReadOnlyList<int> PredictionBatches { get; } = [1, 8];

    public required IReadOnlyList<string> Parts { get; init; }

    public required IReadOnlyList<string> Methods { get; init; }

    public required IReadOnlyList<string> Backbones { get; init; }

    public required IReadOnlyList<(int Width, int Height)> Sizes { get; init; }

    public required IReadOnlyList<int> Batches { get; init; }

    public required IReadOnlyList<string> Precisions { get; init; }

    /// <summary>Threads of libtorch and ONNX Runtime; null leaves the choice to them.</summary>
    public int? Threads { get; init; }

    /// <summary>A smoke run: few steps, small pictures.</summary>
    public bool Quick { get; init; }

    /// <summary>Time of each training row; null for 10, in a quick run 1. The other parts take a share of it.</summary>
    public int? SecondsPerRow { get; init; }

    /// <summary>Time of each training row.</summary>
    public double Seconds => SecondsPerRow ?? (Quick ? 1 : 10);

    /// <summary>Time of each row that is no training row: their single runs are short.</summary>
    public double ShortSeconds => Seconds / 5;

    /// <summary>Timed steps of a training row that are done however long they take.</summary>
    public int LeastSteps => Quick ? 2 : 5;

    /// <summary>The pictures for loader and prediction; as large as those of COCO, since decoding is what costs.</summary>
    public SyntheticOptions Pictures => new() { Count = Quick ? 8 : 32, Width = Quick ? 320 : 640, Height = Quick ? 240 : 480, PersonsMin = 1, PersonsMax = 1 };

    public bool Has(string part) => Parts.Contains(part);

    /// <summary>The training rows; those that differ in batch and size alone stand together.</summary>
    public IEnumerable<TrialSettings> Training() =>
        from method in Methods
        from backbone in Backbones
        from precision in Precisions
        from size in Sizes
        from batch in Batches
        select new TrialSettings(method, backbone, size.Width, size.Height, batch, precision == "bf16");
}
