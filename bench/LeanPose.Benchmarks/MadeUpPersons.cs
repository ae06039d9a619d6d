using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Randomness;
using LeanPose.Skeletons;

namespace LeanPose.Benchmarks;

/// <summary>Annotated persons and predictions, the same for the same number: a result for each person, for every fourth a wrong one as well.</summary>
internal static class MadeUpPersons
{
    /// <summary>Persons of 17 keypoints in two fifths as many pictures; every fiftieth is a crowd.</summary>
    public static (PoseDataset Truth, IReadOnlyList<PoseResult> Results) Make(int persons)
    {
        var random = KeyedRandom.For(1, "evaluator benchmark");
        var images = Enumerable.Range(1, persons * 2 / 5).Select(i => new ImageRecord(i, $"{i}.jpg", "", 640, 480)).ToArray();
        var truth = new List<PersonInstance>(persons);
        var results = new List<PoseResult>(persons + (persons / 4));
        for (var i = 0; i < persons; i++)
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

            truth.Add(new PersonInstance { Id = i + 1, Image = image, RawBox = box, Box = box, Area = 0.5 * side * side, Keypoints = [.. labels], IsCrowd = i % 50 == 0 });
            results.Add(new PoseResult(image.Id, [.. points], random.NextDouble(), box));
            if (i % 4 == 0)
                results.Add(new PoseResult(image.Id, [.. points.Select(p => p with { X = p.X + side })], random.NextDouble(), box));
        }

        return (new PoseDataset("made up", KnownSkeletons.Coco17, [.. images], [.. truth]), results);
    }
}
