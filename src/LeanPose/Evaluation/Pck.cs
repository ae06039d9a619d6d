using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;

namespace LeanPose.Evaluation;

/// <summary>The length by which PCK measures distances, image pixels.</summary>
public enum PckReference
{
    /// <summary>The longer labelled diagonal from a shoulder to the opposite hip.</summary>
    TorsoDiagonal,

    /// <summary>The longer side of the annotation's raw box.</summary>
    BoxLongerSide,

    /// <summary>From neck to top of the head.</summary>
    HeadSize,

    /// <summary>From neck to top of the head, 95 px where one of them is unlabelled (AI Challenger's PCKh, at threshold 0.5).</summary>
    HeadSizeOr95,
}

/// <summary>
/// Percentage of correct keypoints: a labelled keypoint is right when its prediction lies within threshold × reference
/// length. Persons and predictions meet by annotation id, so no ranking and no matching is involved.
/// </summary>
public static class Pck
{
    private const double AicHeadSize = 95;

    /// <summary>The 12 keypoints that all data sets share.</summary>
    public static ImmutableArray<string> ShouldersToAnkles { get; } =
    [
        "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
        "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
    ];

    /// <summary>Measures PCK by one of the usual lengths.</summary>
    /// <param name="truth">Annotated persons.</param>
    /// <param name="results">Predictions.</param>
    /// <param name="reference">The length by which distances are measured.</param>
    /// <param name="threshold">Share of that length.</param>
    /// <param name="onlyKeypoints">Names of the keypoints to count; all when null.</param>
    /// <exception cref="DataException">As for any measure.</exception>
    public static PckReport Evaluate(
        PoseDataset truth, IReadOnlyList<PoseResult> results, PckReference reference, double threshold, IReadOnlyList<string>? onlyKeypoints = null) =>
        Evaluate(truth, results, PckMeasure.Of(threshold, reference), onlyKeypoints);

    /// <summary>Measures PCK.</summary>
    /// <param name="truth">Annotated persons; those without a labelled keypoint among the counted ones play no part.</param>
    /// <param name="results">Predictions; those without an annotation id play no part.</param>
    /// <param name="measure">The length by which distances are measured, and the share of it.</param>
    /// <param name="onlyKeypoints">Names of the keypoints to count, e.g. <see cref="ShouldersToAnkles"/>; all when null.</param>
    /// <exception cref="DataException">A result does not fit the data set, two are for one annotation, or a keypoint name is unknown.</exception>
    public static PckReport Evaluate(PoseDataset truth, IReadOnlyList<PoseResult> results, PckMeasure measure, IReadOnlyList<string>? onlyKeypoints = null)
    {
        measure.Require(truth);
        ResultChecks.RequireFitting(truth, results);
        var byAnnotation = ResultChecks.ByAnnotation(results);
        var skeleton = truth.Skeleton;
        var joints = (onlyKeypoints ?? skeleton.Keypoints).Select(name => skeleton.IndexOf(name) is >= 0 and var j
            ? j
            : throw new DataException($"There is no keypoint '{name}' to measure.", truth.Name, $"one of {string.Join(", ", skeleton.Keypoints)}")).ToArray();

        int[] labelled = new int[joints.Length], correct = new int[joints.Length];
        var persons = ImmutableArray.CreateBuilder<PersonPck>();
        var breakdown = new PckBreakdown();
        int leftOut = 0, withoutResult = 0;
        foreach (var person in truth.Persons)
        {
            if (person.Keypoints.IsEmpty || !joints.Any(j => person.Keypoints[j].IsLabelled))
                continue;
            if (!(measure.Length(person, skeleton) is > 0 and var length))
            {
                leftOut++;
                continue;
            }

            var result = byAnnotation.GetValueOrDefault(person.Id);
            if (result is null)
                withoutResult++;
            int own = 0, ownCorrect = 0;
            for (var i = 0; i < joints.Length; i++)
            {
                var k = person.Keypoints[joints[i]];
                if (!k.IsLabelled)
                    continue;
                var right = result is not null && new Point2(result.Keypoints[joints[i]].X - k.X, result.Keypoints[joints[i]].Y - k.Y).Length <= measure.Threshold * length;
                breakdown.Count(person, k, right);
                own++;
                labelled[i]++;
                if (!right)
                    continue;
                ownCorrect++;
                correct[i]++;
            }

            persons.Add(new(person.Id, ownCorrect, own));
        }

        return new(
            Share(correct.Sum(), labelled.Sum()),
            [.. joints.Select((j, i) => new JointPck(skeleton.Keypoints[j], Share(correct[i], labelled[i]), labelled[i]))],
            persons.ToImmutable(),
            leftOut,
            withoutResult)
        {
            Breakdown = breakdown.ToArray(),
        };
    }

    /// <summary>The reference length of a person in image pixels; null where its keypoints do not give one.</summary>
    /// <param name="person">Annotated person.</param>
    /// <param name="skeleton">Its keypoints' names.</param>
    /// <param name="reference">Which length.</param>
    public static double? ReferenceLength(PersonInstance person, Skeleton skeleton, PckReference reference)
    {
        double? Between(string a, string b) => Distance(person, skeleton, a, b);
        double? Head() => Between("neck", "head_top") ?? Between("upper_neck", "head_top") ?? Between("neck", "head");
        double? a, b;
        switch (reference)
        {
            case PckReference.TorsoDiagonal:
                (a, b) = (Between("left_shoulder", "right_hip"), Between("right_shoulder", "left_hip"));
                return a is null || b > a ? b : a;
            case PckReference.BoxLongerSide:
                return Math.Max(person.RawBox.Width, person.RawBox.Height);
            case PckReference.HeadSize:
                return Head();
            case PckReference.HeadSizeOr95:
                return Head() ?? AicHeadSize;
            default:
                throw new ArgumentOutOfRangeException(nameof(reference), reference, "Unknown reference length.");
        }
    }

    /// <summary>Distance of two labelled keypoints in image pixels; null where one of them is not labelled or there is none.</summary>
    internal static double? Distance(PersonInstance person, Skeleton skeleton, string a, string b)
    {
        return Labelled(a) is { } p && Labelled(b) is { } q ? (p - q).Length : null;

        Point2? Labelled(string name)
        {
            var j = skeleton.IndexOf(name);
            return j >= 0 && !person.Keypoints.IsEmpty && person.Keypoints[j] is { IsLabelled: true } k ? new Point2(k.X, k.Y) : null;
        }
    }

    private static double? Share(int correct, int labelled) => labelled == 0 ? null : (double)correct / labelled;
}
