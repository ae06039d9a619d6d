using System.Collections.Immutable;

namespace LeanPose.Datasets.Parts;

/// <summary>One part of a data set that is to be divided.</summary>
/// <param name="Name">What it is called: <c>train</c>.</param>
/// <param name="Pictures">How many pictures it gets.</param>
public sealed record SplitPart(string Name, int Pictures);

/// <summary>
/// Divides a data set by pictures: all persons of a picture come into the same part, or a network would be measured on
/// pictures that it has learnt.
/// </summary>
public static class PictureSplit
{
    /// <summary>Draws the parts; pictures beyond their sum are in none.</summary>
    /// <param name="dataset">All of its pictures take part, also those without persons.</param>
    /// <param name="parts">In order; together at most as many pictures as there are.</param>
    /// <param name="seed">The same seed divides the same way on every machine.</param>
    /// <param name="stratum">What all parts have in the data set's proportions.</param>
    /// <param name="foldersTogether">
    /// Whether the pictures of one folder come into one part, as frames of a video must. Parts are then as large as whole folders allow.
    /// </param>
    /// <returns>One split a part, pictures in the data set's order.</returns>
    /// <exception cref="ArgumentException">The parts need more pictures than there are, or one needs less than none.</exception>
    public static ImmutableArray<Split> Draw(PoseDataset dataset, IReadOnlyList<SplitPart> parts, long seed, Stratum stratum = Stratum.None, bool foldersTogether = false)
    {
        if (parts.Any(p => p.Pictures < 0) || parts.Sum(p => (long)p.Pictures) > dataset.Images.Length)
            throw new ArgumentException($"{string.Join(" + ", parts.Select(p => p.Pictures))} pictures cannot be drawn from {dataset.Images.Length}.", nameof(parts));
        var persons = dataset.Persons.ToLookup(p => p.Image.Id);
        ImmutableArray<ImageRecord>[] groups = foldersTogether
            ? [.. dataset.Images.GroupBy(Strata.Folder).Select(g => g.ToImmutableArray())]
            : [.. dataset.Images.Select(i => ImmutableArray.Create(i))];
        var order = Parts.Draw.Order(groups, g => stratum == Stratum.None ? "" : Strata.Of(g[0], persons[g[0].Id], stratum), seed, "split of pictures");

        var partOf = new Dictionary<long, int>(dataset.Images.Length);
        var (part, end, done) = (0, parts.Count > 0 ? parts[0].Pictures : 0, 0);
        foreach (var group in order)
        {
            while (part < parts.Count && done >= end)
                end += ++part < parts.Count ? parts[part].Pictures : 0;
            foreach (var image in group)
                partOf[image.Id] = part;
            done += group.Length;
        }

        return [.. parts.Select((_, p) => Split.OfImages(dataset.Images.Where(i => partOf[i.Id] == p)))];
    }
}
