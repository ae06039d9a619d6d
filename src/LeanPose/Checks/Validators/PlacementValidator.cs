using LeanPose.Datasets;
using LeanPose.Geometry;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>Whether labelled keypoints lie where a person's keypoints can lie.</summary>
internal sealed class PlacementValidator : IValidator
{
    // Annotators click a little beside the edge.
    private const double EdgeShare = 0.01;

    // A crop is a quarter larger than the box: what lies further off than this is not even in the crop of a square box.
    private const double BoxShare = 0.2;

    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.WithLabels)
        {
            foreach (var person in set.Labelled.Where(p => !p.IsExplained))
            {
                if (!TargetsAreEmpty(set, person, findings))
                    Keypoints(set, person, findings);
            }
        }
    }

    /// <summary>All keypoints outside the crop: every heatmap would be empty, and the network would learn that nobody is there.</summary>
    private static bool TargetsAreEmpty(CheckedSet set, CheckedPerson person, FindingList findings)
    {
        if (person.CropBox is not { } box)
            return false;
        const int width = 192, height = 256;
        var map = PersonFrame.FromBox(box, (double)width / height).ToCrop(0, width, height);
        var anyInside = person.Keypoints.Any(k => k.IsLabelled && map.Apply(new(k.X, k.Y)) is { X: >= -0.5 and < width, Y: >= -0.5 and < height });
        if (anyInside)
            return false;
        person.IsExplained = true;
        findings.Add(set.OfPerson(TargetEmpty, FindingSeverity.Error, person, ".bbox", $"None of the {person.LabelledCount} labelled keypoints lies in the crop around the box.", "keypoints and box of the same person", "correct box or keypoints: every heatmap target of the person is empty", BoxMend.Around(person.Index, person.Extent(), person.Image)));
        return true;
    }

    private static void Keypoints(CheckedSet set, CheckedPerson person, FindingList findings)
    {
        var far = new List<int>();
        for (var k = 0; k < person.Keypoints.Length; k++)
        {
            var point = person.Keypoints[k];
            if (!point.IsLabelled)
                continue;
            var (index, keypoint) = (person.Index, k);
            Action<AnnotationTree> unlabel = tree => tree.SetKeypoint(index, keypoint, 0, 0, 0);
            if (point is { X: 0, Y: 0 })
            {
                person.Misplaced.Add(k);
                findings.Add(set.OfKeypoint(KeypointAtOrigin, FindingSeverity.Warning, person, k, $"{set.Skeleton.Keypoints[k]} is labelled at 0, 0.", "0, 0, 0 for a keypoint without a label", "set its visibility to 0", unlabel));
            }
            else if (Beyond(person.Image, point) is > 0 and var beyond)
            {
                OutsideImage(set, person, k, beyond, unlabel, findings);
            }
            else if (OutsideBox(person, point))
            {
                far.Add(k);
            }
        }

        // Most of them outside is one mistake of the box, not many of keypoints.
        if (far.Count > 0 && 2 * far.Count > person.LabelledCount)
        {
            person.IsExplained = true;
            findings.Add(set.OfPerson(KeypointOutsideBox, FindingSeverity.Warning, person, ".bbox", $"{far.Count} of {person.LabelledCount} keypoints lie far outside the box.", "a box around the person's keypoints", "correct the box", BoxMend.Around(person.Index, person.Extent(), person.Image)));
            return;
        }

        foreach (var k in far)
        {
            // Boxes of COCO and CrowdPose hold what can be seen; a hidden joint may well lie outside.
            var (box, hidden) = (person.Box!.Value, person.Keypoints[k].Visibility == Visibility.Hidden);
            if (!hidden)
                person.Misplaced.Add(k);
            findings.Add(set.OfKeypoint(KeypointOutsideBox, hidden ? FindingSeverity.Hint : FindingSeverity.Warning, person, k, FormattableString.Invariant($"{set.Skeleton.Keypoints[k]}{(hidden ? " (hidden)" : "")} lies {Outside(box, person.Keypoints[k]):0} pixels outside the box of {box.Width:0}×{box.Height:0}."), $"at most {BoxShare:0%} of the box's longer side outside", hidden ? "see whether it is this person's; boxes around the visible part leave hidden keypoints out" : "correct the keypoint, or the box"));
        }
    }

    private static void OutsideImage(CheckedSet set, CheckedPerson person, int k, double beyond, Action<AnnotationTree> unlabel, FindingList findings)
    {
        var image = person.Image;
        var slight = beyond <= Math.Max(2, EdgeShare * Math.Max(image.Width, image.Height));
        if (!slight)
            person.Misplaced.Add(k);
        findings.Add(set.OfKeypoint(
            KeypointOutsideImage,
            slight ? FindingSeverity.Hint : FindingSeverity.Warning,
            person,
            k,
            FormattableString.Invariant($"{set.Skeleton.Keypoints[k]} lies {beyond:0.#} pixels outside the picture."),
            $"a position inside {image.Width}×{image.Height} pixels, or no label",
            slight ? "nothing has to be done; half a click beside the edge does no harm" : "correct it, or set its visibility to 0: nobody can see where it is",
            slight ? null : unlabel));
    }

    private static double Beyond(CheckedImage image, Keypoint k) => image is { Width: > 0, Height: > 0 }
        ? Math.Max(Math.Max(-0.5 - k.X, k.X - image.Width), Math.Max(-0.5 - k.Y, k.Y - image.Height))
        : Math.Max(-0.5 - k.X, -0.5 - k.Y);

    private static bool OutsideBox(CheckedPerson person, Keypoint k) =>
        person.Box is { Width: > 0, Height: > 0 } box && Outside(box, k) > Math.Max(4, BoxShare * Math.Max(box.Width, box.Height));

    private static double Outside(Box box, Keypoint k) => new Point2(
        Math.Max(0, Math.Max(box.X - k.X, k.X - box.Right)),
        Math.Max(0, Math.Max(box.Y - k.Y, k.Y - box.Bottom))).Length;
}
