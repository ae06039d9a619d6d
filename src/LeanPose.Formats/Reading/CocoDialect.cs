using LeanPose.Datasets;

namespace LeanPose.Formats.Reading;

/// <summary>Reads the many data sets that are COCO but for something.</summary>
internal static class CocoDialect
{
    /// <exception cref="DataException">See <see cref="CocoReader"/>.</exception>
    public static PoseDataset Read(string path, FormatReadOptions options, CocoReadOptions dialect) =>
        CocoReader.Read(path, options.Images ?? FolderOf(path), dialect with { CheckFiles = options.Images is not null });

    /// <summary>The folder in which a file lies.</summary>
    public static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;
}
