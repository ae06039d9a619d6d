using LeanPose.Datasets;
using LeanPose.Formats.Reading;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// CrowdPose (Li et al., CVPR 2019): COCO's form with a crowd index a picture and without areas, for which 0.53 of the box's stands. Also
/// ExLPose, which has the same form.
/// </summary>
public sealed class CrowdPoseFormat : IDatasetFormat
{
    /// <summary>By which the official evaluation turns a box's area into a person's.</summary>
    internal const double AreaShare = 0.53;

    /// <inheritdoc/>
    public string Name => "crowdpose";

    /// <inheritdoc/>
    public string Description => "CrowdPose, a JSON file in COCO's form with crowdIndex.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) =>
        source.Json is { IsCoco: true } json && JsonSketch.Has(json.Image, "crowdIndex") ? Recognition.Certain : Recognition.No;

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options) => CocoDialect.Read(path, options, new() { AreaShareOfBox = AreaShare });
}
