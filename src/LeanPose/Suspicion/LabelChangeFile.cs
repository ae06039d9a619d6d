using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.IO;
using LeanPose.Skeletons;

namespace LeanPose.Suspicion;

/// <summary>The list of what <see cref="LabelCorruption"/> changed, as a JSON file beside the corrupted annotations.</summary>
public static class LabelChangeFile
{
    /// <summary>Where the list of a corrupted annotation file lies: <c>a.json</c> has <c>a.changes.json</c>.</summary>
    public static string Beside(string annotations) => Path.ChangeExtension(annotations, ".changes.json");

    /// <summary>Writes a list.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="changes">What was changed.</param>
    /// <param name="skeleton">Names the keypoints.</param>
    /// <exception cref="DataException">The place cannot be written to.</exception>
    public static void Write(string path, IEnumerable<LabelChange> changes, Skeleton skeleton) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteStartArray("changes");
        foreach (var c in changes)
        {
            json.WriteStartObject();
            json.WriteNumber("annotation_id", c.AnnotationId);
            json.WriteString("keypoint", skeleton.Keypoints[c.Keypoint]);
            json.WriteString("fault", FaultNames.Of(c.Fault));
            CocoJson.WriteNumbers(json, "from", [c.From.X, c.From.Y]);
            CocoJson.WriteNumbers(json, "to", [c.To.X, c.To.Y]);
            json.WriteNumber("moved", c.Moved);
            json.WriteEndObject();
            CocoJson.FlushWhenLarge(json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reads a list.</summary>
    /// <param name="path">The file.</param>
    /// <param name="skeleton">Names the keypoints.</param>
    /// <exception cref="DataException">The file is missing or no such list, or names unknown keypoints.</exception>
    public static ImmutableArray<LabelChange> Read(string path, Skeleton skeleton)
    {
        var problems = new ProblemList();
        var changes = ImmutableArray.CreateBuilder<LabelChange>();
        var file = new JsonFile(path);
        file.ReadArrays(["changes"], (_, i, element) =>
        {
            if (Parse(new JsonRecord(element, $"{path}, changes[{i}]", problems), skeleton) is { } change)
                changes.Add(change);
        });
        if (!file.Keys.Contains("changes"))
            problems.Add("The file has no \"changes\".", path, "the list that 'leanpose data corrupt' writes beside the annotations", "give the file that ends in .changes.json");
        problems.ThrowIfAny();
        return changes.ToImmutable();
    }

    private static LabelChange? Parse(JsonRecord record, Skeleton skeleton)
    {
        if (!record.IsObject("{\"annotation_id\": 1, \"keypoint\": \"nose\", \"fault\": \"shift\", \"from\": [x, y], \"to\": [x, y], \"moved\": 0.2}"))
            return null;
        var (id, name, fault) = (record.Integer("annotation_id"), record.Text("keypoint"), record.Text("fault"));
        var (from, to, moved) = (record.Numbers("from", "x, y"), record.Numbers("to", "x, y"), record.Number("moved"));
        if (id is null || name is null || fault is null || from is not { Length: 2 } || to is not { Length: 2 } || moved is null)
            return null;
        var keypoint = skeleton.IndexOf(name);
        if (keypoint < 0)
            record.Problems.Add($"There is no keypoint '{name}'.", record.Where("keypoint"), $"one of {skeleton.Name}: {string.Join(", ", skeleton.Keypoints)}");
        if (!FaultNames.All.TryGetValue(fault, out var kind))
            record.Problems.Add($"There is no fault '{fault}'.", record.Where("fault"), string.Join(", ", FaultNames.All.Keys));
        return new(id.Value, keypoint, kind, new Point2(from[0], from[1]), new Point2(to[0], to[1]), moved.Value);
    }
}
