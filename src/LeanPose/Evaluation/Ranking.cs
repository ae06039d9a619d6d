namespace LeanPose.Evaluation;

/// <summary>How well a score puts what is sought before the rest, as one would look through a list from its top.</summary>
public static class Ranking
{
    /// <summary>
    /// Area under the ROC curve: the probability that one of the sought scores higher than one of the rest, ties counting half
    /// (Mann and Whitney, 1947). 0.5 is chance.
    /// </summary>
    /// <param name="scores">Finite numbers; higher comes first.</param>
    /// <param name="sought">Which of them are sought.</param>
    /// <returns>Null where nothing, or everything, is sought.</returns>
    /// <exception cref="ArgumentException">The counts differ, or a score is NaN.</exception>
    public static double? RocAuc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> sought)
    {
        var order = Descending(scores, sought);
        double wins = 0, rest = 0, found = 0;
        foreach (var (_, hits, misses) in Ties(scores, sought, order))
        {
            wins += misses * (found + (hits / 2.0));
            found += hits;
            rest += misses;
        }

        return found > 0 && rest > 0 ? wins / (found * rest) : null;
    }

    /// <summary>The share of the sought among the highest scores.</summary>
    /// <param name="scores">Finite numbers; higher comes first.</param>
    /// <param name="sought">Which of them are sought.</param>
    /// <param name="share">Which part of all is looked at, above 0 to 1; at least one, rounded up.</param>
    /// <returns>What is to be expected where a tie crosses the border; null without scores.</returns>
    /// <exception cref="ArgumentException">The counts differ, a score is NaN, or the share is not above 0 to 1.</exception>
    public static double? PrecisionAt(ReadOnlySpan<double> scores, ReadOnlySpan<bool> sought, double share)
    {
        if (!(share > 0 && share <= 1))
            throw new ArgumentException($"The share must lie above 0, up to 1; it is {share}.", nameof(share));
        var order = Descending(scores, sought);
        if (order.Length == 0)
            return null;
        var looked = Looked(order.Length, share);
        var (left, found) = (looked, 0.0);
        foreach (var (count, hits, _) in Ties(scores, sought, order))
        {
            var taken = Math.Min(left, count);
            found += hits * ((double)taken / count);
            left -= taken;
            if (left == 0)
                break;
        }

        return found / looked;
    }

    /// <summary>The share of the sought that stands among the highest scores; null where nothing is sought. See <see cref="PrecisionAt"/>.</summary>
    /// <exception cref="ArgumentException">The counts differ, a score is NaN, or the share is not above 0 to 1.</exception>
    public static double? RecallAt(ReadOnlySpan<double> scores, ReadOnlySpan<bool> sought, double share)
    {
        var all = 0;
        foreach (var one in sought)
            all += one ? 1 : 0;
        return PrecisionAt(scores, sought, share) is { } precision && all > 0 ? precision * Looked(scores.Length, share) / all : null;
    }

    // 0.05 × 20 is a trifle more than 1 in binary; one entry is meant.
    private static int Looked(int count, double share) => Math.Max(1, (int)Math.Ceiling((share * count) - 1e-9));

    private static int[] Descending(ReadOnlySpan<double> scores, ReadOnlySpan<bool> sought)
    {
        if (scores.Length != sought.Length)
            throw new ArgumentException($"{scores.Length} scores need as many marks, not {sought.Length}.");
        var keys = new double[scores.Length];
        var order = new int[scores.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            if (double.IsNaN(scores[i]))
                throw new ArgumentException($"Score {i} is not a number.", nameof(scores));
            (keys[i], order[i]) = (-scores[i], i);
        }

        Array.Sort(keys, order);
        return order;
    }

    private static List<(int Count, int Hits, int Misses)> Ties(ReadOnlySpan<double> scores, ReadOnlySpan<bool> sought, int[] order)
    {
        var ties = new List<(int, int, int)>();
        for (int i = 0, end; i < order.Length; i = end)
        {
            var hits = 0;
            for (end = i; end < order.Length && scores[order[end]] == scores[order[i]]; end++)
                hits += sought[order[end]] ? 1 : 0;
            ties.Add((end - i, hits, end - i - hits));
        }

        return ties;
    }
}
