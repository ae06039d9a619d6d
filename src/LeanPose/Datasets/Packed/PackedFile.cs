using System.Collections.Immutable;
using System.IO.MemoryMappedFiles;
using System.Text.Json;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.IO;
using LeanPose.Skeletons;

namespace LeanPose.Datasets.Packed;

/// <summary>A data set of a packed file.</summary>
/// <param name="Name">E.g. <c>labelled</c>.</param>
/// <param name="Selected">Whether it was made from a recipe, whose split, exclude and first are done already.</param>
/// <param name="Reach">What it was packed for.</param>
/// <param name="Persons">The persons; their pixels are read from the packed file when asked for.</param>
public sealed record PackedPart(string Name, bool Selected, CropReach Reach, PoseDataset Persons);

/// <summary>
/// A file that holds persons, their labels and the parts of pictures from which their crops are cut. It is mapped into memory:
/// opening reads the index only. <see cref="PackWriter"/> writes it; docs/packed-data.md describes it.
/// </summary>
public sealed class PackedFile
{
    private readonly MemoryMappedViewAccessor _view;

    private PackedFile(string path, MemoryMappedViewAccessor view) => (Path, _view) = (path, view);

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>What it holds, at least one.</summary>
    public ImmutableArray<PackedPart> Parts { get; private set; }

    /// <summary>Opens a packed file and checks its index; pictures are checked when they are read.</summary>
    /// <exception cref="DataException">The file is missing, no packed file, cut off or damaged.</exception>
    public static PackedFile Open(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
            var start = new byte[PackHeader.Length];
            var header = PackHeader.Parse(start.AsSpan(0, stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)), stream.Length, path);
            using var map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            var file = new PackedFile(path, map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read));
            file.Parts = file.ReadIndex(header);
            return file;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException("The packed file does not exist.", path, fix: "check the path", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The packed file cannot be read: {e.Message}", path, fix: "check the file's permissions and the disk", inner: e);
        }
    }

    /// <summary>The part of a name, or the only one.</summary>
    /// <param name="name">Which must be there; null for none in particular.</param>
    /// <param name="preferred">Taken when there are several and no name is given.</param>
    /// <exception cref="DataException">There is none.</exception>
    public PackedPart Part(string? name, string preferred)
    {
        var found = Parts.FirstOrDefault(p => p.Name == (name ?? preferred)) ?? (name is null && Parts.Length == 1 ? Parts[0] : null);
        return found ?? throw new DataException($"The packed file has no part '{name ?? preferred}'.", Path, string.Join(", ", Parts.Select(p => p.Name)), "name one of its parts (part: …)");
    }

    internal unsafe T Read<T>(long offset, int length, Func<ReadOnlySpan<byte>, T> use)
        where T : allows ref struct
    {
        byte* start = null;
        var handle = _view.SafeMemoryMappedViewHandle;
        try
        {
            handle.AcquirePointer(ref start);
            return use(new ReadOnlySpan<byte>(start + _view.PointerOffset + offset, length));
        }
        finally
        {
            if (start is not null)
                handle.ReleasePointer();
        }
    }

    private ImmutableArray<PackedPart> ReadIndex(PackHeader header)
    {
        var where = $"{Path}, index (bytes {header.IndexOffset}–{header.IndexOffset + header.IndexLength - 1})";
        const string fix = "copy the file again, or pack the data again";
        PackIndex index;
        try
        {
            index = Read(header.IndexOffset, (int)header.IndexLength, bytes => Crc32C.Of(bytes) == header.IndexCrc
                ? JsonSerializer.Deserialize<PackIndex>(bytes, PackIndex.Json) ?? throw new JsonException("it is null")
                : throw new DataException("The packed file is damaged.", where, "its checksum", fix));
        }
        catch (JsonException e)
        {
            throw new DataException($"The packed file's index cannot be read: {e.Message}", $"{where}, {e.Path}", "the fields of docs/packed-data.md", fix, e);
        }

        if (index.Parts.Length == 0)
            throw new DataException("The packed file holds nothing.", where, "at least one part", fix);
        var problems = new ProblemList();
        ImmutableArray<PackedPart> parts = [.. index.Parts.Select((p, i) => Part(p, $"{Path}, parts[{i}] ({p.Name})", header.IndexOffset, problems))];
        problems.ThrowIfAny();
        return parts;
    }

    private PackedPart Part(PackIndex.Part part, string where, long end, ProblemList problems)
    {
        var s = part.Skeleton;
        Skeleton skeleton;
        try
        {
            skeleton = new Skeleton(s.Name, s.Keypoints, s.Limbs.Select(Pair), s.Sigmas, s.FlipPairs.Select(Pair));
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw new DataException($"The packed skeleton is not usable. {e.Message}", $"{where}.skeleton", fix: "pack the data again", inner: e);
        }

        ImmutableArray<ImageRecord> images = [.. part.Images.Select(i => new ImageRecord(i.Id, i.FileName, Path, i.Width, i.Height))];
        var persons = ImmutableArray.CreateBuilder<PersonInstance>(part.Persons.Length);
        for (var i = 0; i < part.Persons.Length; i++)
        {
            var p = part.Persons[i];
            if (IsSound(p, images.Length, skeleton.Count, end))
                persons.Add(Person(p, images[p.Image], part.Name));
            else
                problems.Add($"The packed person {p.Id} has numbers that do not fit together.", $"{where}.persons[{i}]", "the fields of docs/packed-data.md", "pack the data again");
        }

        var cut = new CropReach(part.Cut.Width, part.Cut.Height, part.Cut.MinScale, part.Cut.MaxScale, part.Cut.MaxRotation, part.Cut.MayReduce);
        return new(part.Name, part.Selected, cut, new PoseDataset($"{Path} ({part.Name})", skeleton, images, persons.ToImmutable()));
    }

    private PersonInstance Person(PackIndex.Person p, ImageRecord image, string part) => new()
    {
        Id = p.Id,
        Image = image,
        RawBox = new Box(p.RawBox[0], p.RawBox[1], p.RawBox[2], p.RawBox[3]),
        Box = new Box(p.Box[0], p.Box[1], p.Box[2], p.Box[3]),
        Keypoints = [.. Enumerable.Range(0, p.Keypoints.Length / 3).Select(j => new Keypoint(p.Keypoints[3 * j], p.Keypoints[(3 * j) + 1], (Visibility)p.Keypoints[(3 * j) + 2]))],
        Area = p.Area,
        IsCrowd = p.IsCrowd,
        Score = p.Score,
        Pixels = new PackedPixels(this, p.Pixels, $"{part}, person {p.Id}"),
    };

    private static bool IsSound(PackIndex.Person p, int images, int keypoints, long end) =>
        p.Image >= 0 && p.Image < images && p.RawBox.Length == 4 && p.Box.Length == 4
        && (p.Keypoints.Length == 0 || p.Keypoints.Length == 3 * keypoints)
        && p.Keypoints.Where((_, i) => i % 3 == 2).All(v => v is 0 or 1 or 2)
        && (p.Pixels is not { } pixels || (pixels.Length > 0 && pixels.Offset >= PackHeader.Length && pixels.Offset <= end - pixels.Length
            && pixels.Window.Length == 5 && pixels.Picture.Length == 2 && PackedPixels.WindowOf(pixels).FitsIn(pixels.Picture[0], pixels.Picture[1])));

    private static (int, int) Pair(int[] pair) => (pair[0], pair[1]);
}
