using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.Skeletons;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// WEPDTOF-Pose, overhead fisheye pictures: COCO's form, upright boxes, 14 keypoints in AI Challenger's order that the file may leave unnamed,
/// areas of 0.53 of the box where none is given. Visibilities above 1 stand for visible.
/// </summary>
public sealed class WepdtofPoseFormat : IDatasetFormat
{
    private const string Mark = "wepdtof";

    /// <inheritdoc/>
    public string Name => "wepdtof-pose";

    /// <inheritdoc/>
    public string Description => "WEPDTOF-Pose, a JSON file in COCO's form with 14 keypoints in AI Challenger's order.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) => source.Json switch
    {
        { IsCoco: true, Numbers: 42 } when IsNamed(source) => Recognition.Certain,
        { IsCoco: true, Numbers: 42, Keypoints.Count: 0 } => Recognition.Possible,
        _ => Recognition.No,
    };

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options) =>
        CocoDialect.Read(path, options, new() { Skeleton = KnownSkeletons.WepdtofPose14, AreaShareOfBox = CrowdPoseFormat.AreaShare });

    /// <summary>Whether the path says so; with AI Challenger's names nothing in the file does.</summary>
    internal static bool IsNamed(SourceProbe source) => Path.GetFullPath(source.Path).Contains(Mark, StringComparison.OrdinalIgnoreCase);
}
