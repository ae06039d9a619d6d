using LeanPose.Datasets;

namespace LeanPose.Formats.Mapping;

/// <summary>What a keypoint name means: which side, and which joint, in one word for all the words that people use.</summary>
internal static class JointNames
{
    private static readonly string[][] Synonyms =
    [
        ["shoulder", "sho", "shldr", "shoul"],
        ["elbow", "elb", "elbo"],
        ["wrist", "wri", "hand", "wrst"],
        ["hip", "hips", "hip_joint", "upper_leg"],
        ["knee", "kne"],
        ["ankle", "ank", "foot", "feet"],
        ["eye", "eyes"],
        ["ear", "ears"],
        ["nose", "nos", "snout"],
        ["root", "pelvis", "mid_hip", "hip_center", "hip_centre", "center_hip", "centre_hip", "hips_center"],
        ["neck", "upper_neck", "head_bottom", "throat", "neck_base", "lower_head"],
        ["thorax", "chest", "sternum", "mid_shoulder", "upper_chest", "spine_top"],
        ["belly", "spine", "torso", "abdomen", "stomach", "waist", "spine_mid"],
        ["head_top", "head", "top", "crown", "top_head", "head_tip"],
        ["big_toe", "toe", "bigtoe"],
        ["small_toe", "smalltoe", "little_toe"],
    ];

    private static readonly Dictionary<string, string> Meanings = Synonyms.SelectMany(s => s.Select(word => (word, s[0]))).ToDictionary(p => p.word, p => p.Item2, StringComparer.Ordinal);

    /// <summary>Side (<c>left</c>, <c>right</c> or nothing), the words without it, and the one word for them where they are known.</summary>
    public static (string Side, string Words, string? Meaning) Parse(string name)
    {
        var words = KeypointNames.Normalize(name);
        foreach (var side in new[] { "left", "right" })
        {
            if (words.StartsWith(side + "_", StringComparison.Ordinal))
                return (side, words[(side.Length + 1)..], Meanings.GetValueOrDefault(words[(side.Length + 1)..]));
            // leftknee, lknee, lkne
            foreach (var mark in new[] { side, side[..1] })
            {
                if (words.StartsWith(mark, StringComparison.Ordinal) && Meanings.TryGetValue(words[mark.Length..], out var meaning))
                    return (side, words[mark.Length..], meaning);
            }
        }

        return ("", words, Meanings.GetValueOrDefault(words));
    }

    /// <summary>Whether it is a bare number, as tools give to points that nobody named: <c>7</c>, <c>keypoint_7</c>.</summary>
    public static bool IsNumber(string name) => name.Length > 0 && char.IsAsciiDigit(name[^1]) && name.TrimEnd("0123456789".ToCharArray()).TrimEnd('_', ' ').ToLowerInvariant() is "" or "keypoint" or "kpt" or "point" or "p";

    /// <summary>How many letters must be changed, over the longer word's letters.</summary>
    public static double Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
                row[j] = Math.Min(previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1), 1 + Math.Min(previous[j], row[j - 1]));
            previous = row;
        }

        return (double)previous[b.Length] / Math.Max(1, Math.Max(a.Length, b.Length));
    }
}
