using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;

namespace LeanPose.Tests.Evaluation;

/// <summary>Made-up truth and results for the metrics' tests.</summary>
internal static class Poses
{
    /// <summary>A person whose keypoints all lie at different places.</summary>
    public static PersonInstance Person(long id, long image, Skeleton? skeleton = null, Box? box = null, double area = 10_000, bool crowd = false, Visibility visibility = Visibility.Visible)
    {
        skeleton ??= KnownSkeletons.Coco17;
        return new()
        {
            Id = id,
            Image = Image(image),
            RawBox = box ?? new(0, 0, 100, 100),
            Box = box ?? new(0, 0, 100, 100),
            Area = area,
            IsCrowd = crowd,
            Keypoints = [.. Enumerable.Range(0, skeleton.Count).Select(j => new Keypoint(10 + (5 * j), 90 - (3 * j), visibility))],
        };
    }

    /// <summary>A result that is off by the same vector at every keypoint.</summary>
    public static PoseResult Found(PersonInstance person, double dx = 0, double dy = 0, double score = 1) =>
        new(person.Image.Id, [.. person.Keypoints.Select(k => new ScoredPoint(k.X + dx, k.Y + dy, 1))], score, person.RawBox, person.Id);

    public static PoseDataset Dataset(params PersonInstance[] persons) => Dataset(KnownSkeletons.Coco17, persons);

    public static PoseDataset Dataset(Skeleton skeleton, params PersonInstance[] persons) =>
        new("made up", skeleton, [.. persons.Select(p => p.Image).DistinctBy(i => i.Id)], [.. persons]);

    /// <summary>Persons of all sizes and kinds, and results that are off by more or less; the same for the same seed.</summary>
    public static (PoseDataset Truth, PoseResult[] Results) Random(int seed, int images = 12)
    {
        var random = new Random(seed);
        var persons = new List<PersonInstance>();
        var results = new List<PoseResult>();
        for (var image = 1; image <= images; image++)
        {
            for (var i = random.Next(4); i > 0; i--)
            {
                var side = random.Next(20, 300);
                var person = Person(persons.Count + 1, image, box: new(random.Next(400), random.Next(400), side, side), area: 0.6 * side * side, crowd: random.Next(10) == 0);
                person = person with
                {
                    Keypoints = [.. person.Keypoints.Select(_ => new Keypoint(
                        person.RawBox.X + (random.NextDouble() * side),
                        person.RawBox.Y + (random.NextDouble() * side),
                        (Visibility)random.Next(3)))],
                };
                persons.Add(person);
                for (var n = random.Next(3); n > 0; n--)
                    results.Add(Found(person, random.NextDouble() * side * 0.2, random.NextDouble() * side * 0.2, random.NextDouble()) with { AnnotationId = n == 1 ? person.Id : null });
            }
        }

        return (new("random", KnownSkeletons.Coco17, [.. Enumerable.Range(1, images).Select(i => Image(i))], [.. persons]), [.. results]);
    }

    public static ImageRecord Image(long id) => new(id, $"{id}.jpg", "", 640, 480);
}
