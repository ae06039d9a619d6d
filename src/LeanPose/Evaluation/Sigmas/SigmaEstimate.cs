using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;

namespace LeanPose.Evaluation.Sigmas;

/// <summary>How far apart annotators place one keypoint.</summary>
/// <param name="Keypoint">Its name.</param>
/// <param name="Sigma">The estimate; null without a person whose keypoint two annotators labelled.</param>
/// <param name="Robust">The same from the median, which a few gross mistakes do not touch.</param>
/// <param name="Interval">Bootstrap 95 % interval of <paramref name="Sigma"/> over persons.</param>
/// <param name="Persons">Persons whose keypoint at least two annotators labelled.</param>
public sealed record KeypointSigma(string Keypoint, double? Sigma, double? Robust, ConfidenceInterval? Interval, int Persons);

/// <summary>OKS sigmas estimated from pictures that several people annotated.</summary>
/// <param name="Keypoints">In the skeleton's order.</param>
/// <param name="Matched">Persons found in at least two annotations.</param>
/// <param name="Unmatched">Persons of the first annotation that no other has.</param>
public sealed record SigmaEstimate(ImmutableArray<KeypointSigma> Keypoints, int Matched, int Unmatched)
{
    /// <summary>Boxes of one person in two annotations overlap at least so much (intersection over union).</summary>
    public const double MinimumOverlap = 0.3;

    /// <summary>
    /// COCO's definition (Lin et al.; cocodataset.org/#keypoints-eval): σ² = E[d² / s²], the standard deviation of a keypoint's labels
    /// relative to the person's size s, the root of its area. Here over persons, with the unbiased Σ|x − mean|² / (annotators − 1),
    /// which for two annotators is half the square of their distance. Persons meet picture by picture (same id) by their boxes.
    /// </summary>
    /// <param name="annotations">The same pictures annotated independently: at least two.</param>
    /// <param name="bootstrap">For the intervals.</param>
    /// <exception cref="DataException">The annotations have different keypoints, or no person in common.</exception>
    public static SigmaEstimate Of(IReadOnlyList<PoseDataset> annotations, Bootstrap bootstrap)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(annotations.Count, 2);
        var first = annotations[0];
        foreach (var other in annotations.Skip(1))
        {
            if (!other.Skeleton.Keypoints.SequenceEqual(first.Skeleton.Keypoints))
                throw new DataException($"The annotations have different keypoints: {first.Skeleton} and {other.Skeleton}.", other.Name, $"the keypoints of {first.Name}, in the same order");
        }

        var groups = Groups(annotations);
        var matched = groups.Where(g => g.Count > 1).ToArray();
        if (matched.Length == 0)
        {
            throw new DataException(
                "No person stands in more than one of the annotations.", string.Join(", ", annotations.Select(a => a.Name)),
                $"the same picture ids, and boxes that overlap by {MinimumOverlap}", "give annotations of the same pictures by different people");
        }

        return new([.. first.Skeleton.Keypoints.Select((name, j) => Estimate(name, [.. matched.Select(g => Variance(g, j)).OfType<double>()], bootstrap))], matched.Length, groups.Count - matched.Length);
    }

    private static KeypointSigma Estimate(string keypoint, double[] variances, Bootstrap bootstrap)
    {
        if (variances.Length == 0)
            return new(keypoint, null, null, null, 0);
        var sorted = variances.Order().ToArray();
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        // Two normal coordinates: σ²·χ²₂/2, whose median is σ²·ln 2.
        return new(keypoint, Math.Sqrt(variances.Average()), Math.Sqrt(median / Math.Log(2)), bootstrap.Interval(variances.Length, weights => WeightedRoot(variances, weights)), variances.Length);
    }

    private static double? WeightedRoot(double[] variances, ReadOnlySpan<int> weights)
    {
        var sum = 0.0;
        for (var i = 0; i < variances.Length; i++)
            sum += weights[i] * variances[i];
        return Math.Sqrt(sum / variances.Length);
    }

    /// <summary>Spread of one keypoint of one person in units of its area; null where fewer than two labelled it.</summary>
    private static double? Variance(List<PersonInstance> annotations, int j)
    {
        var points = annotations.Where(p => p.Keypoints[j].IsLabelled).Select(p => new Point2(p.Keypoints[j].X, p.Keypoints[j].Y)).ToArray();
        if (points.Length < 2)
            return null;
        double x = points.Average(p => p.X), y = points.Average(p => p.Y);
        return points.Sum(p => ((p.X - x) * (p.X - x)) + ((p.Y - y) * (p.Y - y))) / (points.Length - 1) / annotations.Average(p => p.Area);
    }

    /// <summary>The persons of the first annotation, each with those that the others made of it.</summary>
    private static List<List<PersonInstance>> Groups(IReadOnlyList<PoseDataset> annotations)
    {
        var groups = annotations[0].Trainable().Persons.Select(p => new List<PersonInstance> { p }).ToList();
        var ofPicture = groups.ToLookup(g => g[0].Image.Id);
        foreach (var other in annotations.Skip(1))
        {
            foreach (var picture in other.Trainable().Persons.GroupBy(p => p.Image.Id))
            {
                var (free, left) = (ofPicture[picture.Key].ToList(), picture.ToList());
                var pairs = free.SelectMany(g => left.Select(p => (Group: g, Person: p, Overlap: g[0].RawBox.OverlapWith(p.RawBox)))).Where(p => p.Overlap >= MinimumOverlap);
                foreach (var (group, person, _) in pairs.OrderByDescending(p => p.Overlap).ToArray())
                {
                    if (free.Contains(group) && left.Remove(person))
                    {
                        free.Remove(group);
                        group.Add(person);
                    }
                }
            }
        }

        return groups;
    }
}
