using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>Coordinates that count something else than pixels from the left and from the top, and boxes that are corners.</summary>
internal sealed class CoordinateValidator : IValidator
{
    // Fewer points fit a box by chance.
    private const int FewestKeypoints = 3;
    private const double Fits = 0.9;
    private const double DoesNotFit = 0.4;

    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.WithLabels)
        {
            foreach (var person in set.Persons.Where(p => !p.IsCrowd))
            {
                if (!Normalised(set, person, findings) && !Corners(set, person, findings))
                    Swapped(set, person, findings);
            }
        }
    }

    private static bool Normalised(CheckedSet set, CheckedPerson person, FindingList findings)
    {
        if (person.LabelledCount < FewestKeypoints || person.Image.Width < 8 || person.Keypoints.Any(k => k.IsLabelled && (k.X is < 0 or > 1.5 || k.Y is < 0 or > 1.5)))
            return false;
        if (person.Extent() is not { } extent || extent.Width + extent.Height == 0)
            return false;
        person.IsExplained = true;
        var (width, height, keypoints, index) = (person.Image.Width, person.Image.Height, person.Keypoints, person.Index);
        findings.Add(set.OfPerson(CoordinatesNormalised, FindingSeverity.Error, person, ".keypoints", "All keypoints lie between 0 and 1.", $"pixels of a picture of {width}×{height}", "multiply x by the width and y by the height", tree =>
            Rewrite(tree, index, keypoints, k => (k.X * width, k.Y * height))));
        return true;
    }

    private static bool Corners(CheckedSet set, CheckedPerson person, FindingList findings)
    {
        if (person.Box is not { } box || person.Image is not { Width: > 0, Height: > 0 } image)
            return false;
        // As corners it must be a box inside the picture; as left, top, width, height it must leave the picture at the right or below.
        var corners = new Box(box.X, box.Y, box.Width - box.X, box.Height - box.Y);
        var leaves = box.Right > image.Width + (0.05 * corners.Width) || box.Bottom > image.Height + (0.05 * corners.Height);
        if (corners is not { Width: > 0, Height: > 0 } || !leaves || box.Width > image.Width + 1 || box.Height > image.Height + 1 || person.Extent() is not { } extent || person.LabelledCount < FewestKeypoints)
            return false;
        // The keypoints must fill the corners' box, and leave a good part of the other one empty. Near the upper left corner both are
        // much the same, and the box merely reaches out of the picture.
        if (Inside(person, corners, p => p) < Fits || Math.Max(extent.Width / corners.Width, extent.Height / corners.Height) < 0.5 || extent.Area > 0.6 * box.Area || corners.Area > 0.7 * box.Area)
            return false;
        person.IsExplained = true;
        findings.Add(set.OfPerson(BoxCorners, FindingSeverity.Error, person, ".bbox", FormattableString.Invariant($"The box [{box.X:0.#}, {box.Y:0.#}, {box.Width:0.#}, {box.Height:0.#}] leaves the picture; read as two corners it fits the keypoints."), "left, top, width, height", "write the width and height in place of the second corner", BoxMend.Set(person.Index, corners)));
        return true;
    }

    private static void Swapped(CheckedSet set, CheckedPerson person, FindingList findings)
    {
        if (person.LabelledCount < FewestKeypoints || person.Box is not { Width: > 0, Height: > 0 } box)
            return;
        if (Inside(person, box, p => p) > DoesNotFit || Inside(person, box, p => new(p.Y, p.X)) < Fits)
            return;
        person.IsExplained = true;
        var (index, keypoints) = (person.Index, person.Keypoints);
        findings.Add(set.OfPerson(AxesSwapped, FindingSeverity.Error, person, ".keypoints", "The keypoints lie outside the box, and inside when x and y change places.", "x to the right, then y downwards, then v", "let x and y change places", tree =>
            Rewrite(tree, index, keypoints, k => (k.Y, k.X))));
    }

    /// <summary>Share of the labelled keypoints that lie in a box with a tenth more at every side.</summary>
    private static double Inside(CheckedPerson person, Box box, Func<Point2, Point2> map)
    {
        double x = 0.1 * box.Width, y = 0.1 * box.Height;
        var points = person.Keypoints.Where(k => k.IsLabelled).Select(k => map(new(k.X, k.Y))).ToArray();
        return (double)points.Count(p => p.X >= box.X - x && p.X <= box.Right + x && p.Y >= box.Y - y && p.Y <= box.Bottom + y) / points.Length;
    }

    private static void Rewrite(AnnotationTree tree, int index, ImmutableArray<Keypoint> keypoints, Func<Keypoint, (double X, double Y)> map)
    {
        for (var k = 0; k < keypoints.Length; k++)
        {
            if (keypoints[k].IsLabelled && map(keypoints[k]) is var (x, y))
                tree.SetKeypoint(index, k, x, y, (int)keypoints[k].Visibility);
        }
    }
}
