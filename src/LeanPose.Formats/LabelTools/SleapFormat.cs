using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Formats.Hdf5;
using LeanPose.Formats.Reading;

namespace LeanPose.Formats.LabelTools;

/// <summary>
/// SLEAP's <c>.slp</c> (HDF5): persons that someone labelled; predicted ones are left out. A point that is not marked visible is hidden. Frame 12 of
/// <c>a.mp4</c> is the picture <c>a/000012.png</c>; LeanPose reads no videos. Files before format 1.1 count from the corner of the first pixel and
/// are shifted by half a pixel.
/// </summary>
public sealed class SleapFormat : IDatasetFormat
{
    private const double FirstCentred = 1.1;
    private const double UserInstance = 0;

    /// <inheritdoc/>
    public string Name => "sleap";

    /// <inheritdoc/>
    public string Description => "SLEAP, a .slp file; labelled frames, not predicted ones.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) => source.Extension == ".slp" ? Recognition.Certain : Recognition.No;

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options)
    {
        using var file = new Hdf5Reader(path);
        var builder = new DatasetBuilder(path, options, CocoDialect.FolderOf(path));
        var skeleton = SleapSkeleton.Parse(file.TextAttribute("metadata", "json"), $"{path}, metadata@json");
        var videos = file.Texts("videos_json").Select((v, i) => SleapVideo.Parse(v, i, $"{path}, videos_json[{i}]")).ToArray();
        var (frames, instances, points) = (file.Table("frames"), file.Table("instances"), file.Table("points"));
        var shift = file.NumberAttribute("metadata", "format_id") is < FirstCentred ? 0.5 : 0;
        var persons = new SleapPersons(instances, points, skeleton.Nodes, shift);
        for (var f = 0; f < frames.Rows; f++)
        {
            var place = $"{path}, frames[{f}]";
            var video = (int)frames["video"][f];
            if (video < 0 || video >= videos.Length)
            {
                builder.Problems.Add($"The frame belongs to video {video}.", place, $"one of the {videos.Length} videos of videos_json");
                continue;
            }

            var found = persons.Of((long)frames["instance_id_start"][f], (long)frames["instance_id_end"][f], place, builder.Problems).ToArray();
            if (found.Length == 0)
                continue;
            var image = builder.Image(videos[video].Picture((long)frames["frame_idx"][f], builder.Folder), place, videos[video].Width, videos[video].Height);
            foreach (var (named, track) in found)
                builder.Add(new(image) { Named = named, TrackId = track });
        }

        if (instances.Rows > 0 && instances["instance_type"].All(t => t != UserInstance))
            throw new DataException("The file holds predictions only.", path, "frames that someone labelled", "give the project in which the labels were made");
        return builder.BuildByName(skeleton.Nodes, skeleton.Edges);
    }

    /// <summary>The rows of <c>instances</c> and <c>points</c> as persons.</summary>
    private sealed class SleapPersons(Hdf5Table instances, Hdf5Table points, IReadOnlyList<string> nodes, double shift)
    {
        private readonly double[] _type = instances["instance_type"];
        private readonly double[] _from = instances["point_id_start"];
        private readonly double[] _to = instances["point_id_end"];
        private readonly double[]? _track = instances.Columns.GetValueOrDefault("track");
        private readonly double[] _x = points["x"];
        private readonly double[] _y = points["y"];
        private readonly double[] _visible = points["visible"];

        public IEnumerable<(Dictionary<string, Keypoint> Named, long? Track)> Of(long first, long end, string place, ProblemList problems)
        {
            if (first < 0 || end > instances.Rows)
            {
                problems.Add($"The frame has the instances {first} to {end}.", place, $"up to {instances.Rows}");
                yield break;
            }

            for (var i = first; i < end; i++)
            {
                if (_type[i] != UserInstance)
                    continue;
                if (_from[i] < 0 || _to[i] > points.Rows || _to[i] - _from[i] != nodes.Count)
                {
                    problems.Add($"The instance has the points {_from[i]} to {_to[i]}.", $"{instances.Place}[{i}]", $"{nodes.Count} of the {points.Rows} points", "files with several skeletons are not read: save one file for each");
                    continue;
                }

                var named = new Dictionary<string, Keypoint>(StringComparer.Ordinal);
                for (var k = 0; k < nodes.Count; k++)
                {
                    var p = (long)_from[i] + k;
                    if (double.IsFinite(_x[p]) && double.IsFinite(_y[p]))
                        named[nodes[k]] = new(_x[p] - shift, _y[p] - shift, _visible[p] != 0 ? Visibility.Visible : Visibility.Hidden);
                }

                yield return (named, _track is not null && _track[i] >= 0 ? (long)_track[i] : null);
            }
        }
    }
}

/// <summary>Node names and edges out of SLEAP's metadata.</summary>
internal sealed record SleapSkeleton(IReadOnlyList<string> Nodes, IReadOnlyList<(string, string)> Edges)
{
    private const double BodyEdge = 1;

    /// <exception cref="DataException">It is not SLEAP's.</exception>
    public static SleapSkeleton Parse(string json, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            string[] names = [.. root.GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("name").GetString()!)];
            var skeleton = root.GetProperty("skeletons")[0];
            string[] nodes = [.. skeleton.GetProperty("nodes").EnumerateArray().Select(n => names[Id(n.GetProperty("id"))])];
            var edges = skeleton.GetProperty("links").EnumerateArray()
                .Where(l => Kind(l) == BodyEdge)
                .Select(l => (names[Id(l.GetProperty("source"))], names[Id(l.GetProperty("target"))]));
            return nodes.Distinct(StringComparer.Ordinal).Count() == nodes.Length
                ? new(nodes, [.. edges])
                : throw new DataException("Two nodes of the skeleton have one name.", place, "different names", "rename one in SLEAP");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            throw new DataException($"The skeleton cannot be read: {e.Message}", place, "{\"skeletons\": [{\"nodes\": […], \"links\": […]}], \"nodes\": [{\"name\": \"head\"}, …]}", "save the project again in SLEAP", e);
        }
    }

    private static int Id(JsonElement e) => e.ValueKind == JsonValueKind.Object ? e.GetProperty("id").GetInt32() : e.GetInt32();

    /// <summary>1 for a limb, 2 for a left/right pair; jsonpickle writes a kind that it wrote before as a reference, which counts the same.</summary>
    private static double Kind(JsonElement link)
    {
        if (!link.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.Object)
            return BodyEdge;
        return type.TryGetProperty("py/reduce", out var reduce) ? reduce[1].GetProperty("py/tuple")[0].GetDouble()
            : type.TryGetProperty("py/id", out var id) ? id.GetDouble() : BodyEdge;
    }
}

/// <summary>Where the frames of one of SLEAP's videos come from.</summary>
internal sealed record SleapVideo(string Name, IReadOnlyList<string> Files, int Width, int Height)
{
    /// <exception cref="DataException">It is not SLEAP's.</exception>
    public static SleapVideo Parse(string json, int index, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var video = document.RootElement;
            var backend = video.TryGetProperty("backend", out var b) && b.ValueKind == JsonValueKind.Object ? b : video;
            JsonElement? Field(string name) => backend.TryGetProperty(name, out var e) || video.TryGetProperty(name, out e) ? e : null;
            var (height, width) = Field("shape") is { ValueKind: JsonValueKind.Array } s && s.GetArrayLength() == 4 ? (s[1].GetInt32(), s[2].GetInt32()) : (0, 0);
            var files = (Field("filenames") ?? Field("filename")) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(f => f.GetString()!).ToArray() : [];
            var name = Field("filename") is { ValueKind: JsonValueKind.String } f ? f.GetString()!.Replace('\\', '/') : "";
            // Pictures inside the file itself have "." for a name.
            return new(name.Trim('.').Length == 0 ? $"video{index}" : Path.GetFileNameWithoutExtension(name), files, width, height);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new DataException($"The video cannot be read: {e.Message}", place, "{\"backend\": {\"filename\": \"a.mp4\"}}", "save the project again in SLEAP", e);
        }
    }

    /// <summary>The name of a frame's picture.</summary>
    public string Picture(long frame, string folder)
    {
        if (frame < 0 || frame >= Files.Count)
            return $"{Name}/{frame:D6}.png";
        var name = Files[(int)frame].Replace('\\', '/');
        // A path of the machine on which it was labelled means nothing here unless it does.
        return File.Exists(Path.Combine(folder, name)) || !(Path.IsPathRooted(name) || name.Contains(':')) ? name : name[(name.LastIndexOf('/') + 1)..];
    }
}
