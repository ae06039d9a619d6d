using LeanPose.Datasets;
using LeanPose.Formats.Matlab;
using LeanPose.Formats.Reading;
using LeanPose.Geometry;
using LeanPose.Skeletons;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// MPII Human Pose (Andriluka et al., CVPR 2014): the JSON lists of the usual split (<c>train.json</c>, <c>valid.json</c>; head boxes come from
/// <c>gt_valid.mat</c> beside it), or MPII's own <c>mpii_human_pose_v1_u12_1.mat</c>, of which the persons of its training part are read.
/// Both count from 1. A person's box is the square that the published methods crop: 200 px times its scale, its centre 15 px times the scale
/// further down; it is not cut at the picture's borders.
/// </summary>
public sealed class MpiiFormat : IDatasetFormat
{
    private const string Record = "{\"image\": \"015601864.jpg\", \"center\": [x, y], \"scale\": 3.0, \"joints\": 16 × [x, y], \"joints_vis\": 16 × 0 or 1}";

    /// <inheritdoc/>
    public string Name => "mpii";

    /// <inheritdoc/>
    public string Description => "MPII Human Pose, the JSON list of the usual split (train.json, valid.json), or MPII's own .mat file.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) =>
        (source.Json is { IsList: true } json && JsonSketch.Has(json.Item, "center") && JsonSketch.Has(json.Item, "scale") && JsonSketch.Has(json.Item, "image"))
        || (source.Extension == ".mat" && Path.GetFileName(source.Path).StartsWith("mpii", StringComparison.OrdinalIgnoreCase))
            ? Recognition.Certain
            : Recognition.No;

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options)
    {
        var builder = new DatasetBuilder(path, options, Path.Combine(CocoDialect.FolderOf(path), "images"));
        if (Path.GetExtension(path).Equals(".mat", StringComparison.OrdinalIgnoreCase))
        {
            MpiiRelease.Read(path, builder);
            return builder.Build(KnownSkeletons.Mpii16);
        }

        var heads = HeadBoxes(path);
        var count = 0;
        new JsonFile(path).ReadList($"a list of {Record}", (i, e) =>
        {
            count++;
            Add(new JsonRecord(e, $"{path}, [{i}]", builder.Problems), builder, i < heads.Count ? heads[i] : null);
        });
        if (heads.Count > 0 && heads.Count != count)
            builder.Problems.Add($"The file lists {count} persons, the ground truth beside it {heads.Count}.", $"{path} and {GroundTruth(path)}", "both of the same split", "use the files that belong together, or move the .mat away");
        return builder.Build(KnownSkeletons.Mpii16);
    }

    /// <summary>The box that the published methods crop, image pixels from 0.</summary>
    /// <param name="x">Centre, counted from 1.</param>
    /// <param name="y">Likewise.</param>
    /// <param name="scale">The person's height over 200 px.</param>
    internal static Box PersonBox(double x, double y, double scale)
    {
        var side = PersonFrame.PixelStd * scale;
        return new(x - 1 - (side / 2), y - 1 + (15 * scale) - (side / 2), side, side);
    }

    private static void Add(JsonRecord record, DatasetBuilder builder, Box? head)
    {
        if (!record.IsObject(Record) || record.Text("image") is not { } name)
            return;
        record = record with { Name = name };
        var center = record.Numbers("center", "[x, y]");
        var scale = record.Number("scale");
        if (center is null || scale is not { } size)
            return;
        if (center.Length != 2 || (center[0] != -1 && size <= 0))
        {
            builder.Problems.Add("The person's centre or scale is none.", record.Where(), "\"center\": [x, y] and \"scale\" above 0; a person without them has -1");
            return;
        }

        var points = record.Has("joints") ? Points(record) : [];
        if (points is not { } keypoints)
            return;
        builder.Add(new(builder.Image(name, record.Where()))
        {
            Points = keypoints,
            Box = center[0] == -1 ? null : PersonBox(center[0], center[1], size),
            KeepBox = center[0] != -1,
            HeadBox = head,
        });
    }

    private static System.Collections.Immutable.ImmutableArray<Keypoint>? Points(JsonRecord record)
    {
        var count = KnownSkeletons.Mpii16.Count;
        var joints = record.Items("joints").Select(j => j.Element).ToArray();
        var visible = record.Numbers("joints_vis", $"{count} times 0 or 1");
        var fits = joints.Length == count && visible?.Length == count && joints.All(j =>
            j.ValueKind == System.Text.Json.JsonValueKind.Array && j.GetArrayLength() == 2 && j.EnumerateArray().All(n => n.ValueKind == System.Text.Json.JsonValueKind.Number));
        if (fits)
            return [.. joints.Select((j, k) => MatlabPoint.Of(j[0].GetDouble(), j[1].GetDouble(), visible![k] != 0 ? Visibility.Visible : Visibility.Unlabelled))];
        if (visible is not null)
            record.Problems.Add($"The person has {joints.Length} joints and {visible.Length} visibilities, or one that is no [x, y].", record.Where("joints"), $"{count} × [x, y] and {count} × 0 or 1");
        return null;
    }

    private static string GroundTruth(string path) => Path.Combine(CocoDialect.FolderOf(path), $"gt_{Path.GetFileNameWithoutExtension(path)}.mat");

    private static List<Box> HeadBoxes(string path)
    {
        var file = GroundTruth(path);
        if (!File.Exists(file))
            return [];
        var heads = MatFile.Read(file).Numbers("headboxes_src", "2 × 2 × persons");
        if (heads.Dimensions is not [2, 2, ..])
            throw new DataException($"\"headboxes_src\" is {heads.Shape}.", file, "2 × 2 × persons", "use gt_valid.mat as published");
        // Of a 2 × 2 box the first row is the upper left corner, the second the lower right one.
        return [.. heads.Values.Chunk(4).Select(b => new Box(b[0] - 1, b[2] - 1, b[1] - b[0], b[3] - b[2]))];
    }
}
