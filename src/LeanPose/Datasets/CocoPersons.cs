using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.Geometry;
using LeanPose.Skeletons;

namespace LeanPose.Datasets;

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
        var keypoints = Keypoints(record);
        var box = options.BoxFromKeypoints && !record.Has("bbox") && image is { } of && keypoints is { } drawn
            ? PersonBox.Around(drawn, images[of].Width, images[of].Height)
            : record.Box("bbox");
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
            HeadBox = HeadBox(record.Element),
            TrackId = record.Has("track_id") ? record.Integer("track_id") : null,
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
        if (numbers.Length != 3 * count && !(options.LeadingKeypoints && numbers.Length > 3 * count && numbers.Length % 3 == 0))
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

            points.Add(new Keypoint(numbers[3 * k], numbers[(3 * k) + 1], options.OneIsVisible && v == 1 ? Visibility.Visible : (Visibility)(byte)v));
        }

        return points.MoveToImmutable();
    }

    /// <summary>PoseTrack leaves it empty for heads that are not seen.</summary>
    private static Box? HeadBox(JsonElement annotation) =>
        annotation.TryGetProperty("bbox_head", out var box) && box.ValueKind == JsonValueKind.Array && box.GetArrayLength() == 4
        && box.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number) && box[2].GetDouble() > 0 && box[3].GetDouble() > 0
            ? new(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble())
            : null;

    private static bool IsCrowd(JsonRecord record) => record.Has("iscrowd") && record.Element.GetProperty("iscrowd") switch
    {
        { ValueKind: JsonValueKind.Number } e => e.GetDouble() != 0,
        var e => e.ValueKind == JsonValueKind.True,
    };
}
