using LeanPose.Datasets;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>What is said of how many keypoints a person has, and persons of whom nothing can be seen.</summary>
internal sealed class CountValidator : IValidator
{
    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.WithLabels)
        {
            foreach (var person in set.Persons.Where(p => !p.IsCrowd && !p.Keypoints.IsEmpty))
            {
                Count(set, person, findings);
                Visible(set, person, findings);
            }
        }
    }

    private static void Count(CheckedSet set, CheckedPerson person, FindingList findings)
    {
        if (person.NumKeypoints is not { } stated || stated == person.LabelledCount)
            return;
        var index = person.Index;
        findings.Add(set.OfPerson(NumKeypoints, FindingSeverity.Warning, person, ".num_keypoints", $"num_keypoints is {stated}; {person.LabelledCount} keypoints are labelled.", $"{person.LabelledCount}", "correct it: COCO's evaluation leaves out persons by this number", tree => tree.Recount(index)));
    }

    private static void Visible(CheckedSet set, CheckedPerson person, FindingList findings)
    {
        var places = person.Keypoints.Count(k => k is { X: not 0, Y: not 0 });
        if (person.LabelledCount == 0 && places >= 3)
            findings.Add(set.OfPerson(PersonInvisible, FindingSeverity.Warning, person, ".keypoints", $"Every visibility is 0, though {places} keypoints have a position.", "1 (hidden) or 2 (visible) for a keypoint with a position", "write the visibilities; as it is, nothing of the person is learned"));
        else if (person.LabelledCount == 0)
            findings.Add(set.OfPerson(PersonInvisible, FindingSeverity.Hint, person, ".keypoints", "The person has no labelled keypoint.", "a labelled keypoint", "nothing has to be done: only the box is of use"));
        else if (person.LabelledCount >= 3 && person.Keypoints.All(k => k.Visibility != Visibility.Visible))
            findings.Add(set.OfPerson(PersonInvisible, FindingSeverity.Hint, person, ".keypoints", $"All {person.LabelledCount} labelled keypoints are hidden.", "a visible keypoint", "see whether the person can be seen at all; COCO writes 1 for hidden, 2 for visible"));
    }
}
