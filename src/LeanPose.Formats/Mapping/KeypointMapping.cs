using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Skeletons;

namespace LeanPose.Formats.Mapping;

/// <summary>Why a keypoint of the source stands for one of the target.</summary>
public enum MatchKind
{
    /// <summary>Nothing of the source is like it, or it was confirmed to be none.</summary>
    None,

    /// <summary>Both have the same name, however spelt.</summary>
    SameName,

    /// <summary>The names are words for the same joint.</summary>
    SameMeaning,

    /// <summary>The names are spelt alike.</summary>
    LikeName,

    /// <summary>The source has numbers for names, and as many keypoints.</summary>
    Position,

    /// <summary>Someone confirmed it.</summary>
    Confirmed,
}

/// <summary>One keypoint of a target skeleton.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Source">The keypoint of the source that it is, or null for none: it will be unlabelled.</param>
/// <param name="Kind">Why.</param>
public sealed record KeypointMatch(string Target, string? Source, MatchKind Kind);

/// <summary>Which keypoint of a source each keypoint of a target skeleton is.</summary>
/// <param name="Target">The skeleton that comes out.</param>
/// <param name="SourceKeypoints">Names of the source's keypoints, in order.</param>
/// <param name="Matches">One for each keypoint of the target, in order.</param>
public sealed record KeypointMapping(Skeleton Target, ImmutableArray<string> SourceKeypoints, ImmutableArray<KeypointMatch> Matches)
{
    // Up to a third of the letters: "sholder" is a shoulder, "eye" is no "ear".
    private const double Alike = 0.34;

    /// <summary>How many keypoints of the target get a label.</summary>
    public int MatchedCount => Matches.Count(m => m.Source is not null);

    /// <summary>The source's keypoints that are no keypoint of the target: their labels are left out.</summary>
    public IEnumerable<string> Unused => SourceKeypoints.Except(Matches.Select(m => m.Source).OfType<string>());

    /// <summary>Proposes a mapping by names: the same, words for the same joint, words spelt alike; each keypoint is used once, and left never becomes right.</summary>
    public static KeypointMapping Propose(Skeleton source, Skeleton target)
    {
        if (source.Count == target.Count && source.Keypoints.All(JointNames.IsNumber))
            return new(target, source.Keypoints, [.. target.Keypoints.Select((t, i) => new KeypointMatch(t, source.Keypoints[i], MatchKind.Position))]);
        var free = source.Keypoints.ToHashSet(StringComparer.Ordinal);
        var found = new KeypointMatch?[target.Count];
        foreach (var kind in new[] { MatchKind.SameName, MatchKind.SameMeaning, MatchKind.LikeName })
        {
            for (var t = 0; t < target.Count; t++)
            {
                if (found[t] is not null || Best(target.Keypoints[t], source.Keypoints.Where(free.Contains), kind) is not { } match)
                    continue;
                found[t] = new(target.Keypoints[t], match, kind);
                free.Remove(match);
            }
        }

        return new(target, source.Keypoints, [.. found.Select((m, t) => m ?? new KeypointMatch(target.Keypoints[t], null, MatchKind.None))]);
    }

    /// <summary>
    /// The mapping to the known skeleton that fits keypoints nobody knows best: at least half of its keypoints and of the source's are
    /// matched. Null for a skeleton that is known, and where none fits: the source's own names stay.
    /// </summary>
    public static KeypointMapping? ToNearestKnown(Skeleton source)
    {
        if (KnownSkeletons.FindByKeypoints(source.Keypoints) is not null)
            return null;
        return KnownSkeletons.All
            .Where(s => s != KnownSkeletons.Union24)
            .Select(s => Propose(source, s))
            .Where(m => 2 * m.MatchedCount >= m.Target.Count && 2 * m.MatchedCount >= source.Count)
            .OrderByDescending(m => m.MatchedCount)
            .ThenBy(m => m.Target.Count - m.MatchedCount)
            .FirstOrDefault();
    }

    /// <summary>The same persons with the target's keypoints.</summary>
    /// <exception cref="DataException">The data set has other keypoints than the mapping was made for.</exception>
    public PoseDataset Apply(PoseDataset dataset)
    {
        if (!dataset.Skeleton.Keypoints.SequenceEqual(SourceKeypoints))
            throw new DataException("The mapping was made for other keypoints.", dataset.Name, string.Join(", ", SourceKeypoints) + $"; the data set has {string.Join(", ", dataset.Skeleton.Keypoints)}", "make a new mapping: run without --mapping");
        var from = Matches.Select(m => m.Source is null ? -1 : dataset.Skeleton.IndexOf(m.Source)).ToArray();
        return new PoseDataset(
            dataset.Name,
            Target,
            dataset.Images,
            [.. dataset.Persons.Select(p => p.Keypoints.IsEmpty ? p : p with { Keypoints = [.. from.Select(i => i < 0 ? default : p.Keypoints[i])] })]);
    }

    private static string? Best(string target, IEnumerable<string> names, MatchKind kind)
    {
        var wanted = JointNames.Parse(target);
        return names
            .Select(name => (Name: name, Meant: JointNames.Parse(name)))
            .Where(c => c.Meant.Side == wanted.Side)
            .Select(c => (c.Name, Away: kind switch
            {
                MatchKind.SameName => c.Meant.Words == wanted.Words ? 0 : 1,
                MatchKind.SameMeaning => c.Meant.Meaning is not null && c.Meant.Meaning == wanted.Meaning ? 0 : 1,
                // Words that mean another joint are not alike, whatever their letters.
                _ => c.Meant.Meaning is not null && wanted.Meaning is not null ? 1 : JointNames.Distance(c.Meant.Words, wanted.Words),
            }))
            .Where(c => c.Away <= (kind == MatchKind.LikeName ? Alike : 0))
            .OrderBy(c => c.Away)
            .Select(c => c.Name)
            .FirstOrDefault();
    }
}
