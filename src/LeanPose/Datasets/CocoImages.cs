using System.Collections.Immutable;

namespace LeanPose.Datasets;

/// <summary>The pictures of a COCO file.</summary>
internal sealed class CocoImages(string file, string folder, string? stripPrefix, ProblemList problems)
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
        _images.Add(new ImageRecord(id, name, ImageFiles.Locate(folder, name, stripPrefix), width, height)
        {
            CrowdIndex = record.Has("crowdIndex") ? record.Number("crowdIndex") : null,
        });
    }

    private static int? Side(JsonRecord record, string field)
    {
        if (!record.Has(field))
            return 0;
        if (record.Integer(field) is not { } side)
            return null;
        if (side is >= 0 and <= int.MaxValue)
            return (int)side;
        record.Problems.Add($"The image's {field} is {side}.", record.Where(field), "its number of pixels");
        return null;
    }
}
