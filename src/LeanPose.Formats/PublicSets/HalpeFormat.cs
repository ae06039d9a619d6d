using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.Skeletons;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// Halpe Full-Body (Fang et al., "AlphaPose", TPAMI 2022): COCO's form, 26 or 136 keypoints without names. Body and feet, the first 26, are
/// read; face and hands are left out.
/// </summary>
public sealed class HalpeFormat : IDatasetFormat
{
    /// <inheritdoc/>
    public string Name => "halpe";

    /// <inheritdoc/>
    public string Description => "Halpe Full-Body, a JSON file in COCO's form with 26 or 136 keypoints; body and feet are read.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) =>
        source.Json is { IsCoco: true, Keypoints.Count: 0, Numbers: 3 * 26 or 3 * 136 } ? Recognition.Certain : Recognition.No;

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options) =>
        CocoDialect.Read(path, options, new() { Skeleton = KnownSkeletons.Halpe26, LeadingKeypoints = true });
}
