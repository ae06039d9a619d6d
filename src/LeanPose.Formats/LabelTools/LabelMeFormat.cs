using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Formats.Reading;

namespace LeanPose.Formats.LabelTools;

/// <summary>
/// LabelMe: one JSON file a picture, or a folder of them. Points are keypoints by their label, a <c>group_id</c> joins those of one person, a
/// rectangle of the group is the box. A point whose flags say occluded or hidden is hidden.
/// </summary>
public sealed class LabelMeFormat : IDatasetFormat
{
    private const string Record = "{\"shapes\": […], \"imagePath\": \"a.jpg\", \"imageWidth\": 640, \"imageHeight\": 480}";
    private const string HowToGroup = "give the shapes of each person a group id of their own (Edit Label in LabelMe)";

    /// <inheritdoc/>
    public string Name => "labelme";

    /// <inheritdoc/>
    public string Description => "LabelMe, a JSON file of one picture or a folder of such files.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source)
    {
        if (source.IsFolder)
            return source.Files(".json").FirstOrDefault() is { } first && IsLabelMe(JsonSketch.Of(first)) ? Recognition.Certain : Recognition.No;
        return IsLabelMe(source.Json) ? Recognition.Certain : Recognition.No;
    }

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options)
    {
        var isFolder = Directory.Exists(path);
        string[] files = isFolder ? [.. Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal)] : [path];
        if (files.Length == 0)
            throw new DataException("There is no JSON file in the folder.", path, "LabelMe's files, one a picture", "give the folder that LabelMe saves to");
        var builder = new DatasetBuilder(path, options, isFolder ? path : CocoDialect.FolderOf(path));
        foreach (var file in files)
        {
            try
            {
                using var json = new JsonFile(file).ReadWhole();
                Add(new JsonRecord(json.RootElement, file, builder.Problems), builder);
            }
            catch (DataException e)
            {
                builder.Problems.Add(e);
            }
        }

        return builder.BuildByName();
    }

    private static bool IsLabelMe(JsonSketch? json) => json is { IsList: false } && json.Keys.Contains("shapes") && json.Keys.Contains("imagePath");

    private static void Add(JsonRecord record, DatasetBuilder builder)
    {
        if (!record.IsObject(Record) || record.Text("imagePath") is not { Length: > 0 } name)
            return;
        name = name.Replace('\\', '/');
        // Paths that leave the folder were true where the picture was labelled.
        if (name.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(name))
            name = name[(name.LastIndexOf('/') + 1)..];
        var image = builder.Image(name, record.Where(), Side(record, "imageWidth"), Side(record, "imageHeight"));
        var groups = new PointGroups(image, name, builder, HowToGroup);
        foreach (var shape in record.Items("shapes"))
            AddShape(shape, groups);
        groups.Finish();
    }

    private static void AddShape(JsonRecord shape, PointGroups groups)
    {
        if (!shape.IsObject("{\"label\": \"nose\", \"points\": [[x, y]], \"group_id\": 1, \"shape_type\": \"point\"}") || shape.Text("label") is not { } label)
            return;
        shape = shape with { Name = label };
        var kind = shape.OptionalText("shape_type") ?? "polygon";
        if (kind is not ("point" or "rectangle"))
            return;
        var points = shape.Items("points").Select(p => Numbers(p.Element)).ToArray();
        if (points.Length != (kind == "point" ? 1 : 2) || points.Any(p => p is null))
        {
            shape.Problems.Add($"The {kind} has {points.Length} points, or one that is no [x, y].", shape.Where("points"), kind == "point" ? "[[x, y]]" : "[[x, y], [x, y]]: two corners");
            return;
        }

        var group = shape.Has("group_id") && shape.Integer("group_id") is { } id ? id.ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
        var (x, y) = points[0]!.Value;
        if (kind == "point")
        {
            groups.Point(label, new(x, y, IsHidden(shape.Element) ? Visibility.Hidden : Visibility.Visible), group, shape.Where());
            return;
        }

        var (u, v) = points[1]!.Value;
        groups.Box(label, new(Math.Min(x, u), Math.Min(y, v), Math.Abs(u - x), Math.Abs(v - y)), group);
    }

    private static bool IsHidden(JsonElement shape) =>
        shape.TryGetProperty("flags", out var flags) && flags.ValueKind == JsonValueKind.Object
        && flags.EnumerateObject().Any(f => f.Name.ToLowerInvariant() is "occluded" or "hidden" && f.Value.ValueKind == JsonValueKind.True);

    private static (double X, double Y)? Numbers(JsonElement point) =>
        point.ValueKind == JsonValueKind.Array && point.GetArrayLength() == 2 && point.EnumerateArray().All(n => n.ValueKind == JsonValueKind.Number && double.IsFinite(n.GetDouble()))
            ? (point[0].GetDouble(), point[1].GetDouble())
            : null;

    private static int Side(JsonRecord record, string field) =>
        record.Element.TryGetProperty(field, out var e) && e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out var side) ? side : 0;
}
