using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.Skeletons;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// Human-Art (Ju et al., CVPR 2023): COCO's form; its <c>keypoints</c> are COCO's 17 though its category names 21. Fingers and toes are left out,
/// and <c>HumanArt/images/</c> is taken off the picture names.
/// </summary>
public sealed class HumanArtFormat : IDatasetFormat
{
    /// <inheritdoc/>
    public string Name => "human-art";

    /// <inheritdoc/>
    public string Description => "Human-Art, a JSON file in COCO's form with keypoints_21; COCO's 17 are read.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) =>
        source.Json is { IsCoco: true } json && JsonSketch.Has(json.Annotation, "keypoints_21") ? Recognition.Certain : Recognition.No;

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options) =>
        CocoDialect.Read(path, options, new() { Skeleton = KnownSkeletons.Coco17, StripPrefix = "HumanArt/images/" });
}
