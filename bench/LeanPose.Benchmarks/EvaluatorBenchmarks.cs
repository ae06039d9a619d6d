using BenchmarkDotNet.Attributes;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Geometry;
using LeanPose.Randomness;
using LeanPose.Skeletons;

namespace LeanPose.Benchmarks;

/// <summary>COCO's evaluation of 100 000 persons in 40 000 pictures, one result each and some that are wrong.</summary>
[Config(typeof(InProcess))]
public class EvaluatorBenchmarks
{
    private PoseDataset _truth = null!;
    private PoseResult[] _results = [];

    /// <summary>Annotated persons.</summary>
    [Params(10_000, 100_000)]
    public int Persons { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = KeyedRandom.For(1, "evaluator benchmark");
        var images = Enumerable.Range(1, Persons * 2 / 5).Select(i => new ImageRecord(i, $"{i}.jpg", "", 640, 480)).ToArray();
        var persons = new List<PersonInstance>(Persons);
        var results = new List<PoseResult>(Persons + (Persons / 4));
        for (var i = 0; i < Persons; i++)
        {
            var image = images[random.NextInt(images.Length)];
            var side = 20 + (280 * random.NextDouble());
            var box = new Box(300 * random.NextDouble(), 200 * random.NextDouble(), side, side);
            var labels = new Keypoint[17];
            var points = new ScoredPoint[17];
            for (var j = 0; j < 17; j++)
            {
                double x = box.X + (side * random.NextDouble()), y = box.Y + (side * random.NextDouble());
                labels[j] = new Keypoint(x, y, (Visibility)random.NextInt(3));
                points[j] = new ScoredPoint(x + (0.04 * side * random.NextNormal()), y + (0.04 * side * random.NextNormal()), random.NextDouble());
            }

            persons.Add(new PersonInstance { Id = i + 1, Image = image, RawBox = box, Box = box, Area = 0.5 * side * side, Keypoints = [.. labels], IsCrowd = i % 50 == 0 });
            results.Add(new PoseResult(image.Id, [.. points], random.NextDouble(), box));
            if (i % 4 == 0)
                results.Add(new PoseResult(image.Id, [.. points.Select(p => p with { X = p.X + side })], random.NextDouble(), box));
        }

        _truth = new PoseDataset("made up", KnownSkeletons.Coco17, [.. images], [.. persons]);
        _results = [.. results];
    }

    [Benchmark]
    public double? Evaluate() => CocoEvaluator.Evaluate(_truth, _results).AP;
}
