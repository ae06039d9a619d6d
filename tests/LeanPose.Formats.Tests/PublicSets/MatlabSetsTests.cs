using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Formats.Tests.Matlab;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Formats.Tests.PublicSets;

/// <summary>LSP, JHMDB and MPII, whose files MATLAB wrote.</summary>
public sealed class MatlabSetsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lsp_labels_every_keypoint_and_1_is_hidden()
    {
        var values = new double[3 * 14 * 2];
        for (var n = 0; n < 2; n++)
        {
            for (var j = 0; j < 14; j++)
                ((ReadOnlySpan<double>)[(100 * n) + j + 1, (2 * j) + 1, j == 3 ? 1 : 0]).CopyTo(values.AsSpan((n * 42) + (3 * j)));
        }

        File.WriteAllBytes(_folder["joints.mat"], MatBytes.File(true, MatBytes.Doubles("joints", [3, 14, 2], values)));
        var dataset = Detected(_folder.Path, "lsp");
        Assert.Same(KnownSkeletons.Lsp14, dataset.Skeleton);
        Assert.Equal(["im0001.jpg", "im0002.jpg"], dataset.Images.Select(i => i.FileName));
        Assert.Equal(_folder["images", "im0002.jpg"], dataset.Images[1].Path);
        Assert.Equal(new Keypoint(105, 10, Visibility.Visible), dataset.Persons[1].Keypoints[5]);
        Assert.Equal(Visibility.Hidden, dataset.Persons[0].Keypoints[3].Visibility);
        Assert.Equal(14, dataset.Persons[0].LabelledCount);
    }

    [Fact]
    public void Lspet_is_laid_out_otherwise_and_0_is_no_label()
    {
        var values = new double[14 * 3];
        for (var j = 0; j < 14; j++)
            (values[j], values[14 + j], values[28 + j]) = (j + 1, (2 * j) + 1, j == 3 ? 0 : 1);
        File.WriteAllBytes(_folder["joints.mat"], MatBytes.File(false, MatBytes.Doubles("joints", [14, 3], values)));
        var dataset = Detected(_folder["joints.mat"], "lsp");
        Assert.Equal("im00001.jpg", dataset.Images.Single().FileName);
        Assert.Equal(new Keypoint(5, 10, Visibility.Visible), dataset.Persons[0].Keypoints[5]);
        Assert.Equal(default, dataset.Persons[0].Keypoints[3]);
    }

    [Fact]
    public void Jhmdb_has_a_person_in_every_frame_of_every_clip()
    {
        foreach (var clip in new[] { "a", "b" })
        {
            Directory.CreateDirectory(_folder["joint_positions", "catch", clip]);
            File.WriteAllBytes(_folder["joint_positions", "catch", clip, "joint_positions.mat"], MatBytes.File(true, MatBytes.Doubles("pos_img", [2, 15, 3], [.. Enumerable.Range(1, 90).Select(n => (double)n)])));
        }

        var dataset = Detected(_folder["joint_positions"], "jhmdb");
        Assert.Same(KnownSkeletons.Jhmdb15, dataset.Skeleton);
        Assert.Equal(6, dataset.Persons.Length);
        Assert.Equal("catch/b/00003.png", dataset.Images[5].FileName);
        Assert.Equal(_folder["Rename_Images", "catch/b/00003.png"], dataset.Images[5].Path);
        Assert.Equal(new Keypoint(60, 61, Visibility.Visible), dataset.Persons[5].Keypoints[0]);
    }

    [Fact]
    public void Mpii_json_gives_the_published_crop_and_head_boxes_of_the_file_beside_it()
    {
        var joints = string.Join(", ", Enumerable.Range(0, 16).Select(j => $"[{10 + j}.0, {20 + j}.0]"));
        var visible = string.Join(", ", Enumerable.Range(0, 16).Select(j => j == 2 ? 0 : 1));
        File.WriteAllText(_folder["valid.json"], $$"""[{"image": "a.jpg", "center": [101, 201], "scale": 2.0, "joints": [{{joints}}], "joints_vis": [{{visible}}]}]""");
        File.WriteAllBytes(_folder["gt_valid.mat"], MatBytes.File(true, MatBytes.Doubles("headboxes_src", [2, 2, 1], 11, 41, 21, 61)));
        var person = Detected(_folder["valid.json"], "mpii").Persons.Single();
        Assert.Equal(new Keypoint(14, 24, Visibility.Visible), person.Keypoints[5]);
        Assert.False(person.Keypoints[2].IsLabelled);
        // The published crop: centre (101, 201 + 15·2) − 1, 200 px · scale · 1.25 wide.
        var frame = PersonFrame.FromBox(person.Box, 1);
        Assert.Equal((100, 230, 2.5), (frame.Center.X, frame.Center.Y, frame.ScaleX));
        Assert.Equal(new Box(10, 20, 30, 40), person.HeadBox);
        var dataset = Detected(_folder["valid.json"], "mpii");
        Assert.Equal(0.6 * 50, Pckh.HeadSizes(dataset)[1], 1e-12);
    }

    [Fact]
    public void Mpii_json_that_does_not_fit_is_reported_entry_by_entry()
    {
        File.WriteAllText(_folder["train.json"], """
            [{"image": "a.jpg", "center": [1, 2], "scale": 1, "joints": [[1, 2]], "joints_vis": [1]},
             {"image": "b.jpg", "center": [1], "scale": 1},
             {"image": "c.jpg", "center": [1, 2], "scale": 1},
             {"image": "d.jpg", "center": [1, 2], "scale": "x"}]
            """);
        var error = Assert.Throws<DataException>(() => FormatCatalog.Find("mpii")!.Read(_folder["train.json"], new()));
        Assert.Equal(3, error.Problems.Count);
        Assert.EndsWith("[0].joints (a.jpg)", error.Problems[0].Where, StringComparison.Ordinal);
        Assert.EndsWith("[1] (b.jpg)", error.Problems[1].Where, StringComparison.Ordinal);
        Assert.EndsWith("[3].scale (d.jpg)", error.Problems[2].Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Mpii_release_gives_the_labelled_persons_of_the_training_pictures()
    {
        (string, byte[]) Points(params (string, byte[])[][] points) => MatBytes.Struct("", ["point"], [MatBytes.Struct("", ["x", "y", "id", "is_visible"], points)]);
        (string, byte[]) One(double v) => MatBytes.Doubles("", [1, 1], v);
        string[] rect = ["x1", "y1", "x2", "y2", "annopoints", "scale", "objpos"];
        var person = new[] { One(11), One(21), One(41), One(61), Points([One(5), One(6), One(9), MatBytes.Text("", "1")], [One(7), One(8), One(0), MatBytes.Text("", "0")], [One(9), One(9), One(6), MatBytes.Empty("")]), One(2), MatBytes.Struct("", ["x", "y"], [One(101), One(201)]) };
        var headOnly = new[] { One(1), One(2), One(3), One(4), MatBytes.Empty(""), One(1), MatBytes.Empty("") };
        (string, byte[])[] Picture(string name, params (string, byte[])[][] persons) => [MatBytes.Struct("", ["name"], [MatBytes.Text("", name)]), MatBytes.Struct("", rect, persons)];
        var release = MatBytes.Struct("RELEASE", ["annolist", "img_train"], [MatBytes.Struct("", ["image", "annorect"], Picture("a.jpg", person, headOnly), Picture("test.jpg", headOnly)), MatBytes.Doubles("", [1, 2], 1, 0)]);
        File.WriteAllBytes(_folder["mpii_human_pose_v1_u12_1.mat"], MatBytes.File(true, release));

        var dataset = Detected(_folder["mpii_human_pose_v1_u12_1.mat"], "mpii");
        Assert.Equal("a.jpg", dataset.Images.Single().FileName);
        var only = dataset.Persons.Single();
        Assert.Equal(new Keypoint(4, 5, Visibility.Visible), only.Keypoints[9]);
        Assert.Equal(new Keypoint(6, 7, Visibility.Hidden), only.Keypoints[0]);
        Assert.Equal(new Keypoint(8, 8, Visibility.Visible), only.Keypoints[6]);
        Assert.Equal(3, only.LabelledCount);
        Assert.Equal(new Box(10, 20, 30, 40), only.HeadBox);
        Assert.Equal(new Point2(100, 230), only.Box.Center);
    }

    private static PoseDataset Detected(string path, string name)
    {
        var format = FormatCatalog.Detect(path);
        Assert.Equal(name, format.Name);
        return format.Read(path, new());
    }
}
