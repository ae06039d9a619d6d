using System.Text.Json;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.IO;

namespace LeanPose.Datasets.Packed;

/// <summary>One data set to pack.</summary>
/// <param name="Name">E.g. <c>labelled</c>; different from the others' in the file.</param>
/// <param name="Persons">The persons, as they are to come out of the file.</param>
/// <param name="Reach">What crops of them can touch.</param>
/// <param name="Selected">Whether a recipe's split, exclude and first are done already.</param>
public sealed record PackSource(string Name, PoseDataset Persons, CropReach Reach, bool Selected = false);

/// <summary>What was packed.</summary>
/// <param name="Persons">Persons.</param>
/// <param name="Bytes">Size of the file.</param>
public sealed record PackSummary(int Persons, long Bytes);

/// <summary>Writes a <see cref="PackedFile"/>: of every person the part of the picture that crops can touch, and the labels.</summary>
public static class PackWriter
{
    // Made at once by all cores, written in order: the file is the same whatever the number of cores.
    private const int Group = 64;

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="sources">What to pack.</param>
    /// <param name="quality">JPEG quality, 0 to 100; null keeps every pixel as it is.</param>
    /// <param name="progress">Told the number of persons done.</param>
    /// <param name="stop">Stops between groups of persons; nothing is written then.</param>
    /// <exception cref="DataException">Pictures cannot be read (up to 20 are listed), or the file cannot be written.</exception>
    public static PackSummary Write(string path, IReadOnlyList<PackSource> sources, int? quality = 95, IProgress<int>? progress = null, CancellationToken stop = default)
    {
        var done = 0;
        long bytes = 0;
        AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[PackHeader.Length]);
            var problems = new ProblemList();
            var parts = new List<PackIndex.Part>();
            foreach (var source in sources)
            {
                var persons = new List<PackIndex.Person>();
                var images = source.Persons.Images.Select((image, i) => (image.Id, i)).ToDictionary(p => p.Id, p => p.i);
                foreach (var group in source.Persons.Persons.Chunk(Group))
                {
                    stop.ThrowIfCancellationRequested();
                    foreach (var (person, blob) in group.Zip(Blobs(group, source.Reach, quality, problems)))
                    {
                        persons.Add(Describe(person, images[person.Image.Id], blob, stream.Position));
                        if (blob is not null)
                            stream.Write(blob.Encoded);
                    }

                    progress?.Report(done += group.Length);
                }

                parts.Add(Describe(source, [.. persons]));
            }

            problems.ThrowIfAny();
            bytes = Finish(stream, new PackIndex([.. parts]));
        });
        return new PackSummary(done, bytes);
    }

    private static long Finish(Stream stream, PackIndex index)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(index, PackIndex.Json);
        var header = new PackHeader(stream.Position, json.Length, Crc32C.Of(json));
        stream.Write(json);
        var length = stream.Position;
        stream.Position = 0;
        stream.Write(header.ToBytes());
        return length;
    }

    private static Blob?[] Blobs(PersonInstance[] group, CropReach reach, int? quality, ProblemList problems)
    {
        var blobs = new Blob?[group.Length];
        var failed = new DataException?[group.Length];
        Parallel.For(0, group.Length, i =>
        {
            try
            {
                blobs[i] = HasCrop(group[i]) ? Read(group[i], reach, quality) : null;
            }
            catch (DataException e)
            {
                failed[i] = e;
            }
        });
        foreach (var e in failed.OfType<DataException>())
            problems.Add(e);
        return blobs;
    }

    // Crowds and boxes outside the picture are never cut out; evaluation wants to know of them all the same.
    private static bool HasCrop(PersonInstance person) => !person.IsCrowd && person.Box is { Width: >= 0, Height: >= 0 };

    private static Blob Read(PersonInstance person, CropReach reach, int? quality)
    {
        using var window = person.Pixels.Read(PersonFrame.FromBox(person.Box, (double)reach.Width / reach.Height), reach);
        return new(ImageEncoder.Encode(window, quality), window.Window, window.PictureWidth, window.PictureHeight);
    }

    private static PackIndex.Part Describe(PackSource source, PackIndex.Person[] persons)
    {
        var (set, s, r) = (source.Persons, source.Persons.Skeleton, source.Reach);
        return new(
            source.Name,
            set.Name,
            source.Selected,
            new(s.Name, [.. s.Keypoints], [.. s.Limbs.Select(l => new[] { l.A, l.B })], [.. s.Sigmas], [.. s.FlipPairs.Select(p => new[] { p.Left, p.Right })]),
            new(r.Width, r.Height, r.MinScale, r.MaxScale, r.MaxRotation, r.MayReduce),
            [.. set.Images.Select(i => new PackIndex.Image(i.Id, i.FileName, i.Width, i.Height))],
            persons);
    }

    private static PackIndex.Person Describe(PersonInstance p, int image, Blob? blob, long offset) => new(
        p.Id,
        image,
        [p.RawBox.X, p.RawBox.Y, p.RawBox.Width, p.RawBox.Height],
        [p.Box.X, p.Box.Y, p.Box.Width, p.Box.Height],
        [.. p.Keypoints.SelectMany(k => new[] { k.X, k.Y, (double)k.Visibility })],
        p.Area,
        p.IsCrowd,
        p.Score,
        blob is { Window: var w } ? new(offset, blob.Encoded.Length, Crc32C.Of(blob.Encoded), [w.Left, w.Top, w.Width, w.Height, w.Reduction], [blob.PictureWidth, blob.PictureHeight]) : null);

    private sealed record Blob(byte[] Encoded, PixelWindow Window, int PictureWidth, int PictureHeight);
}
