using LeanPose.Datasets;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>What is said of how many keypoints a person has, and persons of whom nothing can be seen.</summary>
internal sealed class CountValidator : IValidator
{
    private const int FewestSystematic = 3;

    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.WithLabels)
        {
            var persons = set.Persons.Where(p => !p.IsCrowd && !p.Keypoints.IsEmpty).ToArray();
            Counts(set, persons, findings);
            // A format that knows no "visible" says nothing of single persons.
            var recorded = persons.Any(p => p.Keypoints.Any(k => k.Visibility == Visibility.Visible));
            foreach (var person in persons)
                Visible(set, person, recorded, findings);
        }
    }

    private static void Counts(CheckedSet set, CheckedPerson[] persons, FindingList findings)
    {
        var wrong = persons.Where(p => p.NumKeypoints is { } stated && stated != p.LabelledCount).ToArray();
        // Some formats count otherwise (CrowdPose leaves out head and neck): that is one finding, not thousands.
        if (wrong.Length >= FewestSystematic && 2 * wrong.Length > persons.Length)
        {
            findings.Add(set.OfSet(NumKeypoints, FindingSeverity.Warning, "annotations", $"num_keypoints is not the number of labelled keypoints of {wrong.Length} of {persons.Length} persons; of the first (annotation id {wrong[0].Id}) it is {wrong[0].NumKeypoints}, and {wrong[0].LabelledCount} are labelled.", "the number of keypoints with v above 0", "correct it where COCO's evaluation is used: it leaves out persons by this number", tree =>
            {
                foreach (var person in wrong)
                    tree.Recount(person.Index);
            }));
            return;
        }

        foreach (var person in wrong)
        {
            var index = person.Index;
            findings.Add(set.OfPerson(NumKeypoints, FindingSeverity.Warning, person, ".num_keypoints", $"num_keypoints is {person.NumKeypoints}; {person.LabelledCount} keypoints are labelled.", $"{person.LabelledCount}", "correct it: COCO's evaluation leaves out persons by this number", tree => tree.Recount(index)));
        }
    }

    private static void Visible(CheckedSet set, CheckedPerson person, bool recorded, FindingList findings)
    {
        var places = person.Keypoints.Count(k => k is { X: not 0, Y: not 0 });
        if (person.LabelledCount == 0 && places >= 3)
            findings.Add(set.OfPerson(PersonInvisible, FindingSeverity.Warning, person, ".keypoints", $"Every visibility is 0, though {places} keypoints have a position.", "1 (hidden) or 2 (visible) for a keypoint with a position", "write the visibilities; as it is, nothing of the person is learned"));
        else if (person.LabelledCount == 0)
            findings.Add(set.OfPerson(PersonInvisible, FindingSeverity.Hint, person, ".keypoints", "The person has no labelled keypoint.", "a labelled keypoint", "nothing has to be done: only the box is of use"));
        else if (recorded && person.LabelledCount >= 3 && person.Keypoints.All(k => k.Visibility != Visibility.Visible))
            findings.Add(set.OfPerson(PersonInvisible, FindingSeverity.Hint, person, ".keypoints", $"All {person.LabelledCount} labelled keypoints are hidden.", "a visible keypoint", "see whether the person can be seen at all; COCO writes 1 for hidden, 2 for visible"));
    }
}
