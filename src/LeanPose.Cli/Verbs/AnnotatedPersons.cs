using LeanPose.Datasets;

namespace LeanPose.Cli.Verbs;

/// <summary>Annotations as the <c>data</c> verbs read them.</summary>
internal static class AnnotatedPersons
{
    /// <summary>Reads a COCO file and what a split names of it. Pictures are looked for only where a folder is given.</summary>
    /// <exception cref="DataException">A file is missing or wrong.</exception>
    public static PoseDataset Read(string annotations, string? images, string? split = null)
    {
        var persons = CocoReader.Read(annotations, images ?? "", new CocoReadOptions { CheckFiles = images is not null });
        return split is null ? persons : persons.Select(Split.Read(split));
    }
}
