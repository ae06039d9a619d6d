using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Skeletons;

namespace LeanPose.Evaluation;

/// <summary>
/// AI Challenger's AP: no ranking by score; every annotated person takes its best prediction, and
/// AP at threshold t = persons with OKS above t / Σ over pictures of max(persons, predictions).
/// </summary>
public static class AicEvaluator
{
    /// <summary>The challenge's δ/2 by keypoint of <see cref="KnownSkeletons.Aic14"/>.</summary>
    public static ImmutableArray<double> Sigmas { get; } =
    [
        0.01388152, 0.01515228, 0.01057665, 0.01417709, 0.01497891, 0.01402144, 0.03909642,
        0.03686941, 0.01981803, 0.03843971, 0.03412318, 0.02415081, 0.01291456, 0.01236173,
    ];

    /// <summary>Mean over the thresholds 0.50, 0.55 … 0.95; null where there are neither persons nor predictions.</summary>
    /// <param name="truth">Persons with the 14 keypoints of <see cref="KnownSkeletons.Aic14"/>; the area is the raw box's.</param>
    /// <param name="results">Predictions.</param>
    /// <exception cref="DataException">The data set has other keypoints, or a result does not fit it.</exception>
    public static double? AveragePrecision(PoseDataset truth, IReadOnlyList<PoseResult> results)
    {
        Require(truth);
        ResultChecks.RequireFitting(truth, results);

        var persons = truth.Persons.ToLookup(p => p.Image.Id);
        var predictions = results.ToLookup(r => r.ImageId);
        var best = truth.Persons.Select(p => predictions[p.Image.Id].Select(r => Similarity(p, r)).DefaultIfEmpty(0).Max()).ToArray();
        var total = truth.Images.Select(i => i.Id).Distinct().Sum(id => Math.Max(persons[id].Count(), predictions[id].Count()));
        return total == 0 ? null : Enumerable.Range(0, 10).Average(t => best.Count(oks => oks > 0.5 + (0.05 * t)) / (double)total);
    }

    /// <exception cref="DataException">The data set has other keypoints.</exception>
    internal static void Require(PoseDataset truth)
    {
        if (!truth.Skeleton.Keypoints.SequenceEqual(KnownSkeletons.Aic14.Keypoints))
            throw new DataException("AI Challenger's AP is defined for its own keypoints only.", truth.Name, $"the keypoints of {KnownSkeletons.Aic14.Name}, not of {truth.Skeleton.Name}", "measure with --metric coco, or convert AI Challenger's annotations with 'leanpose data convert'");
    }

    /// <summary>Mean over the visible keypoints of exp(−d² / (2·δ²·(area + 1))), δ = 2σ; 0 for a person without a visible one.</summary>
    /// <param name="person">Annotated person; hidden keypoints do not count.</param>
    /// <param name="result">Prediction, image pixels.</param>
    public static double Similarity(PersonInstance person, PoseResult result)
    {
        var count = 0;
        var sum = 0.0;
        for (var j = 0; j < person.Keypoints.Length; j++)
        {
            var k = person.Keypoints[j];
            if (k.Visibility != Visibility.Visible)
                continue;
            double dx = result.Keypoints[j].X - k.X, dy = result.Keypoints[j].Y - k.Y, delta = 2 * Sigmas[j];
            count++;
            sum += Math.Exp(-((dx * dx) + (dy * dy)) / (2 * delta * delta * (person.RawBox.Area + 1)));
        }

        return count == 0 ? 0 : sum / count;
    }
}
