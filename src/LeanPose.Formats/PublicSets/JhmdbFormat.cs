using LeanPose.Datasets;
using LeanPose.Formats.Matlab;
using LeanPose.Formats.Reading;
using LeanPose.Skeletons;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// JHMDB (Jhuang et al., ICCV 2013): <c>joint_positions.mat</c> files, <c>joint_positions/ACTION/CLIP/joint_positions.mat</c>, each with the
/// keypoints of one person in every frame, or the files in COCO's form. MATLAB counts from 1; every keypoint counts as visible.
/// </summary>
public sealed class JhmdbFormat : IDatasetFormat
{
    private const string FileName = "joint_positions.mat";

    // ACTION/CLIP below the folder, and no further: a folder of pictures may be a deep one.
    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, MaxRecursionDepth = 3 };

    /// <inheritdoc/>
    public string Name => "jhmdb";

    /// <inheritdoc/>
    public string Description => "JHMDB, a joint_positions.mat file, a folder of them, or a JSON file in COCO's form.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) => source switch
    {
        { IsFolder: true } => Directory.EnumerateFiles(source.Path, FileName, Below).Any() ? Recognition.Certain : Recognition.No,
        { Json: { IsCoco: true } json } when json.Keypoints.SequenceEqual(KnownSkeletons.Jhmdb15.Keypoints) => Recognition.Certain,
        _ => Path.GetFileName(source.Path) == FileName ? Recognition.Certain : Recognition.No,
    };

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options)
    {
        if (Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase))
            return CocoDialect.Read(path, options, new() { Skeleton = KnownSkeletons.Jhmdb15 });
        var isFolder = Directory.Exists(path);
        string[] files = isFolder ? [.. Directory.GetFiles(path, FileName, Below).Order(StringComparer.Ordinal)] : [path];
        if (files.Length == 0)
            throw new DataException($"There is no {FileName} in the folder or below it.", path, "joint_positions/ACTION/CLIP/joint_positions.mat", "give the folder joint_positions");

        // Pictures lie beside, as Rename_Images/ACTION/CLIP/00001.png.
        var root = isFolder ? path : CocoDialect.FolderOf(path);
        var builder = new DatasetBuilder(path, options, Path.Combine(CocoDialect.FolderOf(root), "Rename_Images"));
        foreach (var file in files)
        {
            try
            {
                Add(file, isFolder ? Path.GetRelativePath(root, CocoDialect.FolderOf(file)) : "", builder);
            }
            catch (DataException e)
            {
                builder.Problems.Add(e);
            }
        }

        return builder.Build(KnownSkeletons.Jhmdb15);
    }

    private static void Add(string file, string clip, DatasetBuilder builder)
    {
        var skeleton = KnownSkeletons.Jhmdb15;
        var positions = MatFile.Read(file).Numbers("pos_img", "2 × 15 × frames, x and y of every keypoint");
        if (positions.Dimensions is not [2, var joints, ..] || joints != skeleton.Count || positions.Dimensions.Count > 3)
            throw new DataException($"\"pos_img\" is {positions.Shape}.", file, $"2 × {skeleton.Count} × frames");
        var frames = positions.Dimensions.Count == 3 ? positions.Dimensions[2] : 1;
        for (var f = 0; f < frames; f++)
        {
            var image = builder.Image(Path.Combine(clip, $"{f + 1:D5}.png"), $"{file}, frame {f + 1}");
            var start = f * 2 * joints;
            builder.Add(new(image)
            {
                Points = [.. Enumerable.Range(0, joints).Select(j => MatlabPoint.Of(positions.Values[start + (2 * j)], positions.Values[start + (2 * j) + 1], Visibility.Visible))],
            });
        }
    }
}
