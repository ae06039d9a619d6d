using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.Skeletons;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// OCHuman (Zhang et al., "Pose2Seg", CVPR 2019): <c>ochuman.json</c>, in which every picture holds its persons, or its files in COCO's form.
/// COCO's 17 keypoints are taken by name as the official conversion does: visible and hidden by the person itself count as visible,
/// hidden by others as hidden; head and neck are left out.
/// </summary>
public sealed class OcHumanFormat : IDatasetFormat
{
    /// <inheritdoc/>
    public string Name => "ochuman";

    /// <inheritdoc/>
    public string Description => "OCHuman, ochuman.json; its files in COCO's form are read as coco.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) =>
        source.Json is { IsList: false } json && json.Keys.Contains("keypoint_names") && json.Keys.Contains("images") ? Recognition.Certain : Recognition.No;

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options)
    {
        if (JsonSketch.Of(path) is { IsCoco: true })
            return CocoDialect.Read(path, options, new() { Skeleton = KnownSkeletons.Coco17 });
        var builder = new DatasetBuilder(path, options, CocoDialect.FolderOf(path));
        var file = new JsonFile(path);
        var names = Names(file);
        file.ReadArrays(["images"], (section, i, e) => Add(new JsonRecord(e, $"{path}, {section}[{i}]", builder.Problems), names, builder));
        return builder.Build(KnownSkeletons.Coco17);
    }

    private static string[] Names(JsonFile file)
    {
        List<string> names = [];
        file.ReadArrays(["keypoint_names"], (_, _, e) => names.Add(e.ValueKind == JsonValueKind.String ? KeypointNames.Normalize(e.GetString()!) : ""));
        var absent = KnownSkeletons.Coco17.Keypoints.Except(names).ToArray();
        return absent.Length == 0
            ? [.. names]
            : throw new DataException($"The keypoint names lack {string.Join(", ", absent)}.", $"{file.Path}, keypoint_names", "COCO's 17 names, as ochuman.json has them", "give ochuman.json as published");
    }

    private static void Add(JsonRecord record, string[] names, DatasetBuilder builder)
    {
        if (!record.IsObject("{\"file_name\": \"000001.jpg\", \"width\": 640, \"height\": 480, \"annotations\": […]}") || record.Text("file_name") is not { } file)
            return;
        record = record with { Name = file };
        if (record.Integer("width") is not { } width || record.Integer("height") is not { } height)
            return;
        var image = builder.Image(file, record.Where(), (int)Math.Clamp(width, 0, int.MaxValue), (int)Math.Clamp(height, 0, int.MaxValue));
        foreach (var annotation in record.Items("annotations"))
        {
            if (!annotation.IsObject("{\"bbox\": […], \"keypoints\": […]}") || annotation.Corners("bbox") is not { } box)
                continue;
            if (!annotation.Has("keypoints"))
                builder.Add(new(image) { Box = box });
            else if (Points(annotation, names) is { } points)
                builder.Add(new(image) { Box = box, Points = points });
        }
    }

    private static ImmutableArray<Keypoint>? Points(JsonRecord annotation, string[] names)
    {
        var expected = $"{3 * names.Length} numbers: x, y, v for each of {names.Length} keypoints";
        if (annotation.Numbers("keypoints", expected) is not { } numbers)
            return null;
        if (numbers.Length != 3 * names.Length)
        {
            annotation.Problems.Add($"The keypoints list has {numbers.Length} numbers.", annotation.Where("keypoints"), expected);
            return null;
        }

        return [.. KnownSkeletons.Coco17.Keypoints.Select(name => Array.IndexOf(names, name)).Select(k => numbers[(3 * k) + 2] switch
        {
            1 or 2 => new Keypoint(numbers[3 * k], numbers[(3 * k) + 1], Visibility.Visible),
            3 => new Keypoint(numbers[3 * k], numbers[(3 * k) + 1], Visibility.Hidden),
            _ => default,
        })];
    }
}
