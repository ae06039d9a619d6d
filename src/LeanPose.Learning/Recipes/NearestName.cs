namespace LeanPose.Learning.Recipes;

/// <summary>Finds the name that a misspelt one was probably meant to be.</summary>
public static class NearestName
{
    /// <summary>
    /// The name with the fewest edits (insert, delete, replace, swap of neighbours; case does not count) from
    /// <paramref name="word"/>, or null when none is near: more than a third of the letters would have to change and
    /// neither starts with the other.
    /// </summary>
    public static string? Of(string word, IEnumerable<string> names)
    {
        var best = names
            .Select(name => (Name: name, Edits: Distance(word.ToLowerInvariant(), name.ToLowerInvariant())))
            .OrderBy(c => c.Edits)
            .ThenBy(c => c.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        if (best.Name is null)
            return null;
        var near = best.Edits <= (Math.Max(word.Length, best.Name.Length) - 1) / 3;
        return near ? best.Name : names.FirstOrDefault(name => Starts(word, name));
    }

    // 'batchSize' for 'batch', 'lr' for 'learningRate' not: three letters must agree before a beginning means anything.
    private static bool Starts(string word, string name) =>
        Math.Min(word.Length, name.Length) >= 3
        && (word.StartsWith(name, StringComparison.OrdinalIgnoreCase) || name.StartsWith(word, StringComparison.OrdinalIgnoreCase));

    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, 1 + Math.Min(d[i - 1, j], d[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
