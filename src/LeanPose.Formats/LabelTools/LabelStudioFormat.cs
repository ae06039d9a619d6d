using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.Geometry;

namespace LeanPose.Formats.LabelTools;

/// <summary>
/// Label Studio's JSON export: a list of tasks with <c>annotations[].result[]</c>. Key points belong to the rectangle that is their parent, or to
/// which a relation or their place joins them. Coordinates are percent of the picture; every keypoint counts as visible. Of several annotations
/// of a task the one marked as ground truth is taken, else the first that was not cancelled.
/// </summary>
public sealed class LabelStudioFormat : IDatasetFormat
{
    private const string Record = "{\"data\": {\"image\": \"/data/upload/1/a.jpg\"}, \"annotations\": [{\"result\": […]}]}";
    private const string HowToGroup = "make the rectangle of each person the parent of its key points, or export as JSON where they were joined";

    /// <inheritdoc/>
    public string Name => "label-studio";

    /// <inheritdoc/>
    public string Description => "Label Studio's JSON export (not JSON-MIN), key points and rectangles.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) =>
        source.Json is { IsList: true } json && JsonSketch.Has(json.Item, "data") && (JsonSketch.Has(json.Item, "annotations") || JsonSketch.Has(json.Item, "completions"))
            ? Recognition.Certain
            : Recognition.No;

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options)
    {
        var builder = new DatasetBuilder(path, options, CocoDialect.FolderOf(path));
        new JsonFile(path).ReadList($"a list of {Record}; Label Studio writes it as JSON, not JSON-MIN", (i, e) => AddTask(new JsonRecord(e, $"{path}, [{i}]", builder.Problems), builder));
        return builder.BuildByName();
    }

    private static void AddTask(JsonRecord task, DatasetBuilder builder)
    {
        if (!task.IsObject(Record))
            return;
        if (task.Has("id") && task.Element.GetProperty("id").ValueKind == JsonValueKind.Number)
            task = task with { Name = $"task {task.Element.GetProperty("id").GetRawText()}" };
        if (!task.Has("data"))
        {
            builder.Problems.Add("The task has no data.", task.Where(), Record, "export as JSON, not JSON-MIN");
            return;
        }

        if (FileName(task, builder.Folder) is not { } name)
        {
            builder.Problems.Add("The task has no picture.", task.Where("data"), "\"image\": \"/data/upload/1/a.jpg\"");
            return;
        }

        JsonRecord[] kept = [.. task.Items(task.Has("annotations") ? "annotations" : "completions").Where(a => !IsTrue(a, "was_cancelled"))];
        var chosen = kept.Where(a => IsTrue(a, "ground_truth")).Concat(kept).ToArray();
        JsonRecord[] regions = chosen.Length == 0 ? [] : [.. chosen[0].Items("result").Where(r => r.IsObject("a region"))];
        var sizes = regions.Select(Size).FirstOrDefault(s => s.Width > 0 && s.Height > 0);
        var image = builder.Image(name, task.Where(), sizes.Width, sizes.Height);
        var groups = new PointGroups(image, name, builder, HowToGroup);
        var rectangles = regions.Where(r => r.OptionalText("type") is "rectanglelabels" or "rectangle").Select(r => r.OptionalText("id")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var parents = Parents(regions, rectangles);
        foreach (var region in regions)
            AddRegion(region, groups, parents, rectangles);
        groups.Finish();
    }

    private static void AddRegion(JsonRecord region, PointGroups groups, Dictionary<string, string> parents, HashSet<string> rectangles)
    {
        var kind = region.OptionalText("type");
        if (kind is not ("keypointlabels" or "rectanglelabels" or "rectangle") || region.Child("value") is not { } value)
            return;
        var (width, height) = Size(region);
        if (width <= 0 || height <= 0)
        {
            region.Problems.Add("The region does not say how large the picture is.", region.Where(), "\"original_width\" and \"original_height\", pixels", "export again with Label Studio 1.0 or newer");
            return;
        }

        if (value.Number("x") is not { } x || value.Number("y") is not { } y)
            return;
        var id = region.OptionalText("id");
        if (kind == "keypointlabels")
        {
            if (Label(value, "keypointlabels") is { } name)
                groups.Point(name, new(x / 100 * width, y / 100 * height, Visibility.Visible), id is not null && parents.TryGetValue(id, out var parent) ? parent : null, region.Where());
            else
                region.Problems.Add("The key point has no label.", value.Where("keypointlabels"), "[\"nose\"]");
        }
        else if (value.Number("width") is { } w && value.Number("height") is { } h)
        {
            // Only a rectangle that someone points to is a group; points find the others by their place.
            var isParent = id is not null && rectangles.Contains(id) && parents.ContainsValue(id);
            groups.Box(Label(value, "rectanglelabels") ?? "person", new Box(x / 100 * width, y / 100 * height, w / 100 * width, h / 100 * height), isParent ? id : null);
        }
    }

    /// <summary>For each key point the rectangle that it was joined to.</summary>
    private static Dictionary<string, string> Parents(JsonRecord[] regions, HashSet<string> rectangles)
    {
        var parents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var region in regions)
        {
            if (region.OptionalText("id") is { } id && region.OptionalText("parentID") is { } parent && rectangles.Contains(parent))
                parents[id] = parent;
            if (region.OptionalText("type") != "relation" || region.OptionalText("from_id") is not { } from || region.OptionalText("to_id") is not { } to)
                continue;
            if (rectangles.Contains(to) && !rectangles.Contains(from))
                parents.TryAdd(from, to);
            else if (rectangles.Contains(from) && !rectangles.Contains(to))
                parents.TryAdd(to, from);
        }

        return parents;
    }

    /// <summary>The picture's name: from <c>/data/local-files/?d=a/b.jpg</c> all behind <c>d=</c>, else the last part. An upload's random prefix goes if only the rest is in the folder.</summary>
    private static string? FileName(JsonRecord task, string folder)
    {
        var data = task.Element.GetProperty("data");
        if (data.ValueKind != JsonValueKind.Object)
            return null;
        var urls = data.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).ToArray();
        var url = urls.Where(p => p.Name is "image" or "img").Concat(urls.Where(p => ImageFiles.IsPicture(p.Value.GetString()!.Split('?')[0]))).Select(p => p.Value.GetString()!).FirstOrDefault();
        if (string.IsNullOrEmpty(url))
            return null;
        var local = url.IndexOf("?d=", StringComparison.Ordinal);
        if (local >= 0)
            return Uri.UnescapeDataString(url[(local + 3)..]).TrimStart('/');
        var path = Uri.UnescapeDataString(url.Split('?')[0]);
        var name = path[(path.LastIndexOf('/') + 1)..];
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return dash == 8 && name[..8].All(char.IsAsciiHexDigit) && !File.Exists(Path.Combine(folder, name)) && File.Exists(Path.Combine(folder, name[9..])) ? name[9..] : name;
    }

    private static (int Width, int Height) Size(JsonRecord region)
    {
        int Side(string field) => region.Element.TryGetProperty(field, out var e) && e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out var side) ? side : 0;
        return (Side("original_width"), Side("original_height"));
    }

    private static string? Label(JsonRecord value, string field) =>
        value.Element.TryGetProperty(field, out var labels) && labels.ValueKind == JsonValueKind.Array && labels.GetArrayLength() > 0 && labels[0].ValueKind == JsonValueKind.String ? labels[0].GetString() : null;

    private static bool IsTrue(JsonRecord record, string field) =>
        record.Element.ValueKind == JsonValueKind.Object && record.Element.TryGetProperty(field, out var e) && e.ValueKind == JsonValueKind.True;
}
