using LeanPose.Datasets;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>Whether every keypoint is labelled often enough, and whether there are enough persons to measure on.</summary>
internal sealed class BalanceValidator : IValidator
{
    private const int FewestPersons = 20;

    // PCK near 70 % with keypoints of a person that are right and wrong together (correlation 0.3): what small sets show here.
    private const double TypicalAccuracy = 0.7;
    private const double Correlation = 0.3;

    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.WithLabels)
        {
            var persons = set.Labelled.ToArray();
            if (persons.Length >= FewestPersons)
                Visibilities(set, persons, findings);
            if (persons.Length > 0)
                Stability(set, persons, findings);
        }
    }

    private static void Visibilities(CheckedSet set, CheckedPerson[] persons, FindingList findings)
    {
        var shares = Enumerable.Range(0, set.Skeleton.Count).Select(k => persons.Count(p => p.Keypoints[k].IsLabelled) / (double)persons.Length).ToArray();
        var median = Robust.Of(shares).Median;
        for (var k = 0; k < shares.Length; k++)
        {
            var (name, partner) = (set.Skeleton.Keypoints[k], set.Skeleton.FlipIndex[k]);
            if (shares[k] == 0)
                Report(FindingSeverity.Warning, k, $"{name} is labelled on none of {persons.Length} persons.", "train with a skeleton without it (model.skeleton), or label it: its heatmap will mean nothing");
            else if (shares[k] < 0.2 * median)
                Report(FindingSeverity.Hint, k, FormattableString.Invariant($"{name} is labelled on {100 * shares[k]:0.#} % of the persons, the median keypoint on {100 * median:0} %."), "expect little of it; more pictures that show it would help");
            else if (partner > k && OneSided(shares[k], shares[partner], persons.Length))
                Report(FindingSeverity.Hint, k, FormattableString.Invariant($"{name} is labelled on {100 * shares[k]:0} % of the persons, {set.Skeleton.Keypoints[partner]} on {100 * shares[partner]:0} %."), "mirroring in training evens it out; see whether the set shows people from one side");
        }

        if (persons.Length >= 100 && persons.All(p => p.Keypoints.All(k => k.Visibility != Visibility.Hidden)))
            findings.Add(set.OfSet(VisibilityUnbalanced, FindingSeverity.Hint, "annotations", $"No keypoint of {persons.Length} persons is hidden (v = 1).", "1 for hidden keypoints, 2 for visible ones", "nothing has to be done; numbers by visibility say nothing here"));

        void Report(FindingSeverity severity, int k, string found, string fix) =>
            findings.Add(set.OfSet(VisibilityUnbalanced, severity, $"categories[{set.Category?.Index ?? 0}].keypoints[{k}]", found, "every keypoint on many persons", fix) with { Keypoint = set.Skeleton.Keypoints[k] });
    }

    // Far apart, and further than four standard errors.
    private static bool OneSided(double left, double right, int persons)
    {
        var mean = (left + right) / 2;
        return Math.Abs(left - right) > Math.Max(0.15, 4 * Math.Sqrt(2 * mean * (1 - mean) / persons));
    }

    /// <summary>The 95 % interval of a PCK: keypoints of one person count as fewer, because they are right and wrong together.</summary>
    private static void Stability(CheckedSet set, CheckedPerson[] persons, FindingList findings)
    {
        var keypoints = persons.Average(p => p.LabelledCount);
        var half = 100 * 1.96 * Math.Sqrt(TypicalAccuracy * (1 - TypicalAccuracy) * (1 + ((keypoints - 1) * Correlation)) / (keypoints * persons.Length));
        if (half <= 2)
            return;
        var needed = (int)Math.Ceiling(persons.Length * half * half / 4 / 50) * 50;
        var measured = set.Source.Role == SourceRole.Validation;
        // Labels to learn from are few on purpose; only a set to measure on can be too small to do so.
        if (!measured && set.Source.Role != SourceRole.Unspecified)
            return;
        findings.Add(set.OfSet(
            ValidationSmall,
            measured && half > 5 ? FindingSeverity.Warning : FindingSeverity.Hint,
            "annotations",
            FormattableString.Invariant($"{(measured ? "There are" : "To measure on, there are only")} {persons.Length} persons: a PCK of 70 % would be known to ±{half:0.#} points (95 %)."),
            $"about {needed} persons for ±2 points",
            "trust only differences larger than the interval, or label more"));
    }
}
