using System.Collections.Immutable;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;

namespace LeanPose.Cli.Verbs;

/// <summary>The pictures and persons that <c>predict</c> is asked for.</summary>
internal static class PredictInput
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif"];

    /// <summary>Whether a file of a folder is taken for a picture.</summary>
    public static bool IsPicture(string path) => Extensions.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Opens pictures; without boxes each is one person.</summary>
    /// <param name="images">Files and folders.</param>
    /// <param name="boxes">COCO annotations or detections; null for none.</param>
    /// <param name="minScore">Detections with a lower score are left out.</param>
    /// <param name="problems">Receives the pictures that cannot be read.</param>
    /// <returns>The persons, and whether their boxes are annotated ones (or whole pictures), each a person of its own.</returns>
    /// <exception cref="DataException">A path does not exist, the boxes are wrong, or nobody is left.</exception>
    /// <exception cref="CommandException">Boxes are given for pictures of several folders.</exception>
    public static (PoseDataset Persons, bool Annotated) Open(string[] images, string? boxes, double minScore, List<DataException> problems)
    {
        var files = images.SelectMany(Files).Distinct().ToList();
        var detections = boxes is not null && IsList(boxes);
        var persons = boxes is null ? WholePictures(files, CommonFolder.Of([.. images.Select(FolderOf)]), problems) : InBoxes(files, images, boxes, detections, minScore);
        if (persons.Persons.Length > 0)
            return (persons, !detections);
        throw problems.FirstOrDefault() ?? new DataException(
            "There is no person to predict.",
            boxes ?? string.Join(", ", images),
            boxes is null ? "pictures" : "boxes of the pictures that are named",
            "check the paths");
    }

    private static IEnumerable<string> Files(string path)
    {
        if (File.Exists(path))
            return [Path.GetFullPath(path)];
        if (!Directory.Exists(path))
            throw new DataException("The picture does not exist.", path, "a picture or a folder of pictures", "check the path");
        var found = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(IsPicture)
            .Select(Path.GetFullPath)
            .Order(StringComparer.Ordinal)
            .ToList();
        return found.Count > 0 ? found : throw new DataException("There is no picture in the folder.", path, $"files that end in {string.Join(", ", Extensions)}", "check the path");
    }

    private static string FolderOf(string path) => Path.GetFullPath(path) is var full && Directory.Exists(full) ? full : Path.GetDirectoryName(full)!;

    // Named from the one folder that was given or holds all that were: names alone would be the same in several folders.
    private static PoseDataset WholePictures(List<string> files, string? root, List<DataException> problems)
    {
        var images = ImmutableArray.CreateBuilder<ImageRecord>();
        foreach (var file in files)
        {
            try
            {
                var (width, height) = ImageDecoder.ReadSize(file);
                images.Add(new ImageRecord(images.Count + 1, root is null ? Path.GetFileName(file) : Path.GetRelativePath(root, file).Replace('\\', '/'), file, width, height));
            }
            catch (DataException e)
            {
                problems.Add(e);
            }
        }

        return new PoseDataset("pictures", new Skeleton("none", [], [], []), images.ToImmutable(), [.. images.Select(Whole)]);
    }

    private static PersonInstance Whole(ImageRecord image)
    {
        var box = new Box(0, 0, image.Width, image.Height);
        return new PersonInstance { Id = image.Id, Image = image, RawBox = box, Box = box, Area = box.Area };
    }

    private static PoseDataset InBoxes(List<string> files, string[] images, string boxes, bool detections, double minScore)
    {
        var folder = OneFolder(files, images);
        var all = detections
            ? BoxFileReader.Read(boxes, folder, new BoxReadOptions { MinScore = minScore })
            : CocoReader.Read(boxes, folder, new CocoReadOptions { CheckFiles = false }).WithoutLabels();
        var wanted = files.ToHashSet();
        var persons = all.Where(p => wanted.Contains(Path.GetFullPath(p.Image.Path)));
        var used = persons.Persons.Select(p => p.Image.Id).ToHashSet();
        return new PoseDataset(persons.Name, persons.Skeleton, [.. persons.Images.Where(i => used.Contains(i.Id))], persons.Persons);
    }

    // Box files name pictures relative to one folder: the one that was given, or the one in which all pictures lie.
    private static string OneFolder(List<string> files, string[] images)
    {
        if (images is [var only] && Directory.Exists(only))
            return only;
        var folders = files.Select(f => Path.GetDirectoryName(f)!).Distinct().ToList();
        return folders.Count == 1
            ? folders[0]
            : throw new CommandException(ExitCode.Usage, "--boxes needs pictures of one folder.", string.Join(", ", folders.Take(3)), "one folder, or pictures that lie in one folder", "run predict once for each folder");
    }

    private static bool IsList(string boxes)
    {
        try
        {
            using var stream = File.OpenRead(boxes);
            var start = new byte[64];
            var read = stream.Read(start);
            return start.AsSpan(0, read).TrimStart(" \t\r\n\uFEFF"u8).StartsWith("["u8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("The boxes cannot be read.", boxes, "a COCO annotation file or a COCO list of detections", "check the path", e);
        }
    }
}
