using System.Numerics;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>Pictures that stand in a set twice, or in two sets: what is learned from must not be measured on.</summary>
internal sealed class DuplicateValidator : IValidator
{
    // A re-encoded or resized copy differs in 0 to 4 of 64 places, two different pictures in 32 on average.
    private const int LargestDistance = 6;

    // Plain backdrops make hashes alike; the grey values must be, too.
    private const double LargestGreyDifference = 0.12;

    public void Look(CheckedData data, FindingList findings)
    {
        var entries = data.Sets.SelectMany(set => set.Images.Where(i => i.Probe is { Problem: null }).Select(image => new Entry(set, image, image.Probe!))).ToArray();
        foreach (var group in Enumerable.Range(0, entries.Length).GroupBy(i => entries[i].Probe.Content).Where(g => g.Count() > 1))
        {
            var same = group.ToArray();
            for (var j = 1; j < same.Length; j++)
            {
                Report(entries[same[0]], entries[same[j]], similar: false, findings);
                // Across sets every pair counts; within one the first tells it.
                for (var i = 1; i < j; i++)
                {
                    if (entries[same[i]].Set != entries[same[j]].Set && entries[same[0]].Set == entries[same[j]].Set)
                        Report(entries[same[i]], entries[same[j]], similar: false, findings);
                }
            }
        }

        foreach (var (i, j) in Similar(entries))
            Report(entries[i], entries[j], similar: true, findings);
    }

    // Counting the differing bits of all pairs takes seconds for 100 000 pictures; an index would be faster and much longer.
    private static IEnumerable<(int, int)> Similar(Entry[] entries)
    {
        var hashes = Array.ConvertAll(entries, e => e.Probe.Differences);
        return Enumerable.Range(0, entries.Length).AsParallel().AsOrdered().SelectMany(Before);

        List<(int, int)> Before(int j)
        {
            var found = new List<(int, int)>();
            for (var i = 0; i < j; i++)
            {
                if (BitOperations.PopCount(hashes[i] ^ hashes[j]) <= LargestDistance && AreAlike(entries[i].Probe, entries[j].Probe))
                    found.Add((i, j));
            }

            return found;
        }
    }

    private static bool AreAlike(PictureProbe a, PictureProbe b) =>
        a.Content != b.Content && Math.Abs(((double)a.Width / a.Height) - ((double)b.Width / b.Height)) < 0.05 * a.Width / a.Height && a.GreyDifference(b) <= LargestGreyDifference;

    private static void Report(Entry first, Entry second, bool similar, FindingList findings)
    {
        // Told where it can be mended: in the set that is checked, and there in what is learned from.
        var (kept, told) = second.Set.Source.OnlyForComparison || (second.Set != first.Set && second.Set.Source.Role == SourceRole.Validation) ? (second, first) : (first, second);
        if (told.Set.Source.OnlyForComparison)
            return;
        var (check, severity) = Rate(told.Set, kept.Set, similar);
        if (severity is not { } rated)
            return;
        var across = told.Set != kept.Set;
        var (index, measured) = (told.Image.Index, Uses(told.Set, kept.Set, SourceRole.Validation));
        var place = across ? $"{kept.Set.Source.Name} ({kept.Set.File})" : "the same set";
        findings.Add(told.Set.OfImage(
            check,
            rated,
            told.Image,
            $"{told.Image.FileName} {(similar ? "shows nearly the same as" : "has the same content as")} {kept.Image.FileName} of {place}.",
            across ? measured ? "no picture to be measured on among those to be learned from" : "every picture in one set" : "every picture once",
            across ? measured ? "take the picture out of one of the sets; numbers on it are too good" : "nothing has to be done: the labels of one set are merely not used in the other" : "take one of them out, with its annotations, or join the annotations",
            across && !similar && measured ? tree => tree.DropImage(index) : null) with
        { Other = kept.Image });
    }

    private static (CheckCode Check, FindingSeverity? Severity) Rate(CheckedSet told, CheckedSet kept, bool similar)
    {
        if (told == kept)
            return similar ? (ImageSimilar, FindingSeverity.Hint) : (ImageDuplicate, FindingSeverity.Warning);
        var check = similar ? LeakageSimilar : Leakage;
        if (!Uses(told, kept, SourceRole.Validation))
            return (check, similar ? null : FindingSeverity.Hint);
        // Without labels, a picture that is measured on teaches less, but it teaches.
        var unlabelled = Uses(told, kept, SourceRole.Unlabelled);
        return (check, (similar, unlabelled) switch { (false, false) => FindingSeverity.Error, (true, true) => FindingSeverity.Hint, _ => FindingSeverity.Warning });
    }

    private static bool Uses(CheckedSet a, CheckedSet b, SourceRole role) => a.Source.Role == role || b.Source.Role == role;

    private sealed record Entry(CheckedSet Set, CheckedImage Image, PictureProbe Probe);
}
