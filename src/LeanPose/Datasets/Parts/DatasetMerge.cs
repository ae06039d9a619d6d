using System.Collections.Immutable;
using LeanPose.Skeletons;

namespace LeanPose.Datasets.Parts;

/// <summary>Several data sets as one.</summary>
/// <param name="Dataset">All pictures and persons.</param>
/// <param name="SharedPictures">Pictures that more than one of the sets has; their persons stand together.</param>
/// <param name="RepeatedPersons">Persons that were left out because the same picture has the same box and keypoints already.</param>
/// <param name="PicturesRenumbered">Whether pictures have new ids, because two sets used the same for different ones.</param>
/// <param name="PersonsRenumbered">Whether persons have new ids, because two sets used the same.</param>
/// <param name="LostLabels">By keypoint, how many labels were lost because the common skeleton does not have it.</param>
public sealed record MergedDataset(
    PoseDataset Dataset, int SharedPictures, int RepeatedPersons, bool PicturesRenumbered, bool PersonsRenumbered, IReadOnlyDictionary<string, int> LostLabels);

/// <summary>Puts data sets together; their keypoints meet by name.</summary>
public static class DatasetMerge
{
    /// <summary>
    /// Merges in the order given. Ids stay where no two sets use the same; otherwise all are numbered anew, from 1. A picture is
    /// the same one if it is the same file.
    /// </summary>
    /// <param name="sets">At least one.</param>
    /// <param name="folder">File names in the result are relative to it, with slashes.</param>
    /// <param name="skeleton">
    /// Keypoints of the result. Null: those that all sets have; where they differ, <see cref="KnownSkeletons.Union24"/>.
    /// </param>
    /// <exception cref="DataException">A set has labels that no keypoint of the union fits, or two sets give a picture different sizes.</exception>
    public static MergedDataset Merge(IReadOnlyList<PoseDataset> sets, string folder, Skeleton? skeleton = null)
    {
        var target = skeleton ?? Common(sets);
        var pictures = new Dictionary<string, ImageRecord>(StringComparer.Ordinal);
        var shared = new HashSet<string>();
        var order = new List<string>();
        foreach (var set in sets)
        {
            foreach (var image in set.Images)
            {
                var file = Path.GetFullPath(image.Path);
                if (pictures.TryAdd(file, image with { FileName = Path.GetRelativePath(folder, file).Replace('\\', '/') }))
                {
                    order.Add(file);
                    continue;
                }

                shared.Add(file);
                pictures[file] = SameSize(pictures[file], image, set);
            }
        }

        var renumberPictures = pictures.Values.Select(i => i.Id).Distinct().Count() < pictures.Count;
        for (var i = 0; i < order.Count && renumberPictures; i++)
            pictures[order[i]] = pictures[order[i]] with { Id = i + 1 };

        var lost = new Dictionary<string, int>();
        var persons = sets.SelectMany(s => Relabelled(s, target, lost)).Select(p => p with { Image = pictures[Path.GetFullPath(p.Image.Path)] }).ToList();
        var distinct = persons.GroupBy(p => p.Image.Id).ToDictionary(g => g.Key, g => g.DistinctBy(p => (p.RawBox, string.Join(' ', p.Keypoints))).ToList());
        var kept = order.SelectMany(file => distinct.GetValueOrDefault(pictures[file].Id) ?? []).ToList();
        var renumberPersons = kept.Select(p => p.Id).Distinct().Count() < kept.Count;
        return new(
            new PoseDataset(string.Join(" + ", sets.Select(s => s.Name)), target, [.. order.Select(f => pictures[f])], [.. kept.Select((p, i) => renumberPersons ? p with { Id = i + 1 } : p)]),
            shared.Count,
            persons.Count - kept.Count,
            renumberPictures,
            renumberPersons,
            lost);
    }

    private static Skeleton Common(IReadOnlyList<PoseDataset> sets)
    {
        if (sets.All(s => s.Skeleton.Keypoints.SequenceEqual(sets[0].Skeleton.Keypoints)))
            return sets[0].Skeleton;
        foreach (var set in sets)
        {
            var unknown = set.Skeleton.Keypoints.Where(k => KnownSkeletons.Union24.IndexOf(k) < 0).ToArray();
            if (unknown.Length > 0)
            {
                throw new DataException(
                    $"The sets have different keypoints, and {KnownSkeletons.Union24} does not have all of them: {string.Join(", ", unknown)}.",
                    set.Name,
                    "keypoints that meet by name",
                    "name the skeleton that the result is to have; labels of keypoints that it lacks are left out and counted");
            }
        }

        return KnownSkeletons.Union24;
    }

    private static IEnumerable<PersonInstance> Relabelled(PoseDataset set, Skeleton target, Dictionary<string, int> lost)
    {
        var from = target.MapTo(set.Skeleton);
        foreach (var keypoint in set.Skeleton.Keypoints.Where(k => target.IndexOf(k) < 0))
        {
            var j = set.Skeleton.IndexOf(keypoint);
            var labels = set.Persons.Count(p => !p.Keypoints.IsEmpty && p.Keypoints[j].IsLabelled);
            if (labels > 0)
                lost[keypoint] = lost.GetValueOrDefault(keypoint) + labels;
        }

        return set.Persons.Select(p => p.Keypoints.IsEmpty ? p : p with { Keypoints = [.. from.Select(j => j < 0 ? default : p.Keypoints[j])] });
    }

    private static ImageRecord SameSize(ImageRecord first, ImageRecord second, PoseDataset set)
    {
        if (first.Width == 0 || second.Width == 0)
            return first with { Width = Math.Max(first.Width, second.Width), Height = Math.Max(first.Height, second.Height) };
        return (first.Width, first.Height) == (second.Width, second.Height) ? first : throw new DataException(
            $"Two sets give a picture different sizes: {first.Width}×{first.Height} and {second.Width}×{second.Height}.",
            $"{set.Name}, image id {second.Id} ({second.FileName})", "the size of the picture", "correct width and height in the file that is wrong");
    }
}
