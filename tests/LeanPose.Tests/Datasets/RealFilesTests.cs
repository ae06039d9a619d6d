using LeanPose.Datasets;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Datasets;

[Trait("Category", "RealData")]
public class RealFilesTests
{
    [Theory]
    [InlineData("lspet", "train4000", "lsp14", 4000, 4000)]
    [InlineData("lspet", "val500", "lsp14", 500, 500)]
    [InlineData("studio", "train700", "coco17", 700, 700)]
    [InlineData("studio", "val150", "coco17", 150, 150)]
    [InlineData("coco_mini", "train28", "coco17", 28, 86)]
    [InlineData("coco_mini", "val32", "coco17", 32, 68)]
    public void Files_are_whole(string set, string file, string skeleton, int images, int withKeypoints)
    {
        var dataset = Read(set, file, new() { CheckSizes = true });
        Assert.Equal(skeleton, dataset.Skeleton.Name);
        Assert.Equal(images, dataset.Images.Length);
        Assert.Equal(withKeypoints, dataset.Persons.Count(p => p.LabelledCount > 0));
        Assert.Equal(withKeypoints, dataset.Trainable().Persons.Length);
        foreach (var image in dataset.Images.Take(2))
        {
            var picture = ImageDecoder.Load(image.Path);
            Assert.Equal((image.Width, image.Height), (picture.Width, picture.Height));
            Assert.Contains(picture.Pixels, p => p > 128);
        }
    }

    [Theory]
    [InlineData("lspet", "train4000", 100, 200, 500)]
    [InlineData("studio", "train700", 50, 100, 200)]
    public void Labelled_lists_are_nested_parts_of_the_training_set(string set, string file, params int[] sizes)
    {
        var dataset = Read(set, file);
        HashSet<long> smaller = [];
        foreach (var size in sizes)
        {
            var split = Split.Read(TestMaterial.Data($"{set}/annotations/labelled{size}.json"));
            var part = dataset.Select(split);
            Assert.Equal(size, part.Images.Length);
            Assert.Equal(size, part.Persons.Length);
            var ids = part.Images.Select(i => i.Id).ToHashSet();
            Assert.Subset(ids, smaller);
            smaller = ids;
        }
    }

    [Theory]
    [InlineData("aic/test_aic.json", "aic14", 9)]
    [InlineData("coco/test_coco.json", "coco17", 14)]
    [InlineData("coco/test_coco_wholebody.json", "coco17", 14)]
    [InlineData("crowdpose/test_crowdpose.json", "crowdpose14", 5)]
    [InlineData("crowdpose/annotations_only/crowdpose_val.json", "crowdpose14", 8527)]
    [InlineData("exlpose/test_exlpose.json", "crowdpose14", 6)]
    [InlineData("jhmdb/test_jhmdb_sub1.json", "jhmdb15", 3)]
    [InlineData("mhp/test_mhp.json", "mpii16", 4)]
    [InlineData("multiview_kr/multiview_2d.json", "person16", 18)]
    [InlineData("ochuman/test_ochuman.json", "coco17", 5)]
    [InlineData("posetrack18/annotations/test_posetrack18_val.json", "posetrack17", 14)]
    public void Samples_of_public_sets(string file, string skeleton, int persons)
    {
        var dataset = CocoReader.Read(TestMaterial.Data("samples/" + file), "", new() { CheckFiles = false });
        Assert.Equal(skeleton, dataset.Skeleton.Name);
        Assert.Equal(persons, dataset.Persons.Length);
        Assert.NotEmpty(dataset.Skeleton.FlipPairs);
        Assert.All(dataset.Skeleton.Keypoints, k => Assert.Equal(k, KeypointNames.Normalize(k)));
    }

    [Theory]
    [InlineData("humanart/test_humanart.json", "The keypoints list has 51 numbers.", "63 numbers: x, y, v for each of 21 keypoints")]
    [InlineData("halpe/test_halpe.json", "No category has keypoint names.", "a category with the names of its keypoints")]
    [InlineData("mpii/test_mpii.json", "The file is JSON but not COCO: it holds a JSON list.", "\"images\", \"annotations\" and \"categories\"")]
    [InlineData("mpii/test_mpii_trb.json", "\"bbox\" is missing.", "\"bbox\": 4 numbers")]
    [InlineData("multiview_kr/multiview_3d.json", "The file is JSON but not COCO: \"images\", \"categories\" are missing.", "found \"note\", \"annotations\"")]
    [InlineData("coco/test_keypoint_partition_metric.json", "The keypoints list has 399 numbers.", "51 numbers")]
    public void Files_that_do_not_fit_say_why(string file, string problem, string expected)
    {
        var error = Assert.Throws<DataException>(() => CocoReader.Read(TestMaterial.Data("samples/" + file), "", new() { CheckFiles = false }));
        Assert.Equal(problem, error.Problems[0].Problem);
        Assert.Contains(expected, error.Problems[0].Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_skeleton_reads_HumanArt_and_its_prefix_is_stripped()
    {
        var file = TestMaterial.Data("samples/humanart/test_humanart.json");
        var dataset = CocoReader.Read(file, Path.GetDirectoryName(file)!, new() { Skeleton = KnownSkeletons.Coco17, StripPrefix = "HumanArt/images/", CheckFiles = false });
        Assert.Equal(4, dataset.Persons.Length);
        Assert.All(dataset.Images, i => Assert.DoesNotContain("HumanArt/images", Path.GetRelativePath(Path.GetDirectoryName(file)!, i.Path), StringComparison.Ordinal));
    }

    private static PoseDataset Read(string set, string file, CocoReadOptions? options = null) =>
        CocoReader.Read(TestMaterial.Data($"{set}/annotations/{file}.json"), TestMaterial.Data($"{set}/images"), options);
}
