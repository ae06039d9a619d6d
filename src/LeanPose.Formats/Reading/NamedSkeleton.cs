using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Skeletons;

namespace LeanPose.Formats.Reading;

/// <summary>The skeleton that keypoint names of a label tool mean, and where each name stands in it.</summary>
internal sealed record NamedSkeleton(Skeleton Skeleton, IReadOnlyDictionary<string, int> Positions)
{
    /// <summary>
    /// A known skeleton that has all the names, spelt in any way, and of which they are at least half; else one of the source's own, in the
    /// source's order.
    /// </summary>
    /// <exception cref="DataException">Names repeat.</exception>
    public static NamedSkeleton Of(IReadOnlyList<string> names, IReadOnlyList<(string A, string B)> limbs, string source)
    {
        var spelt = names.ToDictionary(n => n, KeypointNames.Normalize, StringComparer.Ordinal);
        var distinct = spelt.Values.Distinct(StringComparer.Ordinal).Count() == names.Count;
        if (distinct && Known([.. names.Select(n => spelt[n])]) is { } known)
            return new(known, names.ToDictionary(n => n, n => known.IndexOf(spelt[n]), StringComparer.Ordinal));

        string[] own = [.. names.Select(n => distinct ? spelt[n] : n)];
        var order = names.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i, StringComparer.Ordinal);
        try
        {
            var lines = limbs.Where(l => order.ContainsKey(l.A) && order.ContainsKey(l.B) && l.A != l.B).Select(l => (order[l.A], order[l.B]));
            return new(new Skeleton($"person{own.Length}", own, lines, own.Select(KnownSkeletons.SigmaOf)), order);
        }
        catch (ArgumentException e)
        {
            throw new DataException($"The keypoint names make no skeleton. {e.Message}", source, "different names", "correct the names", e);
        }
    }

    /// <summary>Brings a person's keypoints into the skeleton's order; those that the person lacks are unlabelled.</summary>
    public ImmutableArray<Keypoint> Arrange(IReadOnlyDictionary<string, Keypoint> named)
    {
        var points = new Keypoint[Skeleton.Count];
        foreach (var (name, point) in named)
            points[Positions[name]] = point;
        return [.. points];
    }

    private static Skeleton? Known(IReadOnlyCollection<string> names) =>
        KnownSkeletons.FindByKeypoints([.. names])
        ?? KnownSkeletons.All
            .Where(s => s != KnownSkeletons.Union24 && names.All(n => s.IndexOf(n) >= 0) && 2 * names.Count >= s.Count)
            .MinBy(s => s.Count);
}
