using LeanPose.Geometry;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>Lengths against what is usual in the set: medians and median deviations, so that the faults do not hide themselves.</summary>
internal sealed class ProportionValidator : IValidator
{
    // Below this, a median says more about single persons than about the set.
    private const int FewestPersons = 20;
    private const double Deviations = 6;

    // However even a set is: a limb this much longer than the person's others make it, keypoints this much smaller than the box.
    private const double LeastLimbFactor = 2.6;
    private const double LeastScaleFactor = 2.5;

    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.WithLabels)
        {
            var persons = set.Labelled.Where(p => !p.IsExplained && p.Box is { Width: > 0, Height: > 0 }).ToArray();
            Scales(set, persons, findings);
            Limbs(set, persons, findings);
            foreach (var person in persons)
                Coincidences(set, person, findings);
        }
    }

    /// <summary>How large the keypoints are beside the box, of persons of whom most is labelled.</summary>
    private static void Scales(CheckedSet set, CheckedPerson[] persons, FindingList findings)
    {
        var ratios = persons
            .Where(p => p.Misplaced.Count == 0 && p.LabelledCount >= Math.Max(4, 0.6 * set.Skeleton.Count) && p.Size() >= 16)
            .Select(p => (Person: p, Ratio: Math.Log(Math.Max(1, Longer(p.Extent()!.Value)) / Longer(p.Box!.Value))))
            .ToArray();
        var usual = ratios.Length >= FewestPersons ? Robust.Of(ratios.Select(r => r.Ratio)) : new(Math.Log(0.9), 0.1);
        foreach (var (person, ratio) in ratios)
        {
            if (Math.Abs(ratio - usual.Median) <= Math.Max(Math.Log(LeastScaleFactor), Deviations * usual.Deviation))
                continue;
            findings.Add(set.OfPerson(ScaleOutlier, FindingSeverity.Warning, person, ".keypoints", FormattableString.Invariant($"The keypoints span {Math.Exp(ratio):0.##} of the box's longer side."), FormattableString.Invariant($"about {Math.Exp(usual.Median):0.##}, as in most of the set"), "see whether keypoints and box are of one person and of one picture size", BoxMend.Around(person.Index, person.Extent(), person.Image)));
        }
    }

    private static void Limbs(CheckedSet set, CheckedPerson[] persons, FindingList findings)
    {
        var limbs = set.Skeleton.Limbs;
        var lengths = persons.Select(p => limbs.Select(l => p.Point(l.A) is { } a && p.Point(l.B) is { } b ? (a - b).Length : double.NaN).ToArray()).ToArray();
        // A limb's usual length, as a share of the person's size.
        var usual = limbs.Select((_, l) => Robust.Of(lengths.Select((of, p) => of[l] / persons[p].Size()).Where(double.IsFinite)).Median).ToArray();
        if (persons.Length < FewestPersons)
            return;

        var relative = lengths.Select(of => Relative(of, usual)).ToArray();
        for (var l = 0; l < limbs.Length; l++)
        {
            var limb = l;
            // Short limbs are foreshortened ones; only long ones cannot be.
            var spread = Robust.Of(relative.Select(r => r[limb]).Where(double.IsFinite));
            var bound = Math.Max(Math.Log(LeastLimbFactor), spread.Median + (Deviations * spread.Deviation));
            for (var p = 0; p < persons.Length; p++)
            {
                if (!(relative[p][l] > bound) || lengths[p][l] < 0.3 * persons[p].Size() || lengths[p][l] < 12)
                    continue;
                var (a, b) = limbs[l];
                var wrong = Wilder(set, persons[p], a, b, relative[p]);
                findings.Add(set.OfKeypoint(LimbLength, FindingSeverity.Warning, persons[p], wrong, FormattableString.Invariant($"From {set.Skeleton.Keypoints[a]} to {set.Skeleton.Keypoints[b]} it is {lengths[p][l]:0} pixels, {Math.Exp(relative[p][l]):0.#} times what the person's other limbs make one expect."), FormattableString.Invariant($"at most {Math.Exp(bound):0.#} times"), "see whether one of the two keypoints is misplaced, or another person's"));
            }
        }
    }

    /// <summary>Logarithm of each limb's length over what the person's limbs together (their median) make one expect.</summary>
    private static double[] Relative(double[] lengths, double[] usual)
    {
        var ratios = lengths.Select((length, l) => usual[l] > 0 ? length / usual[l] : double.NaN).ToArray();
        var known = ratios.Where(r => r > 0).ToArray();
        var scale = known.Length >= 4 ? Robust.Of(known).Median : double.NaN;
        return [.. ratios.Select(r => r > 0 ? Math.Log(r / scale) : double.NaN)];
    }

    /// <summary>Which end of a long limb is the misplaced one: that whose other limbs are long, too; else the one further from the trunk.</summary>
    private static int Wilder(CheckedSet set, CheckedPerson person, int a, int b, double[] relative)
    {
        var limbs = set.Skeleton.Limbs;
        double Others(int k, int without) => Enumerable.Range(0, limbs.Length)
            .Where(l => (limbs[l].A == k && limbs[l].B != without) || (limbs[l].B == k && limbs[l].A != without))
            .Select(l => relative[l]).Where(double.IsFinite).DefaultIfEmpty(double.NegativeInfinity).Max();
        var (ofA, ofB) = (Others(a, b), Others(b, a));
        if (Math.Max(ofA, ofB) > Math.Log(1.8))
            return ofA > ofB ? a : b;
        var middle = person.Box!.Value.Center;
        return (person.Point(a)!.Value - middle).Length > (person.Point(b)!.Value - middle).Length ? a : b;
    }

    private static void Coincidences(CheckedSet set, CheckedPerson person, FindingList findings)
    {
        // Overhead or end-on, a small person's knee and ankle fall on one pixel; a large one's do not.
        if (person.Size() < 64)
            return;
        var names = new SideNames(set.Skeleton);
        foreach (var (upper, middle, lower, _) in names.Chains)
        {
            foreach (var (a, b) in new[] { (upper.Left, middle.Left), (middle.Left, lower.Left), (upper.Right, middle.Right), (middle.Right, lower.Right) })
            {
                if (person.Point(a) is { } p && person.Point(b) == p)
                    findings.Add(set.OfKeypoint(KeypointsCoincide, FindingSeverity.Warning, person, b, $"{set.Skeleton.Keypoints[b]} lies exactly on {set.Skeleton.Keypoints[a]}.", "two positions", "see which of the two is misplaced"));
            }
        }
    }

    private static double Longer(Box box) => Math.Max(box.Width, box.Height);
}
