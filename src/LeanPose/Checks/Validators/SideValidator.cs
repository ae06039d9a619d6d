using LeanPose.Datasets;
using LeanPose.Geometry;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>
/// Left and right that have changed places, as far as positions alone tell: a face seen from inside, hips turned against the
/// shoulders, knees or elbows that change sides twice along the chain, upper arms that cross. All are invariant under
/// rotation of the picture, so that people upside down and overhead cameras are no exception. A body swapped as a whole,
/// without a face, looks like one seen from behind and is not found.
/// </summary>
internal sealed class SideValidator : IValidator
{
    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.WithLabels)
        {
            var names = new SideNames(set.Skeleton);
            foreach (var person in set.Labelled.Where(p => !p.IsExplained))
            {
                var (keypoint, found) = Doubt(names, person);
                if (found is not null)
                    findings.Add(set.OfKeypoint(SidesSwapped, FindingSeverity.Warning, person, keypoint, found, "left and right as the person's own", "look at the person; let the labels of the two sides change places where they are wrong"));
            }
        }
    }

    private static (int Keypoint, string? Found) Doubt(SideNames names, CheckedPerson person)
    {
        if (FaceIsSeenFromInside(names, person))
            return (names.LeftEye, "Nose, left eye and right eye stand in the order of a face seen from inside the head.");
        if (EyesOpposeShoulders(names, person))
            return (names.LeftEye, "The eyes look to the other side than the shoulders.");
        if (HipsOpposeShoulders(names, person))
            return (names.LeftHip, "The hips are turned against the shoulders.");
        foreach (var (upper, middle, lower, what) in names.Chains)
        {
            if (ChangesSidesTwice(person, upper, middle, lower))
                return (middle.Left, $"The {what} change sides, and behind them the limbs change back.");
        }

        return UpperArmsCross(names, person) ? (names.Elbows.Left, "The upper arms cross each other.") : default;
    }

    // With y downwards, left eye (+1, -1) and right eye (-1, -1) about the nose span a negative area wherever a visible face is
    // turned; of the visible ones only a head thrown back until the nose stands above the eyes has a positive one.
    private static bool FaceIsSeenFromInside(SideNames names, CheckedPerson person)
    {
        var face = new[] { names.Nose, names.LeftEye, names.RightEye };
        if (face.Any(k => person.Point(k) is null || person.Keypoints[k].Visibility != Visibility.Visible))
            return false;
        var (nose, left, right) = (person.Point(face[0])!.Value, person.Point(face[1])!.Value, person.Point(face[2])!.Value);
        var (a, b) = (left - nose, right - nose);
        var between = (left - right).Length;
        // The area of a triangle that is clearly one: as high as a third of its base, and of eyes that are pixels apart.
        return between >= 3 && (Cross(a, b) / (between * between)) > 0.33 && AgreesWithBody(names, person, left - right);
    }

    // A head thrown back shows a triangle upside down, but its eyes still stand as the shoulders do.
    private static bool AgreesWithBody(SideNames names, CheckedPerson person, Point2 eyes) =>
        Across(person, names.Shoulders) is not { } shoulders || shoulders.Length < 2 * eyes.Length || Cosine(eyes, shoulders) < 0;

    // A head turns by 90 degrees against the shoulders and no further: only where both are seen broadly is the opposite order wrong.
    private static bool EyesOpposeShoulders(SideNames names, CheckedPerson person) =>
        new[] { names.Nose, names.LeftEye, names.RightEye }.All(k => k >= 0 && person.Keypoints[k].Visibility == Visibility.Visible)
        && Across(person, names.Eyes) is { } eyes && Across(person, names.Shoulders) is { } shoulders
        && eyes.Length >= Math.Max(3, 0.12 * shoulders.Length) && shoulders.Length >= Math.Max(6, 0.18 * person.Size()) && Cosine(eyes, shoulders) < -0.8;

    private static bool HipsOpposeShoulders(SideNames names, CheckedPerson person) =>
        Across(person, names.Hips) is { } hips && Across(person, names.Shoulders) is { } shoulders
        && hips.Length >= Math.Max(Math.Max(3, 0.05 * person.Size()), 0.45 * shoulders.Length) && shoulders.Length >= Math.Max(6, 0.12 * person.Size()) && Cosine(hips, shoulders) < -0.8;

    private static bool ChangesSidesTwice(CheckedPerson person, (int Left, int Right) upper, (int Left, int Right) middle, (int Left, int Right) lower)
    {
        if (Pair(person, upper) is not var (ul, ur) || Pair(person, middle) is not var (ml, mr) || Pair(person, lower) is not var (ll, lr))
            return false;
        if (!Intersect(ul, ml, ur, mr) || !Intersect(ml, ll, mr, lr))
            return false;
        // Profiles cross by a pixel or two; a swap makes both sides clearly longer. A knee drawn up in front of the other leg crosses,
        // too, but put back it would have one shin much shorter than the other.
        var given = (ul - ml).Length + (ur - mr).Length + (ml - ll).Length + (mr - lr).Length;
        var (thighs, shins) = (((ul - mr).Length, (ur - ml).Length), ((mr - ll).Length, (ml - lr).Length));
        return (ml - mr).Length > 0.08 * person.Size() && given > 1.12 * (thighs.Item1 + thighs.Item2 + shins.Item1 + shins.Item2) && AreAlike(thighs) && AreAlike(shins);
    }

    private static bool AreAlike((double A, double B) lengths) => Math.Min(lengths.A, lengths.B) > 0.7 * Math.Max(lengths.A, lengths.B);

    private static bool UpperArmsCross(SideNames names, CheckedPerson person)
    {
        if (Pair(person, names.Shoulders) is not var (sl, sr) || Pair(person, names.Elbows) is not var (el, er) || !Intersect(sl, el, sr, er))
            return false;
        var (given, swapped) = ((sl - el).Length + (sr - er).Length, (sl - er).Length + (sr - el).Length);
        return (sl - sr).Length > 0.12 * person.Size() && given > 1.4 * swapped;
    }

    private static (Point2 Left, Point2 Right)? Pair(CheckedPerson person, (int Left, int Right) pair) =>
        person.Point(pair.Left) is { } left && person.Point(pair.Right) is { } right ? (left, right) : null;

    private static Point2? Across(CheckedPerson person, (int Left, int Right) pair) => Pair(person, pair) is var (left, right) ? left - right : null;

    private static double Cross(Point2 a, Point2 b) => (a.X * b.Y) - (a.Y * b.X);

    private static double Cosine(Point2 a, Point2 b) => ((a.X * b.X) + (a.Y * b.Y)) / (a.Length * b.Length);

    private static bool Intersect(Point2 a, Point2 b, Point2 c, Point2 d) =>
        Cross(b - a, c - a) * Cross(b - a, d - a) < 0 && Cross(d - c, a - c) * Cross(d - c, b - c) < 0;
}
