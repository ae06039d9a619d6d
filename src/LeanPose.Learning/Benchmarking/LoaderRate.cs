using System.Diagnostics;
using LeanPose.Datasets;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Recipes;
using LeanPose.Randomness;
using LeanPose.Skeletons;

namespace LeanPose.Learning.Benchmarking;

/// <summary>How fast batches of augmented crops and their targets are made.</summary>
/// <param name="Threads">Loader threads.</param>
/// <param name="Warm">Whether the persons' surroundings lie in memory; else each picture is decoded for every crop.</param>
/// <param name="Width">Crop width, pixels.</param>
/// <param name="Height">Crop height, pixels.</param>
/// <param name="PersonsPerSecond">Crops a second, all threads together.</param>
/// <param name="Persons">Crops that were made.</param>
public sealed record LoaderRate(int Threads, bool Warm, int Width, int Height, double PersonsPerSecond, int Persons)
{
    /// <summary>Measures the loader of a training run.</summary>
    /// <param name="persons">Labelled persons.</param>
    /// <param name="threads">Loader threads.</param>
    /// <param name="warm">Whether what was decoded is kept.</param>
    /// <param name="width">Crop width, pixels.</param>
    /// <param name="height">Crop height, pixels.</param>
    /// <param name="batch">Persons a batch.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="stop">Stops between batches.</param>
    public static LoaderRate Measure(PoseDataset persons, int threads, bool warm, int width, int height, int batch, double seconds, CancellationToken stop)
    {
        var images = new ImageCache(warm ? long.MaxValue : 0);
        var crops = new CropMaker(width, height, new AugmentationRecipe(), images);
        if (warm)
        {
            var pixels = new byte[width * height * 3];
            for (var i = 0; i < persons.Persons.Length; i++)
                crops.Augmented(persons.Persons[i], persons.Skeleton, KeyedRandom.For(1, "warm", i), pixels, []);
        }

        var output = KnownSkeletons.Union24;
        var codec = ModelSpec.Create("", output, persons.Skeleton, width, height, 2).ToCodec();
        var batches = new TrainingBatches(persons, null, crops, codec, output, seed: 1, batch, 0);
        using var loader = new Prefetcher<HostBatch>(step => batches.Make(step, unlabelled: false), 0, long.MaxValue, threads);

        // Not timed: the first batches, while code is compiled and the queue fills.
        for (var i = 0; i <= threads; i++)
            batches.Reuse(loader.Next());
        var done = 0;
        var clock = Stopwatch.StartNew();
        while (done == 0 || clock.Elapsed.TotalSeconds < seconds)
        {
            stop.ThrowIfCancellationRequested();
            batches.Reuse(loader.Next());
            done += batch;
        }

        return new LoaderRate(threads, warm, width, height, done / clock.Elapsed.TotalSeconds, done);
    }
}
