using LeanPose.Datasets;
using LeanPose.Formats.Matlab;
using LeanPose.Formats.Reading;
using LeanPose.Skeletons;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// Leeds Sports Pose and its extension (Johnson and Everingham, BMVC 2010 and CVPR 2011): <c>joints.mat</c> with the pictures
/// <c>images/im0001.jpg</c> or <c>images/im00001.jpg</c>. The two hold other shapes and opposite third values: in LSP (3 × 14 × N) every
/// keypoint is labelled and 1 says hidden; in the extension (14 × 3 × N) 1 says visible, and what is not is not labelled. MATLAB counts from 1.
/// </summary>
public sealed class LspFormat : IDatasetFormat
{
    private const string FileName = "joints.mat";

    /// <inheritdoc/>
    public string Name => "lsp";

    /// <inheritdoc/>
    public string Description => "Leeds Sports Pose and its extension (LSPET), joints.mat or the folder that holds it.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) =>
        source.Holds(FileName) || Path.GetFileName(source.Path) == FileName ? Recognition.Certain : Recognition.No;

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        var skeleton = KnownSkeletons.Lsp14;
        const string expected = "3 × 14 × pictures (LSP) or 14 × 3 × pictures (LSPET)";
        var joints = MatFile.Read(file).Numbers("joints", expected);
        bool extended;
        if (joints.Dimensions is [3, 14, ..])
            extended = false;
        else if (joints.Dimensions is [14, 3, ..])
            extended = true;
        else
            throw new DataException($"\"joints\" is {joints.Shape}.", file, expected, "give joints.mat as published");

        var builder = new DatasetBuilder(file, options, Path.Combine(CocoDialect.FolderOf(file), "images"));
        var count = joints.Values.Length / (3 * skeleton.Count);
        for (var n = 0; n < count; n++)
        {
            var image = builder.Image(extended ? $"im{n + 1:D5}.jpg" : $"im{n + 1:D4}.jpg", $"{file}, joints(:,:,{n + 1})");
            builder.Add(new(image) { Points = [.. Enumerable.Range(0, skeleton.Count).Select(j => Point(joints.Values, n * 3 * skeleton.Count, j, extended))] });
        }

        return builder.Build(skeleton);
    }

    private static Keypoint Point(double[] values, int start, int joint, bool extended)
    {
        var count = KnownSkeletons.Lsp14.Count;
        double At(int row) => values[start + (extended ? (row * count) + joint : (3 * joint) + row)];
        var seen = extended
            ? At(2) != 0 ? Visibility.Visible : Visibility.Unlabelled
            : At(2) != 0 ? Visibility.Hidden : Visibility.Visible;
        return MatlabPoint.Of(At(0), At(1), seen);
    }
}
