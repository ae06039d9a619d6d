using System.Text.Json;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>What the category says of the keypoints: partners, sigmas, limbs, id.</summary>
internal sealed class SkeletonValidator : IValidator
{
    // The published sigmas go from 0.025 (eyes) to 0.107 (hips); twice beyond either is no annotator's spread.
    private const double SmallestSigma = 0.012;
    private const double LargestSigma = 0.22;

    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.Own.Where(s => s is { Category: not null, SkeletonIsGuessed: false }))
        {
            var (category, index) = set.Category!.Value;
            Partners(set, index, findings);
            FlipTable(set, category, index, findings);
            Sigmas(set, category, index, findings);
            Limbs(set, category, index, findings);
            if (category.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.GetDouble() is not 1)
                findings.Add(set.OfSet(CategoryId, FindingSeverity.Hint, $"categories[{index}].id", $"Persons have category {id.GetRawText()}.", "1, as in COCO: result files of most tools, LeanPose's among them, say 1", "number the categories anew if other tools are to read results beside this file"));
        }
    }

    // Augmentation mirrors pictures; a left wrist without a right one would be taught on both sides.
    private static void Partners(CheckedSet set, int index, FindingList findings)
    {
        foreach (var (name, k) in set.Skeleton.Keypoints.Select((name, k) => (name, k)))
        {
            if (Mirrored(name) is not { } partner || set.Skeleton.IndexOf(partner) >= 0)
                continue;
            findings.Add(set.OfSet(CheckCatalog.FlipTable, FindingSeverity.Error, $"categories[{index}].keypoints[{k}]", $"{name} has no partner {partner}.", "a keypoint of the other side for every one of a side", $"call the keypoint of the other side {partner}, or train with augmentation.flipProbability 0") with { Keypoint = name });
        }
    }

    private static void FlipTable(CheckedSet set, JsonElement category, int index, FindingList findings)
    {
        var expected = set.Skeleton.FlipIndex;
        foreach (var field in new[] { "flip_idx", "flip_indices", "flip_pairs" })
        {
            if (!category.TryGetProperty(field, out var list) || list.ValueKind != JsonValueKind.Array)
                continue;
            var table = field == "flip_pairs" ? OfPairs(list, set.Skeleton.Count) : Whole(list);
            if (table is null || table.Length != set.Skeleton.Count)
            {
                Report("", $"\"{field}\" is no table of {set.Skeleton.Count} keypoints.");
                continue;
            }

            for (var k = 0; k < table.Length; k++)
            {
                if (table[k] != expected[k])
                    Report($"[{k}]", $"\"{field}\" makes {set.Skeleton.Keypoints[k]} {(table[k] == k ? "its own partner" : table[k] >= 0 && table[k] < table.Length ? $"the partner of {set.Skeleton.Keypoints[table[k]]}" : $"the partner of number {table[k]}")}.");
            }

            void Report(string place, string found) => findings.Add(set.OfSet(
                CheckCatalog.FlipTable,
                FindingSeverity.Error,
                $"categories[{index}].{field}{(field == "flip_pairs" ? "" : place)}",
                found,
                $"what the names say: {string.Join(", ", set.Skeleton.FlipPairs.Select(p => $"{set.Skeleton.Keypoints[p.Left]} – {set.Skeleton.Keypoints[p.Right]}"))}",
                "correct the table, or take it out; LeanPose goes by the names",
                tree => tree.Category(index)!.Remove(field)));
        }
    }

    private static void Sigmas(CheckedSet set, JsonElement category, int index, FindingList findings)
    {
        if (!category.TryGetProperty("sigmas", out var list))
            return;
        void Report(FindingSeverity severity, string place, string? keypoint, string found, string expected) => findings.Add(set.OfSet(
            CheckCatalog.Sigmas, severity, $"categories[{index}].sigmas{place}", found, expected, "correct the list, or take it out; LeanPose goes by the names", tree => tree.Category(index)!.Remove("sigmas")) with
        { Keypoint = keypoint });
        var sigmas = list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(s => s.ValueKind == JsonValueKind.Number) ? list.EnumerateArray().Select(s => s.GetDouble()).ToArray() : [];
        if (sigmas.Length != set.Skeleton.Count)
        {
            Report(FindingSeverity.Error, "", null, $"There are {sigmas.Length} sigmas for {set.Skeleton.Count} keypoints.", "one number for each keypoint");
            return;
        }

        for (var k = 0; k < sigmas.Length; k++)
        {
            var (name, usual) = (set.Skeleton.Keypoints[k], set.Skeleton.Sigmas[k]);
            if (sigmas[k] is not (>= SmallestSigma and <= LargestSigma))
                Report(FindingSeverity.Error, $"[{k}]", name, FormattableString.Invariant($"The sigma of {name} is {sigmas[k]}."), FormattableString.Invariant($"between {SmallestSigma} and {LargestSigma}; usual is {usual}"));
            else if (sigmas[k] > 2 * usual || sigmas[k] < usual / 2)
                Report(FindingSeverity.Warning, $"[{k}]", name, FormattableString.Invariant($"The sigma of {name} is {sigmas[k]}."), FormattableString.Invariant($"near {usual}, which OKS usually takes"));
            else if (sigmas[set.Skeleton.FlipIndex[k]] is var other && other != sigmas[k] && set.Skeleton.FlipIndex[k] > k)
                Report(FindingSeverity.Warning, $"[{k}]", name, FormattableString.Invariant($"The sigma of {name} is {sigmas[k]}, its partner's {other}."), "the same on both sides");
        }
    }

    private static void Limbs(CheckedSet set, JsonElement category, int index, FindingList findings)
    {
        if (!category.TryGetProperty("skeleton", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            return;
        var bad = list.EnumerateArray().Count(pair => Whole(pair) is not { Length: 2 } limb || limb[0] == limb[1] || limb.Any(k => k < 1 || k > set.Skeleton.Count));
        if (bad > 0)
            findings.Add(set.OfSet(SkeletonLimbs, FindingSeverity.Hint, $"categories[{index}].skeleton", $"{bad} of {list.GetArrayLength()} limbs do not join two of the {set.Skeleton.Count} keypoints, counted from 1.", $"pairs of different numbers from 1 to {set.Skeleton.Count}", "correct the list; it serves only to draw lines", tree => tree.Category(index)!.Remove("skeleton")));
    }

    private static string? Mirrored(string name) =>
        name.StartsWith("left_", StringComparison.Ordinal) ? "right_" + name[5..] : name.StartsWith("right_", StringComparison.Ordinal) ? "left_" + name[6..] : null;

    private static int[]? Whole(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
            return null;
        var numbers = new List<int>();
        foreach (var e in list.EnumerateArray())
        {
            if (e.ValueKind != JsonValueKind.Number || !e.TryGetInt32(out var number))
                return null;
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static int[]? OfPairs(JsonElement list, int count)
    {
        var table = Enumerable.Range(0, count).ToArray();
        foreach (var e in list.EnumerateArray())
        {
            if (Whole(e) is not [var a, var b] || a < 0 || b < 0 || a >= count || b >= count)
                return null;
            (table[a], table[b]) = (b, a);
        }

        return table;
    }
}
