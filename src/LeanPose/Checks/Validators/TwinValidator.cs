using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>The same person annotated twice on one picture.</summary>
internal sealed class TwinValidator : IValidator
{
    // Two annotators of one person differ by more than this share of its size; a copied record does not.
    private const double Share = 0.01;

    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.WithLabels)
        {
            foreach (var group in set.Labelled.GroupBy(p => p.Image).Where(g => g.Count() > 1))
            {
                var persons = group.ToArray();
                for (var j = 1; j < persons.Length; j++)
                {
                    if (persons.Take(j).FirstOrDefault(p => AreTheSame(p, persons[j])) is not { } first)
                        continue;
                    var index = persons[j].Index;
                    findings.Add(set.OfPerson(PersonDuplicate, FindingSeverity.Warning, persons[j], "", $"The keypoints are those of annotations[{first.Index}] (annotation id {first.Id}).", "every person once", "take one of them out; detections count one of them as missed", tree => tree.DropAnnotation(index)));
                }
            }
        }
    }

    private static bool AreTheSame(CheckedPerson a, CheckedPerson b)
    {
        if (a.LabelledCount < 3 || a.Keypoints.Length != b.Keypoints.Length)
            return false;
        var tolerance = Math.Max(0.5, Share * a.Size());
        return a.Keypoints.Zip(b.Keypoints).All(pair => pair.First.IsLabelled == pair.Second.IsLabelled
            && (!pair.First.IsLabelled || (Math.Abs(pair.First.X - pair.Second.X) <= tolerance && Math.Abs(pair.First.Y - pair.Second.Y) <= tolerance)));
    }
}
