using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.Skeletons;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// PoseTrack 2018 (Andriluka et al., CVPR 2018): one JSON file a sequence in COCO's form, or a folder of them. Visibility is only 0 or 1; 1
/// counts as visible. Track ids and head boxes are kept, regions to be ignored are not.
/// </summary>
public sealed class PoseTrackFormat : IDatasetFormat
{
    private static readonly CocoReadOptions Dialect = new() { Skeleton = KnownSkeletons.PoseTrack17, BoxFromKeypoints = true, OneIsVisible = true };

    /// <inheritdoc/>
    public string Name => "posetrack18";

    /// <inheritdoc/>
    public string Description => "PoseTrack 2018, a JSON file of one sequence in COCO's form, or a folder of such files.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source)
    {
        var json = source.IsFolder && source.Files(".json").FirstOrDefault() is { } first ? JsonSketch.Of(first) : source.Json;
        return json is { IsCoco: true } && json.Keypoints.SequenceEqual(KnownSkeletons.PoseTrack17.Keypoints) && JsonSketch.Has(json.Image, "vid_id")
            ? Recognition.Certain
            : Recognition.No;
    }

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options)
    {
        if (!Directory.Exists(path))
            return CocoDialect.Read(path, options, Dialect);
        var files = Directory.GetFiles(path, "*.json").Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0)
            throw new DataException("There is no JSON file in the folder.", path, "one file a sequence, as in annotations/val", "give that folder, or one of its files");
        return SeveralFiles.Join(path, files, file => CocoDialect.Read(file, options, Dialect));
    }
}
