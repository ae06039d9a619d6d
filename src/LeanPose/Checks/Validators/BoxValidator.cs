using LeanPose.Datasets;
using LeanPose.Geometry;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>Boxes without area, outside the picture, very small, and areas that do not fit them.</summary>
internal sealed class BoxValidator : IValidator
{
    // A person this small has a joint every pixel; a heatmap cell stands for the whole head.
    private const double SmallestPerson = 24;

    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.Own)
        {
            foreach (var person in set.Persons.Where(p => !p.IsCrowd && p.Box is not null && !p.IsExplained))
                Look(set, person, person.Box!.Value, findings);
        }
    }

    private static void Look(CheckedSet set, CheckedPerson person, Box box, FindingList findings)
    {
        var labelled = person.LabelledCount > 0;
        var mend = BoxMend.Around(person.Index, person.Extent(), person.Image);
        var image = person.Image;
        if (box.Area <= 0)
        {
            findings.Add(set.OfPerson(BoxEmpty, labelled ? FindingSeverity.Error : FindingSeverity.Warning, person, ".bbox", FormattableString.Invariant($"The box is {box.Width} wide and {box.Height} high."), "a width and a height above 0", labelled ? "draw the box around the person: nothing is trained or measured without one" : "take the annotation out", mend));
            return;
        }

        var clipped = PersonBox.Clip(box, image.Width, image.Height);
        if (clipped.Width < 0 || clipped.Height < 0)
        {
            person.IsExplained = true;
            findings.Add(set.OfPerson(BoxOutside, labelled ? FindingSeverity.Error : FindingSeverity.Warning, person, ".bbox", FormattableString.Invariant($"Nothing of the box [{box.X:0.#}, {box.Y:0.#}, {box.Width:0.#}, {box.Height:0.#}] lies in the picture."), $"a box inside {image.Width}×{image.Height} pixels", "correct the box: the person is left out of training", mend));
            return;
        }

        if (image is { Width: > 0, Height: > 0 })
            Overhang(set, person, box, findings);
        if (Math.Max(box.Width, box.Height) < SmallestPerson && labelled && set.Source.Role != SourceRole.Unlabelled)
            findings.Add(set.OfPerson(PersonSmall, FindingSeverity.Hint, person, ".bbox", FormattableString.Invariant($"The person is {box.Width:0} pixels wide and {box.Height:0} high."), $"a longer side of {SmallestPerson} pixels or more", "nothing has to be done; labels of so few pixels teach little"));
        if (set.Source.Role != SourceRole.Unlabelled)
            Area(set, person, box, labelled, findings);
    }

    private static void Overhang(CheckedSet set, CheckedPerson person, Box box, FindingList findings)
    {
        var image = person.Image;
        var beyond = Math.Max(Math.Max(-box.X, -box.Y), Math.Max(box.Right - image.Width, box.Bottom - image.Height));
        var shown = Math.Max(0, Math.Min(image.Width, box.Right) - Math.Max(0, box.X)) * Math.Max(0, Math.Min(image.Height, box.Bottom) - Math.Max(0, box.Y)) / box.Area;
        if (beyond <= 2)
            return;
        findings.Add(set.OfPerson(BoxOutside, shown < 0.5 ? FindingSeverity.Warning : FindingSeverity.Hint, person, ".bbox", FormattableString.Invariant($"The box reaches {beyond:0.#} pixels beyond the picture; {100 * shown:0} % of it lie inside."), $"a box inside {image.Width}×{image.Height} pixels", shown < 0.5 ? "correct the box" : "nothing has to be done: training uses the part inside"));
    }

    private static void Area(CheckedSet set, CheckedPerson person, Box box, bool labelled, FindingList findings)
    {
        if (person.Area is not { } area || !labelled)
            return;
        var index = person.Index;
        Action<AnnotationTree> mend = tree => tree.Annotation(index)!["area"] = Math.Round(box.Area, 2);
        if (area <= 0)
            findings.Add(set.OfPerson(AreaMismatch, FindingSeverity.Error, person, ".area", FormattableString.Invariant($"The area is {area}."), "the person's area in square pixels, above 0", "write the area of the silhouette, or of the box: training leaves the person out, and OKS divides by it", mend));
        else if (area > 1.05 * (box.Width + 1) * (box.Height + 1))
            findings.Add(set.OfPerson(AreaMismatch, FindingSeverity.Warning, person, ".area", FormattableString.Invariant($"The area {area:0.#} is larger than the box's {box.Area:0.#}."), "at most the area of the box", "correct area or box: OKS forgives errors by the area", mend));
        else if (area < 0.03 * box.Area)
            findings.Add(set.OfPerson(AreaMismatch, FindingSeverity.Warning, person, ".area", FormattableString.Invariant($"The area {area:0.#} is {100 * area / box.Area:0.#} % of the box's {box.Area:0.#}."), "3 % of the box or more; silhouettes have 20 to 80 %", "correct area or box: OKS forgives errors by the area", mend));
    }
}
