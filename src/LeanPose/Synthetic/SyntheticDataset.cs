using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Skeletons;

namespace LeanPose.Synthetic;

/// <summary>Writes made pictures as a data set in COCO's format, which every pose tool reads.</summary>
public static class SyntheticDataset
{
    /// <summary>Where the pictures go, below the data set's folder.</summary>
    public const string ImageFolder = "images";

    /// <summary>Where the annotations go, below the data set's folder.</summary>
    public const string AnnotationFile = "annotations/persons.json";

    /// <summary>
    /// Makes <see cref="SyntheticOptions.Count"/> pictures on all processors: <c>images/000001.jpg</c> … and
    /// <c>annotations/persons.json</c>. Every file is written whole or not at all, the annotations last. The files are the
    /// same for any number of processors.
    /// </summary>
    /// <param name="options">What to make.</param>
    /// <param name="folder">The data set's folder; made where it is missing.</param>
    /// <param name="progress">Hears how many pictures are done, in no certain order.</param>
    /// <param name="cancellation">Stops between pictures; no annotation file is written then.</param>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    /// <exception cref="DataException">The folder cannot be written to.</exception>
    public static void Write(SyntheticOptions options, string folder, IProgress<int>? progress = null, CancellationToken cancellation = default) =>
        WriteOn(Environment.ProcessorCount, options, folder, progress, cancellation);

    internal static void WriteOn(int threads, SyntheticOptions options, string folder, IProgress<int>? progress, CancellationToken cancellation)
    {
        options.Validate();
        var persons = new IReadOnlyList<SyntheticPerson>[options.Count];
        var done = 0;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, ImageFolder));
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, AnnotationFile))!);
            // Each thread holds one picture at a time; only the labels are kept.
            Parallel.For(0, options.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
            {
                var scene = SceneMaker.Make(options, i);
                persons[i] = scene.Persons;
                WriteWhole(Path.Combine(folder, ImageFolder, FileName(i)), s => s.Write(Lens.Encode(scene.Image, scene.JpegQuality)));
                progress?.Report(Interlocked.Increment(ref done));
            });
            CocoWriter.Write(Collect(options, folder, persons), Path.Combine(folder, AnnotationFile));
        }
        catch (Exception e) when (Cause(e) is IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                $"The synthetic data set could not be written: {Cause(e).Message}",
                Path.GetFullPath(folder),
                "a folder that can be written to, with room for the pictures",
                "free some space or name another folder, then run again; what is there already is complete files only.");
        }
    }

    private static Exception Cause(Exception e) => e is AggregateException a ? a.GetBaseException() : e;

    private static string FileName(int index) => $"{index + 1:D6}.jpg";

    // As AtomicFile does, but without waiting for the disk: pictures come by the thousand and can be drawn again.
    private static void WriteWhole(string path, Action<Stream> write)
    {
        var temporary = path + ".part";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: false);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static PoseDataset Collect(SyntheticOptions options, string folder, IReadOnlyList<SyntheticPerson>[] persons)
    {
        var images = persons.Select((_, i) => new ImageRecord(i + 1, FileName(i), Path.Combine(folder, ImageFolder, FileName(i)), options.Width, options.Height)).ToImmutableArray();
        var labelled = persons.SelectMany((found, i) => found.Select(person => (Image: images[i], Person: person)));
        return new PoseDataset(folder, KnownSkeletons.Coco17, images,
        [
            .. labelled.Select((l, i) => new PersonInstance
            {
                Id = i + 1,
                Image = l.Image,
                RawBox = l.Person.Box,
                Box = l.Person.Box,
                Keypoints = l.Person.Keypoints,
                Area = l.Person.Area,
            }),
        ]);
    }
}
