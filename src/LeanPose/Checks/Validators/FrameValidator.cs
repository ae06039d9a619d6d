using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>Persons of whom the picture shows only a part.</summary>
internal sealed class FrameValidator : IValidator
{
    // Boxes end where silhouettes do: within a pixel and a half of the frame.
    private const double Near = 1.5;

    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.WithLabels)
        {
            foreach (var person in set.Labelled)
            {
                if (person.Box is not { Width: > 0, Height: > 0 } box || person.Image is not { Width: > 0, Height: > 0 } image)
                    continue;
                var sides = new[] { (box.X <= Near, "left"), (box.Y <= Near, "top"), (box.Right >= image.Width - Near, "right"), (box.Bottom >= image.Height - Near, "bottom") }.Where(s => s.Item1).Select(s => s.Item2).ToArray();
                // Ears and eyes are missing in most pictures; a fifth of all is more than a face.
                var missing = person.Keypoints.Length - person.LabelledCount;
                if (sides.Length > 0 && missing >= 0.2 * person.Keypoints.Length)
                    findings.Add(set.OfPerson(PersonCut, FindingSeverity.Hint, person, ".bbox", $"The person touches the frame ({string.Join(", ", sides)}), and {missing} of {person.Keypoints.Length} keypoints have no label.", "whole persons, where whole persons are to be recognised", "nothing has to be done; many such persons in validation make its numbers hard to compare"));
            }
        }
    }
}
