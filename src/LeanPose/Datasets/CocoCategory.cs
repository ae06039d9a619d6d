using System.Text.Json;
using LeanPose.Skeletons;

namespace LeanPose.Datasets;

/// <summary>One entry of <c>categories</c>.</summary>
internal sealed record CocoCategory(long Id, string Name, string[] Keypoints, (int A, int B)[] Limbs, string Where)
{
    private const string Expected = "{\"id\": 1, \"name\": \"person\", \"keypoints\": [\"nose\", …]}";

    public static CocoCategory? Parse(JsonRecord record)
    {
        if (!record.IsObject(Expected) || record.Integer("id") is not { } id)
            return null;
        var name = record.Has("name") ? record.Text("name") : id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var keypoints = Array.Empty<string>();
        if (record.Has("keypoints"))
        {
            var list = record.Element.GetProperty("keypoints");
            if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(k => k.ValueKind != JsonValueKind.String))
            {
                record.Problems.Add("\"keypoints\" of a category is no list of names.", record.Where("keypoints"), "[\"nose\", \"left_eye\", …]");
                return null;
            }

            keypoints = [.. list.EnumerateArray().Select(k => k.GetString()!)];
        }

        return name is null ? null : new(id, name, keypoints, ParseLimbs(record.Element, keypoints.Length), record.Where());
    }

    /// <summary>The category whose annotations are persons.</summary>
    /// <exception cref="DataException">No category has keypoint names, or several have and none is called "person".</exception>
    public static CocoCategory Person(IReadOnlyList<CocoCategory> categories, string file, Skeleton? given)
    {
        const string names = "a category with the names of its keypoints: " + Expected;
        var candidates = categories.Where(c => c.Keypoints.Length > 0).ToArray();
        if (candidates.Length == 0 && given is not null)
            candidates = [.. categories];
        if (candidates.Length == 0)
            throw new DataException("No category has keypoint names.", $"{file}, categories", names, "add the names in the order of the keypoints, or say which skeleton the file has");
        if (candidates.Length == 1)
            return candidates[0];
        return candidates.FirstOrDefault(c => string.Equals(c.Name, "person", StringComparison.OrdinalIgnoreCase))
            ?? throw new DataException(
                $"{candidates.Length} categories could be persons: {string.Join(", ", candidates.Select(c => c.Name))}.",
                $"{file}, categories",
                "one category with keypoints, or one of them called person",
                "rename the one that is meant to person");
    }

    /// <summary>The known skeleton with these names, else one of the file's own.</summary>
    /// <exception cref="DataException">The names are not usable, or their count is not the given skeleton's.</exception>
    public Skeleton Skeleton(Skeleton? given)
    {
        if (given is not null)
            return given;
        var names = Keypoints.Select(KeypointNames.Normalize).ToArray();
        if (KnownSkeletons.FindByKeypoints(Keypoints) is { } exact)
            return exact;
        if (KnownSkeletons.FindByKeypoints(names) is { } known)
            return known;
        try
        {
            return new Skeleton($"{Name}{names.Length}", names, Limbs, names.Select(KnownSkeletons.SigmaOf));
        }
        catch (ArgumentException e)
        {
            throw new DataException($"The keypoint names make no skeleton. {e.Message}", $"{Where}.keypoints", "different names", "correct the names");
        }
    }

    /// <summary>COCO counts from 1. Lists that do not fit the keypoints are left out: they serve only to draw lines, and several data sets carry COCO's by mistake.</summary>
    private static (int, int)[] ParseLimbs(JsonElement category, int count)
    {
        if (!category.TryGetProperty("skeleton", out var list) || list.ValueKind != JsonValueKind.Array)
            return [];
        var limbs = new List<(int, int)>();
        foreach (var pair in list.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2)
                return [];
            if (!TryIndex(pair[0], out var a) || !TryIndex(pair[1], out var b) || a == b || a < 1 || b < 1 || a > count || b > count)
                return [];
            limbs.Add((a - 1, b - 1));
        }

        return [.. limbs];
    }

    private static bool TryIndex(JsonElement e, out int index)
    {
        index = 0;
        return e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out index);
    }
}
