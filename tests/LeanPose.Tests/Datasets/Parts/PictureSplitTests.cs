using CsCheck;
using LeanPose.Datasets;
using LeanPose.Datasets.Parts;
using LeanPose.Skeletons;
using LeanPose.Tests.Evaluation;
using Xunit;

namespace LeanPose.Tests.Datasets.Parts;

public class PictureSplitTests
{
    [Fact]
    public void Parts_have_their_sizes_and_no_picture_in_common() => Gen.Int[0, int.MaxValue].Sample(seed =>
    {
        var (truth, _) = Poses.Random(seed, images: 40);
        foreach (var stratum in Enum.GetValues<Stratum>())
        {
            var splits = PictureSplit.Draw(truth, [new("train", 25), new("val", 10)], seed, stratum);
            Assert.Equal([25, 10], splits.Select(s => s.ImageIds.Length));
            Assert.Equal(35, splits.SelectMany(s => s.ImageIds).Distinct().Count());
            Assert.Equal(splits[0].ImageIds, PictureSplit.Draw(truth, [new("train", 25), new("val", 10)], seed, stratum)[0].ImageIds);
            var (train, val) = (truth.Select(splits[0]), truth.Select(splits[1]));
            Assert.Empty(train.Persons.Select(p => p.Image.Id).Intersect(val.Persons.Select(p => p.Image.Id)));
        }
    }, iter: 20);

    [Fact]
    public void Folders_stay_together()
    {
        var images = Enumerable.Range(1, 60).Select(i => Poses.Image(i) with { FileName = $"video{i % 12}/{i}.jpg" });
        var dataset = new PoseDataset("videos", KnownSkeletons.Coco17, [.. images], []);
        var splits = PictureSplit.Draw(dataset, [new("train", 40), new("val", 20)], 3, foldersTogether: true);
        var folders = splits.Select(s => s.FileNames.Select(f => f.Split('/')[0]).ToHashSet()).ToArray();
        Assert.Empty(folders[0].Intersect(folders[1]));
        Assert.Equal(60, splits.Sum(s => s.ImageIds.Length));
        Assert.Equal(40, splits[0].ImageIds.Length);
    }

    [Fact]
    public void More_pictures_than_there_are_are_refused()
    {
        var (truth, _) = Poses.Random(1, images: 5);
        Assert.Throws<ArgumentException>(() => PictureSplit.Draw(truth, [new("a", 3), new("b", 3)], 1));
        Assert.Throws<ArgumentException>(() => PictureSplit.Draw(truth, [new("a", -1)], 1));
    }
}
