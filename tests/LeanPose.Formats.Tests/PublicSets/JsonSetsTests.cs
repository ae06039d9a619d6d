using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Formats.Tests.PublicSets;

/// <summary>AI Challenger, OCHuman, WEPDTOF-Pose, Halpe and PoseTrack in their own forms.</summary>
public sealed class JsonSetsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Aic_list_has_corners_and_visibilities_of_its_own()
    {
        var keypoints = string.Join(", ", Enumerable.Range(0, 14).Select(k => $"{k}, {2 * k}, {(k % 3) + 1}"));
        var path = Write("train.json", $$"""[{"image_id": "0a", "url": "http://x", "human_annotations": {"human2": [1, 2, 11, 32], "human1": [5, 5, 6, 6]}, "keypoint_annotations": {"human1": [{{keypoints}}], "human2": [{{keypoints}}] } }]""");
        var dataset = Detected(path, "aic");
        Assert.Equal("0a.jpg", dataset.Images.Single().FileName);
        Assert.Equal(new Box(1, 2, 10, 30), dataset.Persons[0].RawBox);
        Assert.Equal([new(3, 6, Visibility.Visible), new(4, 8, Visibility.Hidden), default], dataset.Persons[0].Keypoints[3..6]);
    }

    [Fact]
    public void Aic_problems_name_picture_and_person()
    {
        var path = Write("train.json", """[{"image_id": "0a", "human_annotations": {"human1": [5, 5, 1, 6]}, "keypoint_annotations": {}}, {"image_id": "0b", "human_annotations": {"human1": [1, 1, 2, 2]}, "keypoint_annotations": {"human1": [1, 2, 3]}}, {"image_id": "0c"}]""");
        var error = Assert.Throws<DataException>(() => FormatCatalog.Find("aic")!.Read(path, new()));
        Assert.Equal(["[0].human_annotations.human1 (image_id 0a)", "[1].keypoint_annotations.human1 (image_id 0b)", "[2] (image_id 0c)"], error.Problems.Select(p => p.Where[(path.Length + 2)..]));
    }

    [Fact]
    public void OcHuman_takes_COCOs_keypoints_by_name()
    {
        string[] names = ["right_shoulder", "head", "neck", .. KnownSkeletons.Coco17.Keypoints.Except(["right_shoulder"])];
        var keypoints = string.Join(", ", names.Select((_, k) => $"{k}, {k + 100}, {k % 4}"));
        var path = Write("ochuman.json", $$"""
            {"keypoint_visible": {"missing": 0, "vis": 1, "self_occluded": 2, "others_occluded": 3}, "keypoint_names": [{{string.Join(", ", names.Select(n => $"\"{n}\""))}}],
             "images": [{"file_name": "000001.jpg", "width": 640, "height": 480, "annotations": [{"bbox": [10, 20, 110, 220], "keypoints": [{{keypoints}}], "segms": null, "max_iou": 0.8}, {"bbox": [1, 1, 2, 2], "keypoints": null}]}]}
            """);
        var dataset = Detected(path, "ochuman");
        Assert.Same(KnownSkeletons.Coco17, dataset.Skeleton);
        Assert.Equal(2, dataset.Persons.Length);
        var person = dataset.Persons[0];
        Assert.Equal(new Box(10, 20, 100, 200), person.RawBox);
        Assert.Equal(default, person.Keypoints[KnownSkeletons.Coco17.IndexOf("right_shoulder")]);
        Assert.Equal(new Keypoint(3, 103, Visibility.Hidden), person.Keypoints[0]);
        Assert.Equal(new Keypoint(5, 105, Visibility.Visible), person.Keypoints[2]);
        Assert.Equal(new Keypoint(6, 106, Visibility.Visible), person.Keypoints[3]);
        Assert.Empty(dataset.Persons[1].Keypoints);
    }

    [Fact]
    public void Wepdtof_reads_unnamed_keypoints_and_measures_by_0_53_of_the_box()
    {
        var keypoints = string.Join(", ", Enumerable.Range(0, 14).Select(k => $"{k}, {k}, 2"));
        var path = Write("person_keypoints_val2017.json", $$"""{"images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 100}], "categories": [{"id": 1, "name": "person"}], "annotations": [{"id": 5, "image_id": 1, "category_id": 1, "bbox": [0, 0, 10, 20], "keypoints": [{{keypoints}}], "num_keypoints": 14}]}""");
        var dataset = Detected(path, "wepdtof-pose");
        Assert.Same(KnownSkeletons.WepdtofPose14, dataset.Skeleton);
        Assert.Equal(0.53 * 200, dataset.Persons.Single().Area, 1e-9);
    }

    [Fact]
    public void PoseTrack_folder_with_an_id_twice_is_refused()
    {
        const string sequence = """{"images": [{"id": 7, "file_name": "a.jpg", "vid_id": "1"}], "annotations": [], "categories": [{"id": 1, "name": "person", "keypoints": ["nose", "head_bottom", "head_top", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle"]}]}""";
        Write("a.json", sequence);
        Write("b.json", sequence);
        var format = FormatCatalog.Detect(_folder.Path);
        Assert.Equal("posetrack18", format.Name);
        var error = Assert.Throws<DataException>(() => format.Read(_folder.Path, new()));
        Assert.Contains("Image id 7 stands in two files.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Coco_without_boxes_gets_them_from_keypoints()
    {
        var path = Write("a.json", """{"images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 50}], "categories": [{"id": 1, "name": "person", "keypoints": ["a", "b", "c"]}], "annotations": [{"id": 5, "image_id": 1, "keypoints": [10, 20, 2, 90, 40, 1, 0, 0, 0]}]}""");
        var person = Detected(path, "coco").Persons.Single();
        Assert.Equal((0, 17, 100, 26), (person.RawBox.X, person.RawBox.Y, Math.Round(person.RawBox.Width, 9), Math.Round(person.RawBox.Height, 9)));
        Assert.True(person.IsTrainable);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    private static PoseDataset Detected(string path, string name)
    {
        var format = FormatCatalog.Detect(path);
        Assert.Equal(name, format.Name);
        return format.Read(path, new());
    }
}
