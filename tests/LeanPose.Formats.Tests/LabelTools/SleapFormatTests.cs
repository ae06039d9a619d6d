using LeanPose.Datasets;
using LeanPose.Testing;
using PureHDF;
using Xunit;

namespace LeanPose.Formats.Tests.LabelTools;

public sealed class SleapFormatTests : IDisposable
{
    private const string Metadata = """
        {"version": "2.0.0", "skeletons": [{"directed": true, "graph": {"name": "Skeleton-0", "num_edges_inserted": 1}, "links": [
           {"edge_insert_idx": 0, "key": 0, "source": 1, "target": 2, "type": {"py/reduce": [{"py/type": "sleap.skeleton.EdgeType"}, {"py/tuple": [1]}]}},
           {"key": 0, "source": 1, "target": 0, "type": {"py/reduce": [{"py/type": "sleap.skeleton.EdgeType"}, {"py/tuple": [2]}]}}],
           "multigraph": true, "nodes": [{"id": 1}, {"id": 0}, {"id": 2}]}],
         "nodes": [{"name": "tail", "weight": 1.0}, {"name": "snout", "weight": 1.0}, {"name": "back", "weight": 1.0}]}
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Labelled_instances_are_persons_and_predicted_ones_are_not()
    {
        var dataset = Read(1.2);
        Assert.Equal(["snout", "tail", "back"], dataset.Skeleton.Keypoints);
        Assert.Equal([(0, 2)], dataset.Skeleton.Limbs);
        Assert.Equal(["clip/000012.png", "b.png"], dataset.Images.Select(i => i.FileName));
        Assert.Equal((384, 200), (dataset.Images[0].Width, dataset.Images[0].Height));
        Assert.Equal([new(10.5, 20, Visibility.Visible), default, new(30, 40, Visibility.Hidden)], dataset.Persons[0].Keypoints);
        Assert.Equal([1L, null], dataset.Persons.Select(p => p.TrackId));
        Assert.Equal(2, dataset.Persons.Length);
    }

    [Fact]
    public void Old_files_count_from_the_corner_of_the_first_pixel() => Assert.Equal(10, Read(1.0).Persons[0].Keypoints[0].X);

    [Fact]
    public void Predictions_alone_and_broken_files_are_refused()
    {
        var error = Assert.Throws<DataException>(() => Read(1.2, onlyPredictions: true));
        Assert.Contains("predictions only", error.Message, StringComparison.Ordinal);
        var path = _folder["a.slp"];
        new H5File { ["x"] = 1 }.Write(path);
        Assert.Contains("\"metadata@json\" cannot be read", Assert.Throws<DataException>(() => FormatCatalog.Find("sleap")!.Read(path, new())).Message, StringComparison.Ordinal);
    }

    private PoseDataset Read(double format, bool onlyPredictions = false)
    {
        var path = _folder["labels.slp"];
        byte user = (byte)(onlyPredictions ? 1 : 0);
        new H5File
        {
            ["metadata"] = new H5Group { Attributes = new() { ["format_id"] = format, ["json"] = Metadata } },
            ["videos_json"] = new[]
            {
                """{"backend": {"filename": "D:\\films\\clip.mp4", "grayscale": false, "shape": [100, 200, 384, 3]}}""",
                """{"backend": {"type": "ImageVideo", "filename": ["/home/x/a.png", "/home/x/b.png"]}}""",
            },
            ["tracks_json"] = new[] { "[0, \"one\"]", "[0, \"two\"]" },
            ["frames"] = new Frame[]
            {
                new() { frame_id = 0, video = 0, frame_idx = 12, instance_id_start = 0, instance_id_end = 2 },
                new() { frame_id = 1, video = 1, frame_idx = 1, instance_id_start = 2, instance_id_end = 3 },
            },
            ["instances"] = new Instance[]
            {
                new() { instance_id = 0, instance_type = user, frame_id = 0, track = 1, point_id_start = 0, point_id_end = 3 },
                new() { instance_id = 1, instance_type = 1, frame_id = 0, track = -1, point_id_start = 0, point_id_end = 3 },
                new() { instance_id = 2, instance_type = user, frame_id = 1, track = -1, point_id_start = 3, point_id_end = 6 },
            },
            ["points"] = new Point[]
            {
                new() { x = 10.5, y = 20, visible = 1 }, new() { x = double.NaN, y = double.NaN }, new() { x = 30, y = 40 },
                new() { x = 1, y = 2, visible = 1 }, new() { x = 3, y = 4, visible = 1 }, new() { x = 5, y = 6, visible = 1 },
            },
        }.Write(path, new H5WriteOptions(IncludeStructFields: true));
        var found = FormatCatalog.Detect(path);
        Assert.Equal("sleap", found.Name);
        return found.Read(path, new());
    }

    // The fields are SLEAP's, which h5py writes under these names.
#pragma warning disable IDE1006, CS0649
    private struct Frame
    {
        public ulong frame_id;
        public uint video;
        public ulong frame_idx;
        public ulong instance_id_start;
        public ulong instance_id_end;
    }

    private struct Instance
    {
        public long instance_id;
        public byte instance_type;
        public ulong frame_id;
        public uint skeleton;
        public int track;
        public long from_predicted;
        public float score;
        public ulong point_id_start;
        public ulong point_id_end;
    }

    private struct Point
    {
        public double x;
        public double y;
        public byte visible;
        public byte complete;
    }
#pragma warning restore IDE1006, CS0649
}
