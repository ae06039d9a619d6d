using System.Text.Json.Nodes;

namespace LeanPose.Checks;

/// <summary>An annotation file in memory, to be corrected. Records keep their positions until <see cref="Finish"/> takes out those that were dropped.</summary>
internal sealed class AnnotationTree(JsonObject root)
{
    private readonly HashSet<JsonNode> _dropped = [];

    public JsonObject? Image(int index) => At("images", index);

    public JsonObject? Annotation(int index) => At("annotations", index);

    public JsonObject? Category(int index) => At("categories", index);

    public JsonArray Records(string section) => root[section] as JsonArray ?? [];

    /// <summary>Takes an annotation out.</summary>
    public void DropAnnotation(int index) => Drop("annotations", index);

    /// <summary>Takes a picture out, and its annotations with it.</summary>
    public void DropImage(int index)
    {
        Drop("images", index);
        if (Image(index) is not { } image || Id(image, "id") is not { } id)
            return;
        foreach (var annotation in Records("annotations").OfType<JsonObject>())
        {
            if (Id(annotation, "image_id") == id)
                _dropped.Add(annotation);
        }
    }

    /// <summary>Writes x, y, v of a keypoint.</summary>
    public void SetKeypoint(int annotation, int keypoint, double x, double y, double v)
    {
        if (Annotation(annotation)?["keypoints"] is not JsonArray list || list.Count < (3 * keypoint) + 3)
            return;
        (list[3 * keypoint], list[(3 * keypoint) + 1], list[(3 * keypoint) + 2]) = (x, y, v);
        Recount(annotation);
    }

    /// <summary>Makes <c>num_keypoints</c> what the keypoints say.</summary>
    public void Recount(int annotation)
    {
        if (Annotation(annotation) is { } record && record["keypoints"] is JsonArray list)
            record["num_keypoints"] = Enumerable.Range(0, list.Count / 3).Count(k => list[(3 * k) + 2] is JsonValue v && v.TryGetValue<double>(out var number) && number > 0);
    }

    /// <summary>An annotation id that no record has.</summary>
    public long FreeAnnotationId() => Records("annotations").OfType<JsonObject>().Max(a => Id(a, "id") ?? 0) + 1;

    public JsonObject Finish()
    {
        foreach (var section in new[] { "images", "annotations" })
        {
            var list = Records(section);
            for (var i = list.Count - 1; i >= 0; i--)
            {
                if (list[i] is { } record && _dropped.Contains(record))
                    list.RemoveAt(i);
            }
        }

        return root;
    }

    private void Drop(string section, int index)
    {
        if (Records(section) is var list && index < list.Count && list[index] is { } record)
            _dropped.Add(record);
    }

    private JsonObject? At(string section, int index) => Records(section) is var list && index < list.Count ? list[index] as JsonObject : null;

    private static long? Id(JsonObject record, string field) => record[field] is not JsonValue value ? null
        : value.TryGetValue<long>(out var whole) ? whole
        : value.TryGetValue<double>(out var number) ? (long)number : null;
}
