using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using LeanPose.Testing;

namespace LeanPose.Tests.Evaluation;

/// <summary>Ground truth and detections in COCO's format, read as they stand: nothing is clipped or left out.</summary>
internal sealed record EvaluationFiles(PoseDataset Truth, IReadOnlyList<PoseResult> Results, IReadOnlyDictionary<long, double> CrowdIndex)
{
    public static EvaluationFiles Read(string goldenCase, Skeleton skeleton)
    {
        using var gt = JsonDocument.Parse(File.ReadAllBytes(TestMaterial.Golden(goldenCase + "_gt.json")));
        using var dt = JsonDocument.Parse(File.ReadAllBytes(TestMaterial.Golden(goldenCase + "_dt.json")));
        var images = gt.RootElement.GetProperty("images").EnumerateArray().ToArray();
        var records = images.ToDictionary(i => i.GetProperty("id").GetInt64(), i => new ImageRecord(i.GetProperty("id").GetInt64(), i.GetProperty("file_name").GetString()!, "", 0, 0));
        var persons = gt.RootElement.GetProperty("annotations").EnumerateArray().Select(a => Person(a, records)).ToImmutableArray();
        return new(
            new PoseDataset(goldenCase, skeleton, [.. images.Select(i => records[i.GetProperty("id").GetInt64()])], persons),
            [.. dt.RootElement.EnumerateArray().Select(Result)],
            images.Where(i => i.TryGetProperty("crowdIndex", out _)).ToDictionary(i => i.GetProperty("id").GetInt64(), i => i.GetProperty("crowdIndex").GetDouble()));
    }

    private static PersonInstance Person(JsonElement a, Dictionary<long, ImageRecord> images)
    {
        var k = Numbers(a.GetProperty("keypoints"));
        return new()
        {
            Id = a.GetProperty("id").GetInt64(),
            Image = images[a.GetProperty("image_id").GetInt64()],
            RawBox = Box(a.GetProperty("bbox")),
            Box = Box(a.GetProperty("bbox")),
            Area = a.GetProperty("area").GetDouble(),
            IsCrowd = a.TryGetProperty("iscrowd", out var crowd) && crowd.GetInt32() != 0,
            Keypoints = [.. Enumerable.Range(0, k.Length / 3).Select(j => new Keypoint(k[3 * j], k[(3 * j) + 1], (Visibility)k[(3 * j) + 2]))],
        };
    }

    private static PoseResult Result(JsonElement d)
    {
        var k = Numbers(d.GetProperty("keypoints"));
        return new(
            d.GetProperty("image_id").GetInt64(),
            [.. Enumerable.Range(0, k.Length / 3).Select(j => new ScoredPoint(k[3 * j], k[(3 * j) + 1], k[(3 * j) + 2]))],
            d.GetProperty("score").GetDouble(),
            d.TryGetProperty("bbox", out var box) ? Box(box) : null);
    }

    private static Box Box(JsonElement e) => Numbers(e) is [var x, var y, var w, var h] ? new(x, y, w, h) : throw new InvalidDataException("bbox");

    private static double[] Numbers(JsonElement e) => [.. e.EnumerateArray().Select(v => v.GetDouble())];
}
