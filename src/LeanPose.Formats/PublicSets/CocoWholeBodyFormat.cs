using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.Skeletons;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// COCO-WholeBody (Jin et al., "Whole-Body Human Pose Estimation in the Wild", ECCV 2020): its body part, COCO's 17 keypoints. Feet, face
/// and hands are left out.
/// </summary>
public sealed class CocoWholeBodyFormat : IDatasetFormat
{
    private const int WholeBodyNumbers = 3 * 133;

    /// <inheritdoc/>
    public string Name => "coco-wholebody";

    /// <inheritdoc/>
    public string Description => "COCO-WholeBody, a JSON file; the 17 keypoints of the body are read.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) =>
        source.Json is { IsCoco: true } json && (JsonSketch.Has(json.Annotation, "foot_kpts") || json.Numbers == WholeBodyNumbers)
            ? Recognition.Certain
            : Recognition.No;

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options) =>
        CocoDialect.Read(path, options, new() { Skeleton = KnownSkeletons.Coco17, LeadingKeypoints = true });
}
