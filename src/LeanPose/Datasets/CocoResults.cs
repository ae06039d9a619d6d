using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.IO;

namespace LeanPose.Datasets;

/// <summary>
/// COCO's list of predicted persons: <c>image_id</c>, <c>category_id</c>, <c>keypoints</c> (x, y, score for each) and <c>score</c>, here with
/// <c>bbox</c> and <c>annotation_id</c> where they are known, which other tools pass over.
/// </summary>
public static class CocoResults
{
    private const string Expected = "a list of {\"image_id\": 1, \"category_id\": 1, \"keypoints\": [x, y, score, …], \"score\": 0.9}";

    /// <summary>Writes results.</summary>
    /// <param name="results">Predicted persons; all numbers finite.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="DataException">The place cannot be written to, or a number is not finite.</exception>
    public static void Write(IEnumerable<PoseResult> results, string path) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartArray();
        foreach (var result in results)
        {
            if (!double.IsFinite(result.Score) || result.Keypoints.Any(k => !double.IsFinite(k.X + k.Y + k.Score)))
                throw new DataException($"A prediction for image {result.ImageId} is not finite.", path, "finite coordinates and scores", "look for NaN in the model's weights or output");
            Write(json, result);
        }

        json.WriteEndArray();
    });

    /// <summary>Reads results, in file order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keypointCount">How many keypoints each person must have; when null, as many as the first one has.</param>
    /// <exception cref="DataException">The file is missing, no JSON or no result list, or a record is not usable (up to 20 are listed).</exception>
    public static ImmutableArray<PoseResult> Read(string path, int? keypointCount = null)
    {
        var problems = new ProblemList();
        var results = ImmutableArray.CreateBuilder<PoseResult>();
        new JsonFile(path).ReadList(Expected, (i, element) =>
        {
            if (Parse(new JsonRecord(element, $"{path}, [{i}]", problems), ref keypointCount) is { } result)
                results.Add(result);
        });
        problems.ThrowIfAny();
        return results.ToImmutable();
    }

    private static void Write(Utf8JsonWriter json, PoseResult result)
    {
        json.WriteStartObject();
        json.WriteNumber("image_id", result.ImageId);
        json.WriteNumber("category_id", 1);
        json.WriteStartArray("keypoints");
        foreach (var k in result.Keypoints)
        {
            json.WriteNumberValue(k.X);
            json.WriteNumberValue(k.Y);
            json.WriteNumberValue(k.Score);
        }

        json.WriteEndArray();
        json.WriteNumber("score", result.Score);
        if (result.Box is { } box)
            CocoJson.WriteBox(json, box);
        if (result.AnnotationId is { } id)
            json.WriteNumber("annotation_id", id);
        json.WriteEndObject();
        CocoJson.FlushWhenLarge(json);
    }

    private static PoseResult? Parse(JsonRecord record, ref int? keypointCount)
    {
        if (!record.IsObject("{\"image_id\": 1, \"keypoints\": […], \"score\": 0.9}"))
            return null;
        var image = record.Integer("image_id");
        var numbers = record.Numbers("keypoints", "x, y, score for each keypoint");
        var score = record.Number("score");
        var box = record.Has("bbox") ? record.Box("bbox") : null;
        var annotation = record.Has("annotation_id") ? record.Integer("annotation_id") : null;
        if (image is not { } id || numbers is null || score is not { } s)
            return null;
        keypointCount ??= numbers.Length / 3;
        if (numbers.Length != 3 * keypointCount)
        {
            record.Problems.Add($"The keypoints list has {numbers.Length} numbers.", record.Where("keypoints"), $"{3 * keypointCount} numbers: x, y, score for each of {keypointCount} keypoints");
            return null;
        }

        return new(id, [.. numbers.Chunk(3).Select(k => new ScoredPoint(k[0], k[1], k[2]))], s, box, annotation);
    }
}
