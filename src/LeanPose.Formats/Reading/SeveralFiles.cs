using LeanPose.Datasets;

namespace LeanPose.Formats.Reading;

/// <summary>Makes one data set of the files of a folder.</summary>
internal static class SeveralFiles
{
    /// <summary>Reads every file, reports the problems of all, and puts them one behind the other.</summary>
    /// <exception cref="DataException">A file is not usable, or ids stand in two of them.</exception>
    public static PoseDataset Join(string folder, IReadOnlyList<string> files, Func<string, PoseDataset> read)
    {
        var problems = new ProblemList();
        var parts = new List<PoseDataset>();
        foreach (var file in files)
        {
            try
            {
                parts.Add(read(file));
            }
            catch (DataException e)
            {
                problems.Add(e);
            }
        }

        Repeated("Image", parts, p => p.Images.Select(i => i.Id), problems);
        Repeated("Annotation", parts, p => p.Persons.Select(a => a.Id), problems);
        problems.ThrowIfAny();
        return new PoseDataset(folder, parts[0].Skeleton, [.. parts.SelectMany(p => p.Images)], [.. parts.SelectMany(p => p.Persons)]);
    }

    private static void Repeated(string what, List<PoseDataset> parts, Func<PoseDataset, IEnumerable<long>> ids, ProblemList problems)
    {
        var first = new Dictionary<long, string>();
        foreach (var part in parts)
        {
            foreach (var id in ids(part))
            {
                if (!first.TryAdd(id, part.Name))
                    problems.Add($"{what} id {id} stands in two files.", part.Name, $"an id of its own; {first[id]} has it already", "take one of the files out of the folder");
            }
        }
    }
}
