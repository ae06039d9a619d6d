using LeanPose.Datasets;

namespace LeanPose.Learning.Export;

/// <summary>How often two models find a keypoint at the same place: what can be said of accuracy without labels.</summary>
public static class KeypointAgreement
{
    /// <summary>The share of keypoints that lie within a share of the box's longer side of one another.</summary>
    /// <param name="persons">Who was looked at.</param>
    /// <param name="a">What one model found, person by person.</param>
    /// <param name="b">What the other found.</param>
    /// <param name="share">Of the longer side of the person's box.</param>
    /// <returns>0 to 1; NaN where there is no keypoint.</returns>
    /// <exception cref="ArgumentException">There is not one result a person.</exception>
    public static double Of(PoseDataset persons, IReadOnlyList<PoseResult> a, IReadOnlyList<PoseResult> b, double share)
    {
        if (a.Count != persons.Persons.Length || b.Count != a.Count)
            throw new ArgumentException($"{persons.Persons.Length} persons, but {a.Count} and {b.Count} results.");
        int same = 0, all = 0;
        for (var i = 0; i < a.Count; i++)
        {
            var box = persons.Persons[i].Box;
            var limit = share * Math.Max(box.Width, box.Height);
            foreach (var (p, q) in a[i].Keypoints.Zip(b[i].Keypoints))
            {
                all++;
                same += Math.Sqrt(((p.X - q.X) * (p.X - q.X)) + ((p.Y - q.Y) * (p.Y - q.Y))) <= limit ? 1 : 0;
            }
        }

        return (double)same / all;
    }
}
