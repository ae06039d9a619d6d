using LeanPose.Datasets;

namespace LeanPose.Formats.Ultralytics;

/// <summary>
/// Ultralytics pose: a <c>data.yaml</c>, pictures in <c>images/…</c> and beside them <c>labels/….txt</c> with a line a person: class, box centre and size, and
/// x, y (and visibility) of every keypoint, all as shares of the picture.
/// </summary>
public sealed class UltralyticsFormat : IWritableFormat
{
    /// <inheritdoc/>
    public string Name => "ultralytics";

    /// <inheritdoc/>
    public string Description => "Ultralytics pose, data.yaml or the folder with images and labels (TXT).";

    /// <inheritdoc/>
    public bool WritesFolder => true;

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) => source switch
    {
        { IsFolder: true } when source.Holds("labels") && (source.Holds("images") || source.Holds("data.yaml")) => Recognition.Certain,
        { Extension: ".yaml" or ".yml" } when source.Head.Contains("kpt_shape", StringComparison.Ordinal) => Recognition.Certain,
        _ => Recognition.No,
    };

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options) => UltralyticsReader.Read(path, options);

    /// <inheritdoc/>
    public IReadOnlyList<string> Write(PoseDataset dataset, string path) => UltralyticsWriter.Write(dataset, path);
}
