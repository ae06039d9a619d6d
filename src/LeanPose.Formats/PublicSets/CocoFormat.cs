using LeanPose.Datasets;
using LeanPose.Formats.Reading;

namespace LeanPose.Formats.PublicSets;

/// <summary>COCO keypoints: one JSON file; also what CVAT and many other tools export under that name.</summary>
public sealed class CocoFormat : IWritableFormat
{
    /// <inheritdoc/>
    public string Name => "coco";

    /// <inheritdoc/>
    public string Description => "COCO keypoints, a JSON file with images, annotations and categories; also CVAT's and other tools' export of that name.";

    /// <inheritdoc/>
    public bool WritesFolder => false;

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) =>
        source.Json is { IsCoco: true, Keypoints.Count: > 0 } json && (json.Numbers == 0 || json.Numbers == 3 * json.Keypoints.Count)
            ? Recognition.Possible
            : Recognition.No;

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options) => CocoDialect.Read(path, options, new() { BoxFromKeypoints = true });

    /// <inheritdoc/>
    public IReadOnlyList<string> Write(PoseDataset dataset, string path)
    {
        CocoWriter.Write(dataset, path);
        return dataset.Persons.Count(p => p.Score != 1) is > 0 and var scored ? [$"scores of {scored} detected boxes"] : [];
    }
}
