using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.Skeletons;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// AI Challenger keypoints (Wu et al., 2017): a JSON list of pictures with <c>human_annotations</c> and <c>keypoint_annotations</c>, or the same in
/// COCO's form. In the list 1 is visible, 2 hidden, 3 not labelled, and boxes are two corners.
/// </summary>
public sealed class AicFormat : IDatasetFormat
{
    private const string Record = "{\"image_id\": \"0a00c0b5…\", \"human_annotations\": {\"human1\": [left, top, right, bottom]}, \"keypoint_annotations\": {\"human1\": [x, y, v, …]}}";

    /// <inheritdoc/>
    public string Name => "aic";

    /// <inheritdoc/>
    public string Description => "AI Challenger, a JSON list with human_annotations and keypoint_annotations, or a JSON file in COCO's form.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) => source.Json switch
    {
        { IsList: true } json when JsonSketch.Has(json.Item, "keypoint_annotations") => Recognition.Certain,
        { IsCoco: true } json when json.Keypoints.SequenceEqual(KnownSkeletons.Aic14.Keypoints) && !WepdtofPoseFormat.IsNamed(source) => Recognition.Certain,
        _ => Recognition.No,
    };

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options)
    {
        if (JsonSketch.Of(path) is { IsCoco: true })
            return CocoDialect.Read(path, options, new() { Skeleton = KnownSkeletons.Aic14 });
        var builder = new DatasetBuilder(path, options, CocoDialect.FolderOf(path));
        new JsonFile(path).ReadList($"a list of {Record}", (i, e) => Add(new JsonRecord(e, $"{path}, [{i}]", builder.Problems), builder));
        return builder.Build(KnownSkeletons.Aic14);
    }

    private static void Add(JsonRecord record, DatasetBuilder builder)
    {
        if (!record.IsObject(Record) || record.Text("image_id") is not { } id)
            return;
        record = record with { Name = $"image_id {id}" };
        var image = builder.Image(id + ".jpg", record.Where());
        if (record.Child("human_annotations") is not { } boxes || record.Child("keypoint_annotations") is not { } poses)
            return;
        foreach (var human in boxes.Element.EnumerateObject())
        {
            if (boxes.Corners(human.Name) is not { } box || poses.Numbers(human.Name, "42 numbers: x, y, v for each of 14 keypoints") is not { } numbers)
                continue;
            if (Points(numbers) is { } points)
                builder.Add(new(image) { Points = points, Box = box });
            else
                builder.Problems.Add($"{human.Name} has {numbers.Length} numbers, or a visibility that is none.", poses.Where(human.Name), "42 numbers: x, y, v for each of 14 keypoints, v 1 (visible), 2 (hidden) or 3 (not labelled)");
        }
    }

    private static ImmutableArray<Keypoint>? Points(double[] numbers)
    {
        if (numbers.Length != 3 * KnownSkeletons.Aic14.Count || numbers.Where((_, i) => i % 3 == 2).Any(v => v is not (0 or 1 or 2 or 3)))
            return null;
        return [.. numbers.Chunk(3).Select(k => k[2] switch
        {
            1 => new Keypoint(k[0], k[1], Visibility.Visible),
            2 => new Keypoint(k[0], k[1], Visibility.Hidden),
            _ => default,
        })];
    }
}
