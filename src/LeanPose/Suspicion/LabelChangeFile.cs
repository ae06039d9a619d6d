using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.IO;
using LeanPose.Skeletons;

namespace LeanPose.Suspicion;

/// <summary>The list of what <see cref="LabelCorruption"/> changed, as a JSON file beside the corrupted annotations.</summary>
public static class LabelChangeFile
{
    // Pixels. Other tools may have written the annotations anew, with whole numbers.
    private const double Rounding = 0.5;

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

    /// <summary>Refuses labels that are not those in which a list's changes were made: every changed label lies where the list says that it was moved to.</summary>
    /// <param name="path">The file of the list.</param>
    /// <param name="changes">The list.</param>
    /// <param name="skeleton">Its keypoints.</param>
    /// <param name="labels">The labels, of whatever skeleton.</param>
    /// <exception cref="DataException">A person is missing, or a label lies elsewhere.</exception>
    public static void RequireFitting(string path, IReadOnlyList<LabelChange> changes, Skeleton skeleton, PoseDataset labels)
    {
        const string expected = "the list beside the corrupted annotations that are looked at (a.json has a.changes.json)";
        const string fix = "give the annotations that 'leanpose data corrupt' wrote with --annotations";
        var persons = labels.Persons.Where(p => p.LabelledCount > 0).ToDictionary(p => p.Id);
        var strange = changes.Where(c => !persons.ContainsKey(c.AnnotationId)).Select(c => c.AnnotationId).Distinct().ToList();
        if (strange.Count > 0)
            throw new DataException($"The changes are of other persons: {strange.Count} of their annotations are not here, or have no labels.", $"{path} (annotation id {strange[0]})", expected, fix);

        var keypoints = skeleton.MapTo(labels.Skeleton);
        Keypoint Label(LabelChange c) => keypoints[c.Keypoint] is >= 0 and var k ? persons[c.AnnotationId].Keypoints[k] : default;
        var elsewhere = changes.Where(c => !Label(c).IsLabelled || Math.Abs(Label(c).X - c.To.X) > Rounding || Math.Abs(Label(c).Y - c.To.Y) > Rounding).ToList();
        if (elsewhere.Count == 0)
            return;
        var (first, found) = (elsewhere[0], Label(elsewhere[0]));
        throw new DataException(
            string.Create(CultureInfo.InvariantCulture, $"These are not the labels that were made wrong: {elsewhere.Count} of {changes.Count} labels do not lie where the list says that they were moved to."),
            string.Create(CultureInfo.InvariantCulture, $"{path} (annotation id {first.AnnotationId}, {skeleton.Keypoints[first.Keypoint]}: to {first.To.X:0.##}, {first.To.Y:0.##}; {(found.IsLabelled ? $"the label lies at {found.X:0.##}, {found.Y:0.##}" : "there is no label")})"),
            expected,
            fix);
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
