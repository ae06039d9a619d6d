using System.Collections.Immutable;
using LeanPose.Skeletons;

namespace LeanPose.Datasets;

/// <summary>
/// Reads keypoint annotations in COCO's format. Everything is checked before anything is returned, and problems are reported together.
/// <para>
/// Pictures keep the file's order; persons come picture by picture, and within a picture in the file's order. Persons are the
/// annotations of the category that has keypoint names (of the one called "person" if several have). Crowds and persons without
/// keypoints stay in; <see cref="PoseDataset.Trainable"/> leaves them out. A person's <see cref="PersonInstance.Box"/> is the annotated
/// one clipped to the picture as SimpleBaseline does it.
/// </para>
/// </summary>
public static class CocoReader
{
    private static readonly string[] Sections = ["images", "annotations", "categories"];

    /// <summary>Reads an annotation file.</summary>
    /// <param name="annotationFile">The JSON file.</param>
    /// <param name="imageFolder">The folder to which the file's <c>file_name</c>s are relative.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="DataException">
    /// The file is missing, no JSON or not COCO; a record is not usable; or pictures are missing. Holds up to 20 problems.
    /// </exception>
    public static PoseDataset Read(string annotationFile, string imageFolder, CocoReadOptions? options = null)
    {
        options ??= new CocoReadOptions();
        var file = new JsonFile(annotationFile);
        var problems = new ProblemList();

        // Categories usually come last, but annotations cannot be understood without them: hence two passes over the bytes.
        var images = new CocoImages(file.Path, imageFolder, options, problems);
        var categories = new List<CocoCategory>();
        file.ReadArrays(["images", "categories"], (section, i, element) =>
        {
            var record = new JsonRecord(element, $"{file.Path}, {section}[{i}]", problems);
            if (section == "images")
                images.Add(record, i);
            else if (CocoCategory.Parse(record) is { } category)
                categories.Add(category);
        });
        CheckSections(file);
        problems.ThrowIfAny();
        var person = CocoCategory.Person(categories, file.Path, options.Skeleton);
        var skeleton = person.Skeleton(options.Skeleton);

        var persons = new CocoPersons(file.Path, images, [.. categories.Select(c => c.Id)], person.Id, skeleton, options, problems);
        file.ReadArrays(["annotations"], (section, i, element) => persons.Add(new JsonRecord(element, $"{file.Path}, {section}[{i}]", problems), i));

        var used = persons.Images.ToArray();
        if (options.CheckFiles)
            ImageFiles.CheckExist(used, imageFolder, file.Path, problems);
        if (options.CheckSizes)
            ImageFiles.CheckSizes(used, file.Path, problems);
        problems.ThrowIfAny();
        return new PoseDataset(file.Path, skeleton, images.All, persons.All);
    }

    private static void CheckSections(JsonFile file)
    {
        const string expected = "\"images\", \"annotations\" and \"categories\" at the top level";
        if (file.TopLevel != System.Text.Json.JsonTokenType.StartObject)
            throw new DataException($"The file is JSON but not COCO: it holds {JsonFile.Describe(file.TopLevel)}.", file.Path, expected, "give the annotation file; a list of detections is read as boxes");
        var missing = Sections.Except(file.Keys).ToArray();
        if (missing.Length > 0)
            throw new DataException($"The file is JSON but not COCO: {Quoted(missing)} {(missing.Length == 1 ? "is" : "are")} missing.", file.Path, $"{expected}; found {(file.Keys.Count == 0 ? "nothing" : Quoted(file.Keys))}", "give the annotation file, or export it as COCO keypoints");
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"\"{n}\""));
}

/// <summary>The pictures of a COCO file.</summary>
internal sealed class CocoImages(string file, string folder, CocoReadOptions options, ProblemList problems)
{
    private readonly Dictionary<long, int> _index = [];
    private readonly List<ImageRecord> _images = [];

    public ImmutableArray<ImageRecord> All => [.. _images];

    public int Count => _images.Count;

    /// <summary>Position of a picture, or -1.</summary>
    public int IndexOf(long id) => _index.GetValueOrDefault(id, -1);

    public ImageRecord this[int index] => _images[index];

    public void Add(JsonRecord record, int index)
    {
        if (!record.IsObject("{\"id\": 1, \"file_name\": \"a.jpg\", \"width\": 640, \"height\": 480}") || record.Integer("id") is not { } id)
            return;
        record = record with { Name = $"image id {id}" };
        if (record.Text("file_name") is not { } name || Side(record, "width") is not { } width || Side(record, "height") is not { } height)
            return;
        if (_index.TryGetValue(id, out var other))
            problems.Add($"Image id {id} stands twice.", $"{file}, images[{index}] ({name})", $"an id of its own; {_images[other].FileName} has it already", "number the images anew, and the annotations' image_id with them");
        _index.TryAdd(id, _images.Count);
        _images.Add(new ImageRecord(id, name, ImageFiles.Locate(folder, name, options.StripPrefix), width, height));
    }

    private int? Side(JsonRecord record, string field)
    {
        if (!record.Has(field))
            return 0;
        if (record.Integer(field) is not { } side)
            return null;
        if (side is >= 0 and <= int.MaxValue)
            return (int)side;
        problems.Add($"The image's {field} is {side}.", record.Where(field), "its number of pixels");
        return null;
    }
}

/// <summary>The persons of a COCO file.</summary>
internal sealed class CocoPersons(string file, CocoImages images, HashSet<long> categories, long personCategory, Skeleton skeleton, CocoReadOptions options, ProblemList problems)
{
    private readonly Dictionary<long, int> _place = [];
    private readonly List<PersonInstance>?[] _ofImage = new List<PersonInstance>?[images.Count];

    public ImmutableArray<PersonInstance> All => [.. _ofImage.Where(p => p is not null).SelectMany(p => p!)];

    /// <summary>The pictures with a person.</summary>
    public IEnumerable<ImageRecord> Images => Enumerable.Range(0, images.Count).Where(i => _ofImage[i] is not null).Select(i => images[i]);

    public void Add(JsonRecord record, int index)
    {
        if (!record.IsObject("an annotation: {\"id\": 1, \"image_id\": 1, \"category_id\": 1, \"bbox\": […], \"keypoints\": […]}") || !IsPerson(record))
            return;
        if (record.Integer("id") is not { } id)
            return;
        record = record with { Name = $"annotation id {id}" };
        if (!_place.TryAdd(id, index))
            problems.Add($"Annotation id {id} stands twice.", record.Where(), $"an id of its own; annotations[{_place[id]}] has it already", "number the annotations anew");

        // Each is looked at whatever the others are, so that one run shows all that is wrong.
        var image = Image(record);
        var box = record.Box("bbox");
        var keypoints = Keypoints(record);
        var area = record.Has("area") ? record.Number("area") : box?.Area * options.AreaShareOfBox;
        if (image is not { } i || box is not { } raw || keypoints is not { } points || area is not { } size)
            return;
        (_ofImage[i] ??= []).Add(new PersonInstance
        {
            Id = id,
            Image = images[i],
            RawBox = raw,
            Box = PersonBox.Clip(raw, images[i].Width, images[i].Height),
            Keypoints = points,
            Area = size,
            IsCrowd = IsCrowd(record),
        });
    }

    private bool IsPerson(JsonRecord record)
    {
        if (!record.Has("category_id"))
            return true;
        if (record.Integer("category_id") is not { } category)
            return false;
        if (!categories.Contains(category))
            problems.Add($"The annotation's category {category} is not in the file.", record.Where("category_id"), $"one of {string.Join(", ", categories.Order())}", "add the category, or correct category_id");
        return category == personCategory;
    }

    private int? Image(JsonRecord record)
    {
        if (record.Integer("image_id") is not { } id)
            return null;
        var i = images.IndexOf(id);
        if (i >= 0)
            return i;
        problems.Add($"The annotation belongs to image {id}, which is not in the file.", record.Where("image_id"), $"the id of one of the {images.Count} images of {file}", "add the image to \"images\", or take the annotation out");
        return null;
    }

    private ImmutableArray<Keypoint>? Keypoints(JsonRecord record)
    {
        var count = skeleton.Count;
        if (!record.Has("keypoints"))
            return [];
        var expected = $"{3 * count} numbers: x, y, v for each of {count} keypoints";
        if (record.Numbers("keypoints", expected) is not { } numbers)
            return null;
        if (numbers.Length == 0)
            return [];
        if (numbers.Length != 3 * count)
        {
            problems.Add($"The keypoints list has {numbers.Length} numbers.", record.Where("keypoints"), expected, "write every keypoint of the category, 0, 0, 0 for one without a label");
            return null;
        }

        var points = ImmutableArray.CreateBuilder<Keypoint>(count);
        for (var k = 0; k < count; k++)
        {
            var v = numbers[(3 * k) + 2];
            if (v is not (0 or 1 or 2))
            {
                problems.Add(FormattableString.Invariant($"The visibility of {skeleton.Keypoints[k]} is {v}."), record.Where($"keypoints[{(3 * k) + 2}]"), "0 (no label), 1 (hidden) or 2 (visible)", "correct it; a confidence is no visibility");
                return null;
            }

            points.Add(new Keypoint(numbers[3 * k], numbers[(3 * k) + 1], (Visibility)(byte)v));
        }

        return points.MoveToImmutable();
    }

    private static bool IsCrowd(JsonRecord record) => record.Has("iscrowd") && record.Element.GetProperty("iscrowd") switch
    {
        { ValueKind: System.Text.Json.JsonValueKind.Number } e => e.GetDouble() != 0,
        var e => e.ValueKind == System.Text.Json.JsonValueKind.True,
    };
}
