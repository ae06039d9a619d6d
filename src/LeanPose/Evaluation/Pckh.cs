using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;

namespace LeanPose.Evaluation;

/// <summary>MPII's PCKh, fractions 0..1 (papers print ×100); null where no keypoint is labelled.</summary>
/// <param name="Mean">Over all keypoints but pelvis and thorax, each weighted by how often it is labelled.</param>
/// <param name="PerJoint">All 16 keypoints.</param>
/// <param name="Groups">Head, Shoulder, Elbow, Wrist, Hip, Knee, Ankle: the mean of left and right.</param>
public sealed record PckhReport(double? Mean, ImmutableArray<JointPck> PerJoint, ImmutableArray<JointPck> Groups);

/// <summary>
/// PCKh as HRNet's MPII evaluation computes it (Andriluka et al., "2D Human Pose Estimation: New Benchmark and State of the
/// Art Analysis", CVPR 2014): a keypoint is right when it lies within threshold × 0.6 × the head box's diagonal.
/// </summary>
public static class Pckh
{
    private const double ShareOfHeadBox = 0.6;

    /// <summary>Head size in image pixels.</summary>
    /// <param name="topLeft">Corner of MPII's head box.</param>
    /// <param name="bottomRight">The opposite corner.</param>
    public static double HeadSize(Point2 topLeft, Point2 bottomRight) => ShareOfHeadBox * (bottomRight - topLeft).Length;

    /// <summary><see cref="HeadSize"/> by annotation id, of the persons that carry a head box.</summary>
    public static IReadOnlyDictionary<long, double> HeadSizes(PoseDataset truth) => truth.Persons
        .Where(p => p.HeadBox is not null)
        .ToDictionary(p => p.Id, p => p.HeadBox is { } head ? HeadSize(new(head.X, head.Y), new(head.Right, head.Bottom)) : 0);

    /// <summary>Measures PCKh of persons that meet their results by annotation id. Positions count from 0; MPII's files count from 1.</summary>
    /// <param name="truth">Persons with the 16 keypoints of <see cref="KnownSkeletons.Mpii16"/>.</param>
    /// <param name="results">Predictions; a person without one counts as missed.</param>
    /// <param name="headSizes"><see cref="HeadSize"/> by annotation id.</param>
    /// <param name="threshold">0.5 for PCKh@0.5. (HRNet prints the value at 0.11 as "Mean@0.1".)</param>
    /// <exception cref="DataException">Other keypoints, a result that does not fit, or a labelled person without head size.</exception>
    public static PckhReport Evaluate(PoseDataset truth, IReadOnlyList<PoseResult> results, IReadOnlyDictionary<long, double> headSizes, double threshold = 0.5)
    {
        var skeleton = KnownSkeletons.Mpii16;
        Require(truth, headSizes);
        ResultChecks.RequireFitting(truth, results);
        var byAnnotation = ResultChecks.ByAnnotation(results);

        int[] labelled = new int[skeleton.Count], correct = new int[skeleton.Count];
        foreach (var person in truth.Persons)
        {
            if (person.LabelledCount == 0)
                continue;
            var head = headSizes[person.Id];
            var result = byAnnotation.GetValueOrDefault(person.Id);
            for (var j = 0; j < person.Keypoints.Length; j++)
            {
                var k = person.Keypoints[j];
                if (!k.IsLabelled)
                    continue;
                labelled[j]++;
                if (result is not null && new Point2(result.Keypoints[j].X - k.X, result.Keypoints[j].Y - k.Y).Length / head <= threshold)
                    correct[j]++;
            }
        }

        JointPck Joint(int j) => new(skeleton.Keypoints[j], Share(correct[j], labelled[j]), labelled[j]);
        var counted = Enumerable.Range(0, skeleton.Count).Where(j => skeleton.Keypoints[j] is not ("root" or "thorax")).ToArray();
        return new(
            Share(counted.Sum(j => correct[j]), counted.Sum(j => labelled[j])),
            [.. Enumerable.Range(0, skeleton.Count).Select(Joint)],
            [
                Joint(skeleton.IndexOf("head_top")) with { Keypoint = "Head" },
                .. new[] { "Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle" }.Select(part => Pair(part, Joint(skeleton.IndexOf("left_" + part.ToLowerInvariant())), Joint(skeleton.IndexOf("right_" + part.ToLowerInvariant())))),
            ]);
    }

    /// <exception cref="DataException">Other keypoints, or a labelled person without head size.</exception>
    internal static void Require(PoseDataset truth, IReadOnlyDictionary<long, double> headSizes)
    {
        var skeleton = KnownSkeletons.Mpii16;
        if (!truth.Skeleton.Keypoints.SequenceEqual(skeleton.Keypoints))
            throw new DataException("PCKh is defined for MPII's keypoints only.", truth.Name, $"the keypoints of {skeleton.Name}, not of {truth.Skeleton.Name}", "measure with --metric coco, or PCK by the head with --pck 0.5:head; convert MPII's annotations with 'leanpose data convert'");
        var labelled = truth.Persons.Where(p => p.LabelledCount > 0).ToList();
        var without = labelled.Where(p => !headSizes.ContainsKey(p.Id)).ToList();
        if (without.Count > 0)
        {
            throw new DataException(
                $"{without.Count} of {labelled.Count} labelled persons have no head box, by which PCKh is measured.",
                $"{truth.Name}, annotation {without[0].Id}",
                "\"bbox_head\": [left, top, width, height] of every labelled person",
                "convert MPII's annotations with 'leanpose data convert': valid.json with gt_valid.mat beside it, or MPII's own .mat file (docs/formats.md)");
        }
    }

    /// <summary>The plain mean of both sides, as published, not weighted by their counts.</summary>
    private static JointPck Pair(string name, JointPck left, JointPck right) => new(name, 0.5 * (left.Value + right.Value), left.Count + right.Count);

    private static double? Share(int correct, int labelled) => labelled == 0 ? null : (double)correct / labelled;
}
