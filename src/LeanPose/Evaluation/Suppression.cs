using LeanPose.Datasets;
using LeanPose.Geometry;

namespace LeanPose.Evaluation;

/// <summary>
/// Drops detections that repeat a better one. Equal scores: the later one goes first, as the published code's reversed
/// ascending sort has it.
/// </summary>
public static class Suppression
{
    /// <summary>Greedy suppression by OKS (Papandreou et al., "Towards Accurate Multi-person Pose Estimation in the Wild", CVPR 2017).</summary>
    /// <param name="detections">Detections of one picture.</param>
    /// <param name="areas">Square pixels, one per detection.</param>
    /// <param name="sigmas">One per keypoint.</param>
    /// <param name="threshold">A detection goes when its OKS with a kept one exceeds this; 0.9 in the published methods.</param>
    /// <returns>Indices of the kept detections, by falling score.</returns>
    /// <exception cref="ArgumentException">Counts differ.</exception>
    public static int[] ByOks(IReadOnlyList<PoseResult> detections, IReadOnlyList<double> areas, ReadOnlySpan<double> sigmas, double threshold)
    {
        RequireOneAreaEach(detections, areas);
        var order = ByFallingScore(detections.Count, i => detections[i].Score);
        var kept = new List<int>(order.Count);
        while (order.Count > 0)
        {
            var best = order[0];
            kept.Add(best);
            var rest = new List<int>(order.Count);
            foreach (var i in order.Skip(1))
            {
                if (Overlap(detections, areas, best, i, sigmas) <= threshold)
                    rest.Add(i);
            }

            order = rest;
        }

        return [.. kept];
    }

    /// <summary>Soft suppression: scores decay by exp(−OKS² / threshold) instead of detections being dropped (Bodla et al., "Soft-NMS", ICCV 2017).</summary>
    /// <param name="detections">Detections of one picture.</param>
    /// <param name="areas">Square pixels, one per detection.</param>
    /// <param name="sigmas">One per keypoint.</param>
    /// <param name="threshold">Width of the decay.</param>
    /// <param name="maximum">So many are kept at most.</param>
    /// <returns>Indices of the kept detections, in the order they were chosen.</returns>
    /// <exception cref="ArgumentException">Counts differ.</exception>
    public static int[] BySoftOks(IReadOnlyList<PoseResult> detections, IReadOnlyList<double> areas, ReadOnlySpan<double> sigmas, double threshold, int maximum = 20)
    {
        RequireOneAreaEach(detections, areas);
        var order = ByFallingScore(detections.Count, i => detections[i].Score);
        var scores = order.Select(i => detections[i].Score).ToArray();
        var kept = new List<int>(maximum);
        while (order.Count > 0 && kept.Count < maximum)
        {
            var best = order[0];
            kept.Add(best);
            var rest = order.GetRange(1, order.Count - 1);
            var decayed = new double[rest.Count];
            for (var i = 0; i < rest.Count; i++)
            {
                var overlap = Overlap(detections, areas, best, rest[i], sigmas);
                decayed[i] = scores[i + 1] * Math.Exp(-(overlap * overlap) / threshold);
            }

            var again = ByFallingScore(rest.Count, i => decayed[i]);
            order = again.ConvertAll(i => rest[i]);
            scores = [.. again.Select(i => decayed[i])];
        }

        return [.. kept];
    }

    /// <summary>Greedy suppression of boxes by intersection over union; sizes count the last pixel (right − left + 1).</summary>
    /// <param name="boxes">Boxes with scores; the width is right − left.</param>
    /// <param name="threshold">A box goes when its overlap with a kept one exceeds this.</param>
    /// <returns>Indices of the kept boxes, by falling score.</returns>
    public static int[] ByBox(IReadOnlyList<(Box Box, double Score)> boxes, double threshold)
    {
        var kept = new List<int>();
        foreach (var i in ByFallingScore(boxes.Count, i => boxes[i].Score))
        {
            if (kept.All(k => IntersectionOverUnion(boxes[k].Box, boxes[i].Box) <= threshold))
                kept.Add(i);
        }

        return [.. kept];
    }

    private static double IntersectionOverUnion(Box a, Box b)
    {
        var w = Math.Max(0, Math.Min(a.Right, b.Right) - Math.Max(a.X, b.X) + 1);
        var h = Math.Max(0, Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Y, b.Y) + 1);
        return w * h / (((a.Width + 1) * (a.Height + 1)) + ((b.Width + 1) * (b.Height + 1)) - (w * h));
    }

    private static double Overlap(IReadOnlyList<PoseResult> detections, IReadOnlyList<double> areas, int a, int b, ReadOnlySpan<double> sigmas) =>
        Oks.Between(detections[a].Keypoints.AsSpan(), areas[a], detections[b].Keypoints.AsSpan(), areas[b], sigmas);

    private static List<int> ByFallingScore(int count, Func<int, double> score) =>
        [.. Enumerable.Range(0, count).OrderByDescending(score).ThenByDescending(i => i)];

    private static void RequireOneAreaEach(IReadOnlyList<PoseResult> detections, IReadOnlyList<double> areas)
    {
        if (detections.Count != areas.Count)
            throw new ArgumentException($"{detections.Count} detections need {detections.Count} areas, not {areas.Count}.", nameof(areas));
    }
}
