using System.Text.Json;
using LeanPose.Evaluation;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Evaluation;

[Trait("Category", "Golden")]
public class OksGoldenTests
{
    private static readonly Dictionary<string, string> s_officialNames = new() { ["APm"] = "APM", ["APl"] = "APL", ["ARm"] = "ARM", ["ARl"] = "ARL" };

    [Fact]
    public void Coco_numbers_equal_the_official_code()
    {
        foreach (var (name, expected) in Cases("coco_"))
        {
            var files = EvaluationFiles.Read(name, KnownSkeletons.Coco17);
            foreach (var (metric, value) in CocoEvaluator.Evaluate(files.Truth, files.Results).Numbers())
                Close(expected.GetProperty(s_officialNames.GetValueOrDefault(metric, metric)).GetDouble(), value ?? -1, 1e-9, $"{name} {metric}");
        }
    }

    [Fact]
    public void Coco_curves_equal_the_official_code()
    {
        var golden = GoldenTensors.Open("coco_curves.safetensors");
        var cases = golden.Names.Select(n => n[..n.IndexOf('.')]).Distinct().ToList();
        Assert.NotEmpty(cases);
        foreach (var name in cases)
        {
            var files = EvaluationFiles.Read("coco_" + name, KnownSkeletons.Coco17);
            var report = CocoEvaluator.Evaluate(files.Truth, files.Results);
            Assert.Equal([OksReport.Thresholds, OksReport.RecallPoints, OksReport.AreaRanges], golden[name + ".precision_TxRxA"].Shape);
            Close(golden[name + ".precision_TxRxA"].Values, report.Precision, name + " precision");
            Close(golden[name + ".recall_TxA"].Values, report.Recall, name + " recall");
        }
    }

    [Fact]
    public void Coco_similarities_equal_the_official_code()
    {
        var golden = GoldenTensors.Open("coco_curves.safetensors");
        var matrices = golden.Names.Where(n => n.Contains(".oks.image")).ToList();
        Assert.NotEmpty(matrices);
        foreach (var name in matrices)
        {
            var files = EvaluationFiles.Read("coco_" + name[..name.IndexOf('.')], KnownSkeletons.Coco17);
            var image = long.Parse(name[(name.LastIndexOf('e') + 1)..]);
            var truths = files.Truth.Persons.Where(p => p.Image.Id == image).ToArray();
            var detections = files.Results.Where(r => r.ImageId == image).OrderByDescending(r => r.Score).Take(OksOptions.Coco.MaxDetections).ToArray();
            var own = detections.SelectMany(d => truths.Select(t =>
                Oks.ToTruth(t.Keypoints.AsSpan(), t.RawBox, t.Area, d.Keypoints.AsSpan(), files.Truth.Skeleton.Sigmas.AsSpan()))).ToArray();
            Assert.Equal([detections.Length, truths.Length], golden[name].Shape);
            Close(golden[name].Values, own, name);
        }
    }

    [Fact]
    public void CrowdPose_numbers_equal_the_official_code()
    {
        foreach (var (name, expected) in Cases("crowdpose_"))
        {
            var files = EvaluationFiles.Read(name, KnownSkeletons.CrowdPose14);
            var report = CrowdPoseEvaluator.Evaluate(files.Truth, files.Results, files.CrowdIndex);
            foreach (var (metric, value) in report.All.Numbers().Where(n => expected.TryGetProperty(n.Key, out _)))
                Close(expected.GetProperty(metric).GetDouble(), value ?? -1, 1e-9, $"{name} {metric}");
            // The official tool rounds these to 4 digits.
            Close(expected.GetProperty("AP_easy").GetDouble(), report.Easy ?? -1, 0.5001e-4, name + " easy");
            Close(expected.GetProperty("AP_medium").GetDouble(), report.Medium ?? -1, 0.5001e-4, name + " medium");
            Close(expected.GetProperty("AP_hard").GetDouble(), report.Hard ?? -1, 0.5001e-4, name + " hard");
        }
    }

    private static List<(string Name, JsonElement Expected)> Cases(string prefix)
    {
        var expected = JsonDocument.Parse(File.ReadAllBytes(TestMaterial.Golden("metrics_expected.json"))).RootElement;
        var cases = expected.EnumerateObject().Where(p => p.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(p => (p.Name, p.Value)).ToList();
        Assert.NotEmpty(cases);
        return cases;
    }

    private static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, string what)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
            Close(expected[i], actual[i], 1e-9, $"{what}[{i}]");
    }

    private static void Close(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what}: expected {expected:R}, got {actual:R}");
}
