using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Datasets.Parts;

namespace LeanPose.Evaluation;

/// <summary>PCK's keypoints by what makes them hard: whether they can be seen, and how large their person is (COCO's ranges).</summary>
public sealed class PckBreakdown
{
    private readonly Dictionary<string, (int Correct, int Labelled)> _tally = Rows.ToDictionary(r => r, _ => (0, 0));

    /// <summary>The rows: by visibility, then by the person's annotated area.</summary>
    public static ImmutableArray<string> Rows { get; } = ["visible", "hidden", "small", "medium", "large"];

    internal void Count(PersonInstance person, Keypoint keypoint, bool right)
    {
        Add(keypoint.Visibility == Visibility.Visible ? "visible" : "hidden", right);
        Add(Strata.Of(person, Stratum.Size), right);
    }

    internal ImmutableArray<JointPck> ToArray() =>
        [.. Rows.Select(r => new JointPck(r, _tally[r].Labelled == 0 ? null : (double)_tally[r].Correct / _tally[r].Labelled, _tally[r].Labelled))];

    private void Add(string row, bool right)
    {
        var (correct, labelled) = _tally[row];
        _tally[row] = (correct + (right ? 1 : 0), labelled + 1);
    }
}
