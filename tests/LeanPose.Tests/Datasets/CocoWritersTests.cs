using CsCheck;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Datasets;

public sealed class CocoWritersTests : IDisposable
{
    private static readonly Gen<Box> Boxes = Gen.Select(Gen.Double[-50, 700], Gen.Double[-50, 700], Gen.Double[0, 300], Gen.Double[0, 300]).Select((x, y, w, h) => new Box(x, y, w, h));

    private static readonly Gen<Keypoint> Keypoints = Gen.Select(Gen.Double[-10, 700], Gen.Double[-10, 700], Gen.Int[0, 2]).Select((x, y, v) => new Keypoint(x, y, (Visibility)v));

    // Two that the reader knows by their names, and one that it makes from them.
    private static readonly Skeleton[] Skeletons = [KnownSkeletons.Lsp14, KnownSkeletons.CrowdPose14, Odd(14)];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_data_set_comes_back_the_same()
    {
        ImageRecord[] images = [new(7, "ä/b.jpg", _folder["ä/b.jpg"], 640, 480), new(3, "c.jpg", _folder["c.jpg"], 0, 0)];
        var persons = Gen.Select(Gen.Int[0, 1], Boxes, Keypoints.Array[14], Gen.Double[0, 1e5], Gen.Bool, Gen.Bool);
        Gen.Select(persons.Array[0, 8], Gen.Int[0, 2].Select(i => Skeletons[i])).Sample((drawn, skeleton) =>
        {
            var all = drawn.Select((p, i) => new PersonInstance
            {
                Id = 100 - i,
                Image = images[p.Item1],
                RawBox = p.Item2,
                Box = PersonBox.Clip(p.Item2, images[p.Item1].Width, images[p.Item1].Height),
                Keypoints = p.Item6 ? [.. p.Item3] : [],
                Area = p.Item4,
                IsCrowd = p.Item5,
            }).OrderBy(p => p.Image.Id == 7 ? 0 : 1).ToArray();
            CocoWriter.Write(new PoseDataset("made up", skeleton, [.. images], [.. all]), _folder["d.json"]);
            var back = CocoReader.Read(_folder["d.json"], _folder.Path, new() { CheckFiles = false });

            Assert.Equal(images, back.Images);
            Assert.Equal(skeleton.Keypoints, back.Skeleton.Keypoints);
            Assert.Equal(skeleton.Limbs, back.Skeleton.Limbs);
            Assert.Equal(all.Select(Without), back.Persons.Select(Without));
            Assert.Equal(all.SelectMany(p => p.Keypoints), back.Persons.SelectMany(p => p.Keypoints));
        }, iter: 30, threads: 1);
    }

    [Fact]
    public void Results_come_back_the_same()
    {
        var points = Gen.Select(Gen.Double[-10, 700], Gen.Double[-10, 700], Gen.Double[0, 1]).Select((x, y, s) => new ScoredPoint(x, y, s));
        Gen.Select(Gen.Long[0, 1L << 50], points.Array[5], Gen.Double[0, 1], Boxes, Gen.Bool, Gen.Long[0, 999], Gen.Bool).Array[0, 9].Sample(drawn =>
        {
            var all = drawn.Select(d => new PoseResult(d.Item1, [.. d.Item2], d.Item3, d.Item5 ? d.Item4 : null, d.Item7 ? d.Item6 : null)).ToArray();
            CocoResults.Write(all, _folder["r.json"]);
            var back = CocoResults.Read(_folder["r.json"], keypointCount: 5);
            Assert.Equal(all.Select(r => r with { Keypoints = default }), back.Select(r => r with { Keypoints = default }));
            Assert.Equal(all.SelectMany(r => r.Keypoints), back.SelectMany(r => r.Keypoints));
        }, iter: 30, threads: 1);
    }

    [Fact]
    public void A_prediction_that_is_not_finite_is_not_written()
    {
        Assert.Equal(
            $"A prediction for image 4 is not finite.\n  where:    {_folder["r.json"]}\n  expected: finite coordinates and scores\n  do:       look for NaN in the model's weights or output",
            Assert.Throws<DataException>(() => CocoResults.Write([new(4, [new(1, double.NaN, 1)], 1)], _folder["r.json"])).Message);
        Assert.False(File.Exists(_folder["r.json"]));
    }

    [Theory]
    [InlineData("""[{"image_id": 1, "keypoints": [1, 2, 1, 3, 4, 1], "score": 1}, {"image_id": 1, "keypoints": [1, 2, 1], "score": 1}]""", "The keypoints list has 3 numbers.", "[1].keypoints", "6 numbers: x, y, score for each of 2 keypoints")]
    [InlineData("""[{"image_id": 1, "keypoints": [1, 2, 1]}]""", "\"score\" is missing.", "[0]", "\"score\": a number")]
    [InlineData("""[{"image_id": 1.5, "keypoints": [1, 2, 1], "score": 1}]""", "\"image_id\" is the number 1.5.", "[0].image_id", "a whole number")]
    [InlineData("[7]", "The record is the number 7.", "[0]", "{\"image_id\": 1, \"keypoints\": […], \"score\": 0.9}")]
    public void Bad_results_are_located(string json, string problem, string where, string expected)
    {
        File.WriteAllText(_folder["r.json"], json);
        Assert.Equal($"{problem}\n  where:    {_folder["r.json"]}, {where}\n  expected: {expected}", Assert.Throws<DataException>(() => CocoResults.Read(_folder["r.json"])).Message);
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Golden_detections_are_read()
    {
        TestMaterial.Golden("metrics_expected.json");
        var files = Directory.GetFiles(TestMaterial.GoldenFolder!, "*_dt.json");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var truth = CocoReader.Read(file.Replace("_dt.json", "_gt.json", StringComparison.Ordinal), "", new() { CheckFiles = false });
            Assert.NotEmpty(truth.Persons);
            var results = CocoResults.Read(file, truth.Skeleton.Count);
            var images = truth.Images.Select(i => i.Id).ToHashSet();
            Assert.All(results, r => Assert.Contains(r.ImageId, images));
        }
    }

    private static Skeleton Odd(int count) => new("odd", Enumerable.Range(0, count).Select(i => $"part{i}"), [(0, 1)], Enumerable.Repeat(0.079, count));

    private static PersonInstance Without(PersonInstance person) => person with { Keypoints = default };
}
