using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Reading;

/// <summary>The persons of a COCO file, as far as they can be read.</summary>
internal sealed class CocoAnnotations(ReadingLog log, Dictionary<long, CheckedImage> images, HashSet<long> categories, long? personCategory, Skeleton skeleton)
{
    private readonly List<CheckedPerson> _persons = [];
    private readonly Dictionary<long, int> _place = [];

    public IReadOnlyList<CheckedPerson> All => _persons;

    public void Add(JsonElement element, int index)
    {
        var problems = new ProblemList();
        var record = new JsonRecord(element, $"annotations[{index}]", problems);
        if (record.IsObject("{\"id\": 1, \"image_id\": 1, \"category_id\": 1, \"bbox\": […], \"keypoints\": […]}") && IsPerson(record, index))
            AddPerson(record, index);
        foreach (var problem in problems.Listed)
            log.Add(RecordMalformed, problem.Where, problem.Problem, problem.Expected ?? "a whole record", problem.Fix ?? "correct the record, or take it out", tree => tree.DropAnnotation(index), annotation: Id(element));
    }

    private void AddPerson(JsonRecord record, int index)
    {
        var id = record.Integer("id");
        if (id is { } known && !_place.TryAdd(known, index))
        {
            log.Add(DuplicateId, $"annotations[{index}].id", $"Annotation id {known} stands twice.", $"an id of its own; annotations[{_place[known]}] has it already", "number the annotations anew", tree => tree.Annotation(index)!["id"] = tree.FreeAnnotationId(), annotation: known);
        }

        var image = Image(record, index);
        var keypoints = Keypoints(record, index, id, image);
        var box = Box(record, index, id, image, keypoints);
        if (image is null)
            return;
        _persons.Add(new()
        {
            Index = index,
            Id = id,
            Image = image,
            Box = box,
            Area = record.Has("area") ? record.Number("area") : box?.Area,
            IsCrowd = record.Has("iscrowd") && record.Element.GetProperty("iscrowd") is var crowd && (crowd.ValueKind == JsonValueKind.True || (crowd.ValueKind == JsonValueKind.Number && crowd.GetDouble() != 0)),
            Keypoints = keypoints,
            NumKeypoints = record.Has("num_keypoints") ? record.Integer("num_keypoints") : null,
        });
    }

    private bool IsPerson(JsonRecord record, int index)
    {
        if (!record.Has("category_id"))
            return true;
        if (record.Integer("category_id") is not { } category)
            return true;
        if (categories.Count > 0 && !categories.Contains(category))
        {
            log.Add(CategoryUnknown, $"annotations[{index}].category_id", $"Category {category} is not in the file.", $"one of {string.Join(", ", categories.Order())}", "add the category, or correct category_id", tree => tree.DropAnnotation(index), annotation: Id(record.Element));
            // Likely a person all the same when it has keypoints.
            return record.Has("keypoints");
        }

        return personCategory is null || category == personCategory;
    }

    private CheckedImage? Image(JsonRecord record, int index)
    {
        if (record.Integer("image_id") is not { } id)
            return null;
        if (images.TryGetValue(id, out var image))
            return image;
        log.Add(ImageUnknown, $"annotations[{index}].image_id", $"The annotation belongs to image {id}, which is not in the file.", $"the id of one of the {images.Count} images", "add the image to \"images\", or take the annotation out", tree => tree.DropAnnotation(index), annotation: Id(record.Element));
        return null;
    }

    private Box? Box(JsonRecord record, int index, long? id, CheckedImage? image, ImmutableArray<Keypoint> keypoints)
    {
        const string expected = "4 numbers: left, top, width, height; neither size below 0";
        if (record.Numbers("bbox", expected) is not { } b)
            return null;
        var around = new CheckedPerson { Index = index, Id = id, Image = image!, Keypoints = keypoints }.Extent();
        if (b.Length != 4)
        {
            log.Add(BoxMalformed, $"annotations[{index}].bbox", $"The box has {b.Length} numbers.", expected, b.Length == 5 ? "take off the angle of a rotated box, and give the upright box around it" : "correct the box", BoxMend.Around(index, around, image), image, id);
            return null;
        }

        var box = new Box(b[0], b[1], b[2], b[3]);
        if (box is { Width: >= 0, Height: >= 0 })
            return box;
        log.Add(BoxMalformed, $"annotations[{index}].bbox", FormattableString.Invariant($"The box is {box.Width} wide and {box.Height} high."), expected, "write left, top, width, height", BoxMend.Around(index, around, image), image, id);
        return null;
    }

    private ImmutableArray<Keypoint> Keypoints(JsonRecord record, int index, long? id, CheckedImage? image)
    {
        if (!record.Has("keypoints"))
            return [];
        var count = skeleton.Count;
        var expected = $"{3 * count} numbers: x, y, v for each of {count} keypoints";
        if (record.Numbers("keypoints", expected) is not { Length: > 0 } numbers)
            return [];
        if (numbers.Length != 3 * count)
        {
            log.Add(KeypointCount, $"annotations[{index}].keypoints", $"The keypoints list has {numbers.Length} numbers.", expected, "write every keypoint of the category, 0, 0, 0 for one without a label", tree => tree.DropAnnotation(index), image, id);
            return [];
        }

        var points = ImmutableArray.CreateBuilder<Keypoint>(count);
        for (var k = 0; k < count; k++)
        {
            var (x, y, v) = (numbers[3 * k], numbers[(3 * k) + 1], numbers[(3 * k) + 2]);
            if (v is not (0 or 1 or 2))
            {
                var keypoint = k;
                log.Add(VisibilityValue, $"annotations[{index}].keypoints[{(3 * k) + 2}]", FormattableString.Invariant($"The visibility of {skeleton.Keypoints[k]} is {v}."), "0 (no label), 1 (hidden) or 2 (visible)", "correct it; a confidence is no visibility", tree => tree.SetKeypoint(index, keypoint, x, y, v > 0 ? 2 : 0), image, id);
            }

            points.Add(new(x, y, v switch { <= 0 => Visibility.Unlabelled, 1 => Visibility.Hidden, _ => Visibility.Visible }));
        }

        return points.MoveToImmutable();
    }

    private static long? Id(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out var number) ? number : null;
}
