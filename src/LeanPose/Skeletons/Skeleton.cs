using System.Collections.Immutable;

namespace LeanPose.Skeletons;

/// <summary>
/// The keypoints of one data set: names, left/right pairs, limbs and OKS sigmas. Checked once, carried everywhere.
/// Keypoints of different data sets meet by name.
/// </summary>
public sealed class Skeleton
{
    private readonly Dictionary<string, int> _index;

    /// <summary>Makes and checks a skeleton.</summary>
    /// <param name="name">Short name, as recipes write it.</param>
    /// <param name="keypoints">Keypoint names in channel order, e.g. <c>left_shoulder</c>.</param>
    /// <param name="limbs">Pairs of indices to draw as lines.</param>
    /// <param name="sigmas">OKS sigma per keypoint (COCO's convention: the variance is (2σ)²·area).</param>
    /// <param name="flipPairs">Pairs that change places in a mirrored image; derived from <c>left_</c>/<c>right_</c> when null.</param>
    /// <exception cref="ArgumentException">Names repeat, an index is out of range, a pair overlaps another, or counts differ.</exception>
    public Skeleton(
        string name,
        IEnumerable<string> keypoints,
        IEnumerable<(int A, int B)> limbs,
        IEnumerable<double> sigmas,
        IEnumerable<(int Left, int Right)>? flipPairs = null)
    {
        Name = name;
        Keypoints = [.. keypoints];
        Limbs = [.. limbs];
        Sigmas = [.. sigmas];
        _index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Keypoints.Length; i++)
        {
            if (!_index.TryAdd(Keypoints[i], i))
                throw new ArgumentException($"Skeleton '{name}': keypoint name '{Keypoints[i]}' stands twice (positions {_index[Keypoints[i]]} and {i}).");
        }

        if (Sigmas.Length != Count)
            throw new ArgumentException($"Skeleton '{name}': {Sigmas.Length} sigmas for {Count} keypoints.");
        if (Sigmas.Any(s => !(s > 0)))
            throw new ArgumentException($"Skeleton '{name}': every sigma must be above 0.");
        foreach (var (a, b) in Limbs)
        {
            if (a < 0 || a >= Count || b < 0 || b >= Count || a == b)
                throw new ArgumentException($"Skeleton '{name}': limb ({a}, {b}) does not join two of its {Count} keypoints.");
        }

        FlipPairs = flipPairs is null ? PairsFromNames(Keypoints) : [.. flipPairs];
        FlipIndex = Involution(name, Count, FlipPairs);
    }

    /// <summary>Short name, as recipes write it.</summary>
    public string Name { get; }

    /// <summary>Keypoint names in channel order.</summary>
    public ImmutableArray<string> Keypoints { get; }

    /// <summary>Number of keypoints (J).</summary>
    public int Count => Keypoints.Length;

    /// <summary>Index pairs drawn as lines.</summary>
    public ImmutableArray<(int A, int B)> Limbs { get; }

    /// <summary>OKS sigma per keypoint.</summary>
    public ImmutableArray<double> Sigmas { get; }

    /// <summary>Pairs that change places in a mirrored image.</summary>
    public ImmutableArray<(int Left, int Right)> FlipPairs { get; }

    /// <summary>For each keypoint, which keypoint it becomes in a mirrored image. Applying it twice changes nothing.</summary>
    public ImmutableArray<int> FlipIndex { get; }

    /// <summary>Position of a keypoint, or -1.</summary>
    public int IndexOf(string keypoint) => _index.GetValueOrDefault(keypoint, -1);

    /// <summary>For each keypoint of this skeleton, its position in <paramref name="other"/>, or -1 where that lacks it.</summary>
    public ImmutableArray<int> MapTo(Skeleton other) => [.. Keypoints.Select(other.IndexOf)];

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Count} keypoints)";

    private static ImmutableArray<(int, int)> PairsFromNames(ImmutableArray<string> names)
    {
        var pairs = ImmutableArray.CreateBuilder<(int, int)>();
        for (var i = 0; i < names.Length; i++)
        {
            if (!names[i].Contains("left", StringComparison.Ordinal))
                continue;
            var partner = names.IndexOf(names[i].Replace("left", "right", StringComparison.Ordinal));
            if (partner >= 0)
                pairs.Add((i, partner));
        }

        return pairs.ToImmutable();
    }

    private static ImmutableArray<int> Involution(string name, int count, ImmutableArray<(int Left, int Right)> pairs)
    {
        var flip = Enumerable.Range(0, count).ToArray();
        foreach (var (l, r) in pairs)
        {
            if (l < 0 || l >= count || r < 0 || r >= count || l == r)
                throw new ArgumentException($"Skeleton '{name}': flip pair ({l}, {r}) does not name two of its {count} keypoints.");
            if (flip[l] != l || flip[r] != r)
                throw new ArgumentException($"Skeleton '{name}': flip pair ({l}, {r}) names a keypoint that another pair has already; flipping twice would not give the original back.");
            (flip[l], flip[r]) = (r, l);
        }

        return [.. flip];
    }
}
