using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.IO;
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
            AtomicFile.Write(Path.Combine(folder, AnnotationFile), s => WriteAnnotations(s, options, persons));
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

    private static void WriteAnnotations(Stream stream, SyntheticOptions options, IReadOnlyList<SyntheticPerson>[] persons)
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteStartObject("info");
        json.WriteString("description", $"LeanPose synthetic persons: domain {options.Domain}, seed {options.Seed}");
        json.WriteString("version", "1.0");
        json.WriteEndObject();

        json.WriteStartArray("images");
        for (var i = 0; i < persons.Length; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", i + 1);
            json.WriteString("file_name", FileName(i));
            json.WriteNumber("width", options.Width);
            json.WriteNumber("height", options.Height);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("annotations");
        var id = 0;
        for (var i = 0; i < persons.Length; i++)
        {
            foreach (var person in persons[i])
                WritePerson(json, ++id, i + 1, person);
        }

        json.WriteEndArray();
        WriteCategory(json);
        json.WriteEndObject();
    }

    private static void WritePerson(Utf8JsonWriter json, int id, int image, SyntheticPerson person)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("image_id", image);
        json.WriteNumber("category_id", 1);
        json.WriteStartArray("bbox");
        foreach (var v in (ReadOnlySpan<double>)[person.Box.X, person.Box.Y, person.Box.Width, person.Box.Height])
            json.WriteNumberValue(v);
        json.WriteEndArray();
        json.WriteNumber("area", person.Area);
        json.WriteNumber("iscrowd", 0);
        json.WriteNumber("num_keypoints", person.Keypoints.Count(k => k.IsLabelled));
        json.WriteStartArray("keypoints");
        foreach (var k in person.Keypoints)
        {
            json.WriteNumberValue(k.X);
            json.WriteNumberValue(k.Y);
            json.WriteNumberValue((int)k.Visibility);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCategory(Utf8JsonWriter json)
    {
        var skeleton = KnownSkeletons.Coco17;
        json.WriteStartArray("categories");
        json.WriteStartObject();
        json.WriteNumber("id", 1);
        json.WriteString("name", "person");
        json.WriteString("supercategory", "person");
        json.WriteStartArray("keypoints");
        foreach (var name in skeleton.Keypoints)
            json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteStartArray("skeleton");
        foreach (var (a, b) in skeleton.Limbs)
        {
            // COCO counts keypoints from 1 here.
            json.WriteStartArray();
            json.WriteNumberValue(a + 1);
            json.WriteNumberValue(b + 1);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
