using System.Globalization;
using LeanPose.Imaging;
using LeanPose.Skeletons;

namespace LeanPose.Datasets;

/// <summary>How <see cref="BoxFileReader"/> reads.</summary>
public sealed record BoxReadOptions
{
    /// <summary>A COCO file whose <c>images</c> say which picture an id is. Null (default): the picture is found in the folder by its id.</summary>
    public string? ImagesFrom { get; init; }

    /// <summary>Boxes with a lower score are left out. Default 0.</summary>
    public double MinScore { get; init; }

    /// <summary>The category whose boxes are persons. Default 1, as in COCO; boxes without a category count as persons.</summary>
    public long PersonCategory { get; init; } = 1;

    /// <summary>What to take off the start of every <c>file_name</c> of <see cref="ImagesFrom"/>.</summary>
    public string? StripPrefix { get; init; }

    /// <summary>What the data set says of its keypoints; none by default. Its persons have no labels in any case.</summary>
    public Skeleton? Skeleton { get; init; }
}

/// <summary>Reads detected persons, COCO's list of <c>{"image_id", "category_id", "bbox", "score"}</c>, as unlabelled data.</summary>
public static class BoxFileReader
{
    private const string Expected = "a list of {\"image_id\": 1, \"category_id\": 1, \"bbox\": [left, top, width, height], \"score\": 0.9}";

    /// <summary>
    /// Reads boxes. Persons come picture by picture (in the order of <see cref="BoxReadOptions.ImagesFrom"/>, else as the boxes first
    /// name them), within a picture in file order; their ids count all boxes of the file from 1, whether kept or not. Without a COCO file the picture of
    /// id 785 is <c>000000000785.jpg</c> or any picture in the folder or below it whose name without extension is 785.
    /// </summary>
    /// <param name="boxFile">The JSON file.</param>
    /// <param name="imageFolder">The folder with the pictures.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="DataException">A file is missing or not what it should be, a record is not usable, or pictures are missing.</exception>
    public static PoseDataset Read(string boxFile, string imageFolder, BoxReadOptions? options = null)
    {
        options ??= new BoxReadOptions();
        var problems = new ProblemList();
        var file = new JsonFile(boxFile);
        var boxes = new List<(long Image, PersonInstance Person)>();
        file.ReadList(Expected, (i, element) =>
        {
            if (Parse(new JsonRecord(element, $"{boxFile}, [{i}]", problems), i, options) is { } box)
                boxes.Add(box);
        });
        problems.ThrowIfAny();

        var byImage = boxes.GroupBy(b => b.Image).ToDictionary(g => g.Key, g => g.Select(b => b.Person).ToArray());
        var images = options.ImagesFrom is null
            ? FindInFolder(byImage.Keys, imageFolder, boxFile, problems)
            : FindInCoco(byImage.Keys, options.ImagesFrom, imageFolder, boxFile, options, problems);
        ImageFiles.CheckExist(images, imageFolder, options.ImagesFrom ?? boxFile, problems);
        problems.ThrowIfAny();
        return new PoseDataset(boxFile, options.Skeleton ?? ImageFolderReader.NoKeypoints, [.. images], [.. images.SelectMany(image => byImage[image.Id].Select(p => In(image, p)))]);
    }

    private static (long, PersonInstance)? Parse(JsonRecord record, int index, BoxReadOptions options)
    {
        if (!record.IsObject("{\"image_id\": 1, \"category_id\": 1, \"bbox\": […], \"score\": 0.9}"))
            return null;
        if (record.Has("category_id") && record.Integer("category_id") != options.PersonCategory)
            return null;
        var image = record.Integer("image_id");
        var box = record.Box("bbox");
        var score = record.Has("score") ? record.Number("score") : 1;
        if (image is not { } id || box is not { } raw || score is not { } s || s < options.MinScore)
            return null;
        return (id, new PersonInstance { Id = index + 1, Image = null!, RawBox = raw, Box = raw, Area = raw.Area, Score = s });
    }

    private static PersonInstance In(ImageRecord image, PersonInstance person) =>
        person with { Image = image, Box = PersonBox.Detected(person.RawBox, image.Width, image.Height) };

    private static List<ImageRecord> FindInCoco(IEnumerable<long> ids, string cocoFile, string folder, string boxFile, BoxReadOptions options, ProblemList problems)
    {
        var coco = new CocoImages(cocoFile, folder, options.StripPrefix, problems);
        var file = new JsonFile(cocoFile);
        file.ReadArrays(["images"], (_, i, element) => coco.Add(new JsonRecord(element, $"{cocoFile}, images[{i}]", problems), i));
        if (!file.Keys.Contains("images"))
            throw new DataException("The file has no \"images\".", cocoFile, "a COCO file, whose images say which picture an id is", "give the annotation or image information file that belongs to the boxes");
        var absent = ids.Where(id => coco.IndexOf(id) < 0).ToArray();
        if (absent.Length > 0)
            problems.Add($"{absent.Length} of the boxes' images are not in the COCO file: {Listed(absent)}.", boxFile, $"ids of the images of {cocoFile}", "use the COCO file that belongs to the boxes");
        var wanted = ids.ToHashSet();
        return [.. coco.All.Where(i => wanted.Contains(i.Id))];
    }

    private static List<ImageRecord> FindInFolder(IEnumerable<long> ids, string folder, string boxFile, ProblemList problems)
    {
        var byStem = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in ImageFiles.In(folder))
            byStem.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        List<ImageRecord> images = [];
        List<long> absent = [];
        foreach (var id in ids)
        {
            if (!byStem.TryGetValue(id.ToString("D12", CultureInfo.InvariantCulture), out var path)
                && !byStem.TryGetValue(id.ToString(CultureInfo.InvariantCulture), out path))
            {
                absent.Add(id);
                continue;
            }

            try
            {
                var (width, height) = ImageDecoder.ReadSize(path);
                images.Add(new ImageRecord(id, Path.GetRelativePath(folder, path).Replace('\\', '/'), path, width, height));
            }
            catch (DataException e)
            {
                problems.Add(e);
            }
        }

        if (absent.Count > 0)
            problems.Add($"No picture was found for {absent.Count} of the boxes' images: {Listed(absent)}.", $"folder {folder} (for {boxFile})", "000000000785.jpg or 785.jpg for image 785", "check the image folder, or name the COCO file whose images have these ids");
        return images;
    }

    private static string Listed(IReadOnlyCollection<long> ids) => string.Join(", ", ids.Take(3)) + (ids.Count > 3 ? $" and {ids.Count - 3} more" : "");
}
