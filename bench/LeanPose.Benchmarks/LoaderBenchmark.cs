using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using LeanPose.Datasets;
using LeanPose.Datasets.Packed;
using LeanPose.Heatmaps;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Recipes;
using LeanPose.Skeletons;
using LeanPose.Synthetic;

namespace LeanPose.Benchmarks;

/// <summary>
/// Batches of 32 labelled persons at 192×256 (width × height) with targets, one thread, from drawn street pictures of 640×480
/// (JPEG) with one to three persons each and of 1920×1440. The column <c>persons/s</c> is the rate that counts.
/// </summary>
[Config(typeof(Config))]
public class LoaderBenchmark
{
    private const int Batch = 32, Pictures = 16;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "leanpose-bench-" + Guid.NewGuid().ToString("N"));
    private TrainingBatches _batches = null!;
    private long _step;

    /// <summary>Where the pixels come from.</summary>
    [Params("file", "memory", "disk cache", "packed", "packed lossless")]
    public string From { get; set; } = "";

    /// <summary>Width of the pictures, pixels.</summary>
    [Params(640, 1920)]
    public int Width { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        SyntheticDataset.Write(new SyntheticOptions { Domain = "street", Count = Pictures, Width = Width, Height = Width * 3 / 4, PersonsMin = 1, PersonsMax = 3, Seed = 1 }, _folder);
        var persons = CocoReader.Read(Path.Combine(_folder, SyntheticDataset.AnnotationFile), Path.Combine(_folder, SyntheticDataset.ImageFolder)).Trainable();
        var augmentation = new AugmentationRecipe();
        if (From.StartsWith("packed", StringComparison.Ordinal))
        {
            var file = Path.Combine(_folder, "a.lppack");
            PackWriter.Write(file, [new("persons", persons, CropMaker.Reach(192, 256, augmentation))], From == "packed" ? 95 : null);
            persons = PackedFile.Open(file).Parts[0].Persons;
        }

        var images = new ImageCache(From == "memory" ? 4L << 30 : 0, From == "disk cache" ? new CutCache(Path.Combine(_folder, "cache"), 4L << 30) : null);
        _batches = new TrainingBatches(persons, null, new CropMaker(192, 256, augmentation, images), new HeatmapCodec(192, 256, 48, 64, 2), KnownSkeletons.Union24, 1, Batch, Batch);
        // Every person once, so that caches are warm.
        for (var i = 0; i < 8; i++)
            Make();
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public void Make() => _batches.Reuse(_batches.Make(_step++, unlabelled: false));

    private sealed class Config : ManualConfig
    {
        public Config()
        {
            AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(1).WithIterationCount(5).WithInvocationCount(4).WithUnrollFactor(1));
            AddDiagnoser(MemoryDiagnoser.Default);
            AddColumn(new Rate("persons/s", "persons per second", Batch));
        }
    }
}
