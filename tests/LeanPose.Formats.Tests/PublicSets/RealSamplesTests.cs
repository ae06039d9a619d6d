using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Formats.Tests.PublicSets;

/// <summary>Real files of every public set at hand: recognised as what they are, whole, with their pictures.</summary>
[Trait("Category", "RealData")]
public sealed class RealSamplesTests
{
    [Theory]
    [InlineData("lspet/annotations/val500.json", "lspet/images", "coco", "lsp14", 500, 500, 500)]
    [InlineData("studio/annotations/val150.json", "studio/images", "coco", "coco17", 150, 150, 150)]
    [InlineData("coco_mini/annotations/train28.json", "coco_mini/images", "coco", "coco17", 28, 0, 86)]
    [InlineData("coco_mini/annotations/val32.json", "coco_mini/images", "coco", "coco17", 32, 0, 68)]
    [InlineData("fisheye/posefes_annotations/person_keypoints_scenario1.json", null, "coco", "coco17", 400, 736, 735)]
    [InlineData("fisheye/posefes_annotations/person_keypoints_scenario2.json", null, "coco", "coco17", 301, 2162, 2160)]
    [InlineData("samples/coco/test_coco.json", "samples/coco", "coco", "coco17", 4, 14, 12)]
    [InlineData("samples/coco/test_coco_wholebody.json", "samples/coco", "coco-wholebody", "coco17", 4, 14, 12)]
    [InlineData("samples/coco/test_keypoint_partition_metric.json", "samples/coco", "coco-wholebody", "coco17", 4, 0, 0)]
    [InlineData("samples/crowdpose/test_crowdpose.json", "samples/crowdpose", "crowdpose", "crowdpose14", 2, 5, 4)]
    [InlineData("samples/crowdpose/annotations_only/crowdpose_val.json", null, "crowdpose", "crowdpose14", 2000, 8527, 0)]
    [InlineData("samples/exlpose/test_exlpose.json", "samples/exlpose", "crowdpose", "crowdpose14", 2, 6, 6)]
    [InlineData("samples/aic/test_aic.json", "samples/aic", "aic", "aic14", 3, 9, 9)]
    [InlineData("samples/mpii/test_mpii.json", "samples/mpii", "mpii", "mpii16", 5, 5, 5)]
    [InlineData("samples/mpii/test_mpii_trb.json", "samples/mpii", "coco", "person40", 5, 5, 5)]
    [InlineData("samples/ochuman/test_ochuman.json", "samples/ochuman", "coco", "coco17", 3, 5, 5)]
    [InlineData("samples/jhmdb/test_jhmdb_sub1.json", "samples/jhmdb", "jhmdb", "jhmdb15", 3, 3, 3)]
    [InlineData("samples/mhp/test_mhp.json", "samples/mhp", "coco", "mpii16", 2, 4, 4)]
    [InlineData("samples/humanart/test_humanart.json", "samples/humanart", "human-art", "coco17", 3, 4, 4)]
    [InlineData("samples/posetrack18/annotations/test_posetrack18_val.json", "samples/posetrack18", "posetrack18", "posetrack17", 3, 14, 14)]
    [InlineData("samples/posetrack18/annotations/val", "samples/posetrack18", "posetrack18", "posetrack17", 3, 14, 14)]
    [InlineData("samples/halpe/test_halpe.json", "samples/coco", "halpe", "halpe26", 4, 14, 12)]
    [InlineData("samples/multiview_kr/multiview_2d.json", "samples/multiview_kr/images", "coco", "person16", 18, 18, 18)]
    [InlineData("samples/coco8_pose_yolo", null, "ultralytics", "coco17", 8, 21, 0)]
    public void Each_loads_as_what_it_is(string file, string? images, string format, string skeleton, int pictures, int persons, int labelled)
    {
        var path = TestMaterial.Data(file);
        var found = FormatCatalog.Detect(path);
        Assert.Equal(format, found.Name);
        var dataset = found.Read(path, new() { Images = images is null ? null : TestMaterial.Data(images) });
        Assert.Equal(skeleton, dataset.Skeleton.Name);
        Assert.Equal(pictures, dataset.Images.Length);
        // 0: the description of the material does not say.
        if (persons > 0)
            Assert.Equal(persons, dataset.Persons.Length);
        if (labelled > 0)
            Assert.Equal(labelled, dataset.Persons.Count(p => p.LabelledCount > 0));
        Assert.All(dataset.Persons, p => Assert.True(p.Keypoints.IsEmpty || p.Keypoints.Length == dataset.Skeleton.Count));
        // Labels lie in or about their pictures: no coordinate was read in the wrong unit.
        Assert.All(dataset.Persons.Where(p => p.Image.Width > 0).SelectMany(p => p.Keypoints.Where(k => k.IsLabelled).Select(k => (p, k))), e =>
        {
            Assert.InRange(e.k.X, -0.6 * e.p.Image.Width, 1.6 * e.p.Image.Width);
            Assert.InRange(e.k.Y, -0.6 * e.p.Image.Height, 1.6 * e.p.Image.Height);
        });
    }

    [Fact]
    public void CrowdPose_keeps_its_crowd_index_through_COCO()
    {
        using var folder = new TempFolder();
        var dataset = Read("samples/crowdpose/test_crowdpose.json");
        Assert.All(dataset.Images, i => Assert.InRange(i.CrowdIndex!.Value, 0, 1));
        Assert.All(dataset.Persons, p => Assert.Equal(0.53 * p.RawBox.Area, p.Area, 1e-9));
        Assert.Equal(dataset.Images.Select(i => (i.Id, i.CrowdIndex!.Value)), CrowdPoseEvaluator.CrowdIndices(dataset).Select(p => (p.Key, p.Value)));
        CocoWriter.Write(dataset, folder["a.json"]);
        var again = FormatCatalog.Find("crowdpose")!.Read(folder["a.json"], new());
        Assert.Equal(dataset.Images.Select(i => i.CrowdIndex), again.Images.Select(i => i.CrowdIndex));
        Assert.Equal(dataset.Persons.Select(p => p.Area), again.Persons.Select(p => p.Area));
    }

    [Fact]
    public void PoseTrack_keeps_tracks_and_head_boxes_through_COCO()
    {
        using var folder = new TempFolder();
        var dataset = Read("samples/posetrack18/annotations/test_posetrack18_val.json");
        Assert.All(dataset.Persons, p => Assert.NotNull(p.TrackId));
        Assert.Contains(dataset.Persons, p => p.HeadBox is { Width: 44, Height: 53 });
        Assert.DoesNotContain(dataset.Persons.SelectMany(p => p.Keypoints), k => k.Visibility == Visibility.Hidden);
        CocoWriter.Write(dataset, folder["a.json"]);
        var again = CocoReader.Read(folder["a.json"], "", new() { CheckFiles = false });
        Assert.Equal(dataset.Persons.Select(p => (p.TrackId, p.HeadBox)), again.Persons.Select(p => (p.TrackId, p.HeadBox)));
    }

    [Fact]
    public void Ultralytics_shares_become_pixels_of_the_picture()
    {
        var dataset = Read("samples/coco8_pose_yolo");
        var person = dataset.Persons.First(p => p.Image.FileName.EndsWith("000000000036.jpg", StringComparison.Ordinal));
        Assert.Equal((481, 640), (person.Image.Width, person.Image.Height));
        Assert.Equal((250, 244), (Math.Round(person.Keypoints[0].X, 2), Math.Round(person.Keypoints[0].Y, 2)));
        Assert.Equal(13, person.LabelledCount);
    }

    private static PoseDataset Read(string file)
    {
        var path = TestMaterial.Data(file);
        return FormatCatalog.Detect(path).Read(path, new());
    }
}
