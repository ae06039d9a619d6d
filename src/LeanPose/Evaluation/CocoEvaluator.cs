using System.Collections.Immutable;
using LeanPose.Datasets;

namespace LeanPose.Evaluation;

/// <summary>
/// COCO's keypoint evaluation, number for number as the official <c>pycocotools</c> computes it: crowds and persons without
/// labels are ignored, ties keep their order, at most 20 detections a picture. One departure: pycocotools counts a person
/// whose annotation id is 0 as never found; here it is a person like any other.
/// </summary>
public static class CocoEvaluator
{
    /// <summary>Average precision and recall by OKS.</summary>
    /// <param name="truth">Pictures and annotated persons; all of them, crowds too. Pictures without persons count as well.</param>
    /// <param name="results">Predictions in any order.</param>
    /// <param name="options">COCO's when null.</param>
    /// <exception cref="DataException">A result names an unknown picture, has another number of keypoints or holds numbers that are not finite.</exception>
    /// <exception cref="ArgumentException">The options hold another number of sigmas than the skeleton has keypoints, or no detections count.</exception>
    public static OksReport Evaluate(PoseDataset truth, IReadOnlyList<PoseResult> results, OksOptions? options = null) =>
        Match(truth, results, options).Report();

    /// <summary>The assignment of detections to persons, from which <see cref="Evaluate"/> sums up.</summary>
    /// <inheritdoc cref="Evaluate" path="/param"/>
    /// <inheritdoc cref="Evaluate" path="/exception"/>
    public static OksMatches Match(PoseDataset truth, IReadOnlyList<PoseResult> results, OksOptions? options = null)
    {
        options ??= OksOptions.Coco;
        var sigmas = (options.Sigmas ?? truth.Skeleton.Sigmas).ToArray();
        if (sigmas.Length != truth.Skeleton.Count)
            throw new ArgumentException($"{sigmas.Length} sigmas for the {truth.Skeleton.Count} keypoints of {truth.Skeleton.Name}.", nameof(options));
        if (options.MaxDetections < 1)
            throw new ArgumentException($"At least one detection a picture must count; MaxDetections is {options.MaxDetections}.", nameof(options));
        ResultChecks.RequireFitting(truth, results);

        var images = truth.Images.Select(i => i.Id).Distinct().Order().ToImmutableArray();
        var indexOf = new Dictionary<long, int>(images.Length);
        foreach (var id in images)
            indexOf.Add(id, indexOf.Count);
        var truths = ByImage(truth.Persons, p => indexOf[p.Image.Id], images.Length);
        var detections = ByImage(results, r => indexOf[r.ImageId], images.Length);

        var matcher = new OksMatcher(options, sigmas);
        var matched = new List<MatchedDetection>(results.Count);
        var truthCounts = new int[images.Length * OksReport.AreaRanges];
        for (var i = 0; i < images.Length; i++)
        {
            var best = StableByFallingScore(detections[i], d => d.Score);
            matcher.Match(i, truths[i], best.AsSpan(0, Math.Min(best.Length, options.MaxDetections)), truthCounts.AsSpan(i * OksReport.AreaRanges, OksReport.AreaRanges), matched);
        }

        return new(images, StableByFallingScore([.. matched], d => d.Score), truthCounts);
    }

    /// <summary>Groups without changing the order inside a group.</summary>
    private static T[][] ByImage<T>(IReadOnlyList<T> items, Func<T, int> image, int images)
    {
        var counts = new int[images];
        foreach (var item in items)
            counts[image(item)]++;
        var groups = Array.ConvertAll(counts, c => c == 0 ? [] : new T[c]);
        Array.Clear(counts);
        foreach (var item in items)
        {
            var i = image(item);
            groups[i][counts[i]++] = item;
        }

        return groups;
    }

    private static T[] StableByFallingScore<T>(T[] items, Func<T, double> score)
    {
        var keys = new (double Score, int Position)[items.Length];
        for (var i = 0; i < items.Length; i++)
            keys[i] = (-score(items[i]), i);
        Array.Sort(keys, items); // the position makes every key different, which makes the sort stable
        return items;
    }
}
