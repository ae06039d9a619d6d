using System.Collections.Immutable;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;

namespace LeanPose.Datasets;

/// <summary>Reads a folder of pictures as unlabelled data: each picture is one person that fills it.</summary>
public static class ImageFolderReader
{
    /// <summary>The skeleton of data that has no labels at all: no keypoints.</summary>
    internal static Skeleton NoKeypoints { get; } = new("unlabelled", [], [], []);

    /// <summary>
    /// Reads a folder and those below it (hidden ones are left out), in ordinal order of the paths. Ids count from 1; file names are
    /// relative to the folder, with slashes. Only the headers of the pictures are read.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="skeleton">What the data set says of its keypoints; none by default. Its persons have no labels in any case.</param>
    /// <exception cref="DataException">There is no such folder, no picture in it, or some files are no pictures (up to 20 are listed).</exception>
    public static PoseDataset Read(string folder, Skeleton? skeleton = null)
    {
        var paths = ImageFiles.In(folder);
        if (paths.Length == 0)
            throw new DataException("There is no picture in the folder.", folder, $"files that end in {string.Join(", ", ImageFiles.Extensions)}", "check the path");

        var problems = new ProblemList();
        var images = ImmutableArray.CreateBuilder<ImageRecord>(paths.Length);
        foreach (var path in paths)
        {
            try
            {
                var (width, height) = ImageDecoder.ReadSize(path);
                images.Add(new ImageRecord(images.Count + 1, Path.GetRelativePath(folder, path).Replace('\\', '/'), path, width, height));
            }
            catch (DataException e)
            {
                problems.Add(e);
            }
        }

        problems.ThrowIfAny();
        return new PoseDataset(folder, skeleton ?? NoKeypoints, images.ToImmutable(), [.. images.Select(WholePicture)]);
    }

    private static PersonInstance WholePicture(ImageRecord image)
    {
        var box = new Box(0, 0, image.Width, image.Height);
        return new() { Id = image.Id, Image = image, RawBox = box, Box = PersonBox.Clip(box, image.Width, image.Height), Area = box.Area };
    }
}
