using System.Collections.Immutable;
using LeanPose.Randomness;

namespace LeanPose.Datasets.Parts;

/// <summary>
/// The order in which a seed draws persons or pictures. The subset of N is the first N of it, so that of two subsets of one
/// seed the smaller lies in the larger, and a learning curve adds labels without exchanging any.
/// </summary>
public static class Draw
{
    /// <summary>All persons in drawn order.</summary>
    /// <param name="persons">Usually those that are <see cref="PoseDataset.Trainable"/>.</param>
    /// <param name="seed">The same seed draws the same persons on every machine.</param>
    /// <param name="stratum">What every first N of them have in the data set's proportions, as nearly as whole persons can.</param>
    public static ImmutableArray<PersonInstance> Persons(IReadOnlyList<PersonInstance> persons, long seed, Stratum stratum = Stratum.None) =>
        Order(persons, p => Strata.Of(p, stratum), seed, "label subset");

    /// <summary>
    /// All of a list in drawn order. Where classes are kept in proportion, the r-th (from 0) of the n of a class stands at
    /// (r + ½) / n, which is Webster's method of apportionment.
    /// </summary>
    internal static ImmutableArray<T> Order<T>(IReadOnlyList<T> items, Func<T, string> stratum, long seed, string purpose)
    {
        var classes = items.Select(stratum).ToArray();
        var sizes = classes.CountBy(c => c).ToDictionary();
        var seen = new Dictionary<string, int>();
        var random = KeyedRandom.For(seed, purpose);
        var drawn = random.Permutation(items.Count).Select(i =>
        {
            var rank = seen.GetValueOrDefault(classes[i]);
            seen[classes[i]] = rank + 1;
            return (Item: items[i], Place: (rank + 0.5) / sizes[classes[i]]);
        }).ToArray();
        return [.. drawn.OrderBy(d => d.Place).Select(d => d.Item)];
    }
}
