using System.Collections.Immutable;
using CsCheck;
using LeanPose.Datasets;
using LeanPose.Formats.PublicSets;
using LeanPose.Formats.Ultralytics;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Formats.Tests.Ultralytics;

public sealed class UltralyticsFormatTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly UltralyticsFormat _format = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void From_COCO_and_back_changes_nothing_but_rounding()
    {
        const int width = 64, height = 48;
        Directory.CreateDirectory(_folder["yolo", "images", "sub"]);
        ImageEncoder.SaveJpeg(new RgbImage(width, height), _folder["yolo", "images", "sub", "a.jpg"]);
        var image = new ImageRecord(7, "sub/a.jpg", "", width, height);
        var point = Gen.Select(Gen.Double[0, width], Gen.Double[0, height], Gen.Byte[0, 2], (x, y, v) => v == 0 ? default : new Keypoint(x, y, (Visibility)v));
        var box = Gen.Select(Gen.Double[0, width - 2], Gen.Double[0, height - 2], Gen.Double[1e-3, 1], Gen.Double[1e-3, 1], (x, y, w, h) => new Box(x, y, w * (width - x), h * (height - y)));
        Skeleton[] kinds = [KnownSkeletons.Coco17, KnownSkeletons.Lsp14, new("mine3", ["tail_tip", "left_paw", "right_paw"], [], [0.1, 0.1, 0.1])];
        var skeletons = Gen.Int[0, kinds.Length - 1].Select(k => kinds[k]);
        var sets = skeletons.SelectMany(s => Gen.Select(box, point.Array[s.Count], (b, k) => (Box: b, Keypoints: k)).Array[0, 3].Select(persons => (Skeleton: s, Persons: persons)));
        sets.Sample(
            set =>
            {
                var dataset = new PoseDataset("made up", set.Skeleton, [image], [.. set.Persons.Select((p, i) => new PersonInstance { Id = i + 1, Image = image, RawBox = p.Box, Box = p.Box, Area = p.Box.Area, Keypoints = [.. p.Keypoints] })]);
                CocoWriter.Write(dataset, _folder["first.json"]);
                var first = new CocoFormat().Read(_folder["first.json"], new());
                _format.Write(first, _folder["yolo"]);
                var between = FormatCatalog.Detect(_folder["yolo"]).Read(_folder["yolo"], new());
                new CocoFormat().Write(between, _folder["second.json"]);
                var second = new CocoFormat().Read(_folder["second.json"], new());
                // Six digits of a share of the picture.
                const double rounding = 1.01e-6 * width;
                Assert.Equal(set.Skeleton.Keypoints, second.Skeleton.Keypoints);
                Assert.Equal(set.Skeleton.FlipIndex, second.Skeleton.FlipIndex);
                Assert.Equal("images/sub/a.jpg", second.Images.Single().FileName);
                Assert.Equal((width, height), (second.Images[0].Width, second.Images[0].Height));
                Assert.Equal(first.Persons.Length, second.Persons.Length);
                foreach (var (a, b) in first.Persons.Zip(second.Persons))
                {
                    Assert.All(new[] { a.RawBox.X - b.RawBox.X, a.RawBox.Y - b.RawBox.Y, a.RawBox.Right - b.RawBox.Right, a.RawBox.Bottom - b.RawBox.Bottom }, d => Assert.InRange(Math.Abs(d), 0, 2 * rounding));
                    Assert.Equal(a.Keypoints.Select(k => k.Visibility), b.Keypoints.Select(k => k.Visibility));
                    Assert.All(a.Keypoints.Zip(b.Keypoints), k => Assert.InRange(Math.Abs(k.First.X - k.Second.X) + Math.Abs(k.First.Y - k.Second.Y), 0, 2 * rounding));
                }
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void What_has_no_place_is_counted()
    {
        var image = new ImageRecord(1, "a.jpg", "", 100, 100) { CrowdIndex = 0.5 };
        var plain = new PersonInstance { Id = 1, Image = image, RawBox = new(10, 10, 20, 20), Box = new(10, 10, 20, 20), Area = 400, Keypoints = Points(1) };
        var dataset = new PoseDataset("x", KnownSkeletons.Coco17, [image],
        [
            plain,
            plain with { Id = 2, Area = 100, HeadBox = new(1, 1, 2, 2), TrackId = 3, Keypoints = [new(-5, 3, Visibility.Visible), .. Points(0)[1..]] },
            plain with { Id = 3, IsCrowd = true },
            plain with { Id = 4, RawBox = new(200, 10, 5, 5) , Area = 25 },
            plain with { Id = 5, Keypoints = [] },
        ]);
        var lost = _format.Write(dataset, _folder["out"]);
        Assert.Equal(["1 keypoints outside their picture", "1 persons of whose box nothing lies in the picture", "1 crowd regions", "areas of 1 persons, which were not their box's", "head boxes of 1 persons", "tracks of 1 persons", "crowd indices of 1 pictures", "ids of pictures and persons"], lost);
        var lines = File.ReadAllLines(_folder["out", "labels", "a.txt"]);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, l => Assert.Equal(5 + (3 * 17), l.Split(' ').Length));
        Assert.StartsWith("0 0.200000 0.200000 0.200000 0.200000 0.010000 0.020000 2 0 0 0", lines[0], StringComparison.Ordinal);
        var yaml = File.ReadAllText(_folder["out", "data.yaml"]);
        Assert.Contains("\nkpt_shape: [17, 3]\n", yaml, StringComparison.Ordinal);
        Assert.Contains("\nflip_idx: [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15]\n", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_must_be_named_and_other_classes_are_passed_over()
    {
        foreach (var part in new[] { "train", "val" })
        {
            Directory.CreateDirectory(_folder["images", part]);
            Directory.CreateDirectory(_folder["labels", part]);
            ImageEncoder.SaveJpeg(new RgbImage(20, 10), _folder["images", part, part + ".jpg"]);
            File.WriteAllText(_folder["labels", part, part + ".txt"], "1 0.5 0.5 1 1 0.5 0.5 0 0\n0 0.5 0.5 1 1 0.5 0.5 0.1 0.1\n\n");
        }

        File.WriteAllText(_folder["data.yaml"], "path: ../datasets/mine\ntrain: images/train\nval: images/val\ntest:\nkpt_shape: [2, 2]\nnames:\n  0: dog\n  1: person\n");
        Assert.Contains("train, val", Assert.Throws<DataException>(() => _format.Read(_folder.Path, new())).Message, StringComparison.Ordinal);
        Assert.Throws<DataException>(() => _format.Read(_folder.Path, new() { Part = "test" }));
        var dataset = _format.Read(_folder["data.yaml"], new() { Part = "val" });
        Assert.Equal("images/val/val.jpg", dataset.Images.Single().FileName);
        Assert.Equal([new(10, 5, Visibility.Visible), default], dataset.Persons.Single().Keypoints);
        Assert.Equal(["keypoint_0", "keypoint_1"], dataset.Skeleton.Keypoints);
    }

    [Fact]
    public void Problems_name_file_and_line()
    {
        Directory.CreateDirectory(_folder["images"]);
        Directory.CreateDirectory(_folder["labels"]);
        ImageEncoder.SaveJpeg(new RgbImage(20, 10), _folder["images", "a.jpg"]);
        File.WriteAllText(_folder["labels", "a.txt"], "0 0.5 0.5 1 1 0.5 0.5 2\n0 0.5 0.5 1 1 0.5\n0 0.5 x 1 1 0.5 0.5 2\n0 10 5 1 1 0.5 0.5 2\n");
        var error = Assert.Throws<DataException>(() => _format.Read(_folder.Path, new()));
        Assert.Equal(["line 2", "line 3", "line 4"], error.Problems.Select(p => p.Where.Split(".txt, ")[1]));
        File.WriteAllText(_folder["data.yaml"], "train: images\nkpt_shape: [2]\nflip_idx: [a]\n");
        Assert.Equal(["line 2", "line 3"], Assert.Throws<DataException>(() => _format.Read(_folder.Path, new())).Problems.Select(p => p.Where.Split(".yaml, ")[1]));
    }

    [Fact]
    public void Sizes_come_from_the_pictures_or_are_asked_for()
    {
        var image = new ImageRecord(1, "a.jpg", _folder["a.jpg"], 0, 0);
        var dataset = new PoseDataset("x", KnownSkeletons.Coco17, [image], []);
        Assert.Contains("--images DIR", Assert.Throws<DataException>(() => _format.Write(dataset, _folder["out"])).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
        ImageEncoder.SaveJpeg(new RgbImage(20, 10), _folder["a.jpg"]);
        _format.Write(dataset, _folder["out"]);
        Assert.Equal("", File.ReadAllText(_folder["out", "labels", "a.txt"]));
    }

    private static ImmutableArray<Keypoint> Points(int labelled) => [.. Enumerable.Range(0, 17).Select(k => k < labelled ? new Keypoint(1, 2, Visibility.Visible) : default)];
}
