using LeanPose.Datasets;
using LeanPose.Datasets.Packed;

namespace LeanPose.Checks.Reading;

/// <summary>Reads a source of any kind; what cannot be read becomes a finding, and the rest is read all the same.</summary>
internal static class LenientReader
{
    /// <summary>The set, or null where nothing of it can be read.</summary>
    public static CheckedSet? Read(CheckSource source, FindingList findings)
    {
        var found = new ReadingLog(source, source.Packed ?? source.Boxes ?? source.Annotations ?? source.Images ?? "", findings);
        var set = source switch
        {
            { Packed: not null } => found.Try(() => Packed(source)),
            { Boxes: { } boxes } => found.Try(() => Of(source, boxes, BoxFileReader.Read(boxes, source.Images ?? "."))),
            { Annotations: { } file } => new CocoFile(source, file, found).Read(),
            { Images: { } folder } => found.Try(() => Folder(source, folder)),
            _ => null,
        };
        return set is null ? null : Selection.Apply(set, found);
    }

    private static CheckedSet Packed(CheckSource source)
    {
        var part = PackedFile.Open(source.Packed!).Part(source.Part, source.Role.ToString().ToLowerInvariant());
        return Of(part.Selected ? source with { Split = null, Exclude = null, First = null } : source, source.Packed!, part.Persons, pictures: false);
    }

    // Pictures that are no pictures are findings like any other, so only names are read here.
    private static CheckedSet Folder(CheckSource source, string folder) => new(source, folder, ImageFolderReader.NoKeypoints)
    {
        Images = [.. ImageFiles.In(folder).Select((path, i) => new CheckedImage(i, i + 1, Path.GetRelativePath(folder, path).Replace('\\', '/'), path, 0, 0))],
    };

    private static CheckedSet Of(CheckSource source, string file, PoseDataset dataset, bool pictures = true)
    {
        var images = dataset.Images.Select((image, i) => new CheckedImage(i, image.Id, image.FileName, pictures ? image.Path : null, image.Width, image.Height)).ToArray();
        var byId = images.ToDictionary(i => i.Id);
        return new(source, file, dataset.Skeleton)
        {
            Images = images,
            Persons = [.. dataset.Persons.Select((p, i) => new CheckedPerson
            {
                Index = i,
                Id = p.Id,
                Image = byId[p.Image.Id],
                Box = p.RawBox,
                Area = p.Area,
                IsCrowd = p.IsCrowd,
                Keypoints = p.Keypoints,
            })],
        };
    }
}

/// <summary>Where a reader's findings go.</summary>
internal sealed class ReadingLog(CheckSource source, string file, FindingList findings)
{
    public void Add(CheckCode check, string path, string found, string expected, string fix, Action<AnnotationTree>? mend = null, CheckedImage? image = null, long? annotation = null)
    {
        findings.Add(new()
        {
            Check = check,
            Severity = check.Severity,
            Set = source.Name,
            File = file,
            Path = path,
            AnnotationId = annotation,
            Image = image,
            Found = found,
            Expected = expected,
            Fix = fix,
            Mend = mend,
        });
    }

    /// <summary>What a strict reader says of a file as a whole.</summary>
    public void Add(DataException exception)
    {
        foreach (var problem in exception.Problems)
            Add(CheckCatalog.FileUnreadable, "", $"{problem.Problem}{(problem.Where == file ? "" : $" ({problem.Where})")}", problem.Expected ?? "a file that can be read", problem.Fix ?? "correct the file, or write or download it again");
    }

    public T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (DataException e)
        {
            Add(e);
            return null;
        }
    }
}
