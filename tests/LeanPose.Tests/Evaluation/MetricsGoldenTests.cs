using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Evaluation;

[Trait("Category", "Golden")]
public class MetricsGoldenTests
{
    [Theory]
    [InlineData("oks_matrix", null)]
    [InlineData("oks_matrix_visthr03", 0.3)]
    public void Similarities_of_detections_equal_the_published_code(string key, double? minimumScore)
    {
        var golden = GoldenTensors.Open("metrics.safetensors");
        var (persons, areas, sigmas) = Detections(golden);
        for (var i = 0; i < persons.Count; i++)
        {
            for (var j = 0; j < persons.Count; j++)
                Assert.Equal(golden[key][i, j], Oks.Between(persons[i].Keypoints.AsSpan(), areas[i], persons[j].Keypoints.AsSpan(), areas[j], sigmas, minimumScore), 1e-9);
        }
    }

    [Fact]
    public void Suppression_keeps_what_the_published_code_keeps()
    {
        var golden = GoldenTensors.Open("metrics.safetensors");
        var (persons, areas, sigmas) = Detections(golden);
        var boxes = Rows(golden["box_dets"]).Select(r => (new Box(r[0], r[1], r[2] - r[0], r[3] - r[1]), r[4])).ToArray();
        var checkedFiles = 0;
        foreach (var name in golden.Names.Where(n => n.Contains("nms_keep_")))
        {
            var threshold = double.Parse(name[(name.LastIndexOf('_') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
            var kept = name.StartsWith("box_", StringComparison.Ordinal) ? Suppression.ByBox(boxes, threshold)
                : name.StartsWith("soft_", StringComparison.Ordinal) ? Suppression.BySoftOks(persons, areas, sigmas, threshold)
                : Suppression.ByOks(persons, areas, sigmas, threshold);
            Assert.Equal(golden[name].Ints, kept);
            checkedFiles++;
        }

        Assert.True(checkedFiles > 0);
    }

    [Fact]
    public void Rescoring_equals_the_published_code()
    {
        var golden = GoldenTensors.Open("metrics.safetensors");
        var boxScores = golden["rescore_box_score"].Values;
        var images = golden["rescore_image_id"].Values;
        var predictions = Persons(golden["rescore_preds"]).Select((k, i) => new PoseResult((long)images[i], k, boxScores[i])).ToArray();
        var kept = Rescoring.Apply(predictions, golden["rescore_box_area"].Values, golden["oks_sigmas"].Values);

        Assert.Equal(golden["rescore_out_image_id"].Values, kept.Select(r => (double)r.ImageId));
        Assert.Equal(golden["rescore_out_keypoints"].Values, kept.SelectMany(r => r.Keypoints).SelectMany(p => new[] { p.X, p.Y, p.Score }));
        var scores = golden["rescore_out_score"].Values;
        for (var i = 0; i < scores.Length; i++)
            Assert.Equal(scores[i], kept[i].Score, 1e-9);
    }

    [Fact]
    public void Pckh_equals_the_published_code()
    {
        var golden = GoldenTensors.Open("metrics.safetensors");
        using var file = JsonDocument.Parse(File.ReadAllBytes(TestMaterial.Golden("metrics_expected.json")));
        var expected = file.RootElement.GetProperty("pckh");
        GoldenTensor truth = golden["pckh_gt1based_16x2xN"], missing = golden["pckh_missing_16xN"], boxes = golden["pckh_headboxes_2x2xN"], predicted = golden["pckh_preds0based"];
        int joints = truth.Shape[0], count = truth.Shape[2];
        var image = new ImageRecord(1, "", "", 0, 0);
        var persons = Enumerable.Range(0, count).Select(n => new PersonInstance
        {
            Id = n,
            Image = image,
            RawBox = default,
            Box = default,
            // MPII's file counts from 1.
            Keypoints = [.. Enumerable.Range(0, joints).Select(j => new Keypoint(truth[j, 0, n] - 1, truth[j, 1, n] - 1, missing[j, n] == 0 ? Visibility.Visible : Visibility.Unlabelled))],
        });
        var dataset = new PoseDataset("golden", KnownSkeletons.Mpii16, [image], [.. persons]);
        var results = Enumerable.Range(0, count).Select(n =>
            new PoseResult(1, [.. Enumerable.Range(0, joints).Select(j => new ScoredPoint(predicted[n, j, 0], predicted[n, j, 1], 1))], 1, AnnotationId: n)).ToArray();
        var heads = Enumerable.Range(0, count).ToDictionary(n => (long)n, n => Pckh.HeadSize(new(boxes[0, 0, n], boxes[0, 1, n]), new(boxes[1, 0, n], boxes[1, 1, n])));

        var report = Pckh.Evaluate(dataset, results, heads);
        Assert.Equal(7, report.Groups.Length);
        foreach (var group in report.Groups)
            Assert.Equal(expected.GetProperty(group.Keypoint).GetDouble(), 100 * group.Value!.Value, 1e-9);
        Assert.Equal(expected.GetProperty("Mean").GetDouble(), 100 * report.Mean!.Value, 1e-9);
        // The published code takes entry 11 of 0, 0.01, ... for "@0.1".
        foreach (var (name, threshold) in new[] { ("Mean@0.1", 11 * 0.01), ("Mean@0.2", 20 * 0.01), ("Mean@0.3", 30 * 0.01), ("Mean@0.4", 40 * 0.01) })
            Assert.Equal(expected.GetProperty(name).GetDouble(), 100 * Pckh.Evaluate(dataset, results, heads, threshold).Mean!.Value, 1e-9);
    }

    private static (IReadOnlyList<PoseResult> Persons, double[] Areas, double[] Sigmas) Detections(GoldenTensors golden)
    {
        var scores = golden["oks_scores"].Values;
        return ([.. Persons(golden["oks_keypoints"]).Select((k, i) => new PoseResult(1, k, scores[i]))], golden["oks_areas"].Values, golden["oks_sigmas"].Values);
    }

    private static IEnumerable<ImmutableArray<ScoredPoint>> Persons(GoldenTensor t) =>
        Enumerable.Range(0, t.Shape[0]).Select(i => Enumerable.Range(0, t.Shape[1]).Select(j => new ScoredPoint(t[i, j, 0], t[i, j, 1], t[i, j, 2])).ToImmutableArray());

    private static IEnumerable<double[]> Rows(GoldenTensor t) => t.Values.Chunk(t.Shape[1]);
}
