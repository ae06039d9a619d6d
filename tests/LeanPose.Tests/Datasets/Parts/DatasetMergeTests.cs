using LeanPose.Datasets;
using LeanPose.Datasets.Parts;
using LeanPose.Skeletons;
using LeanPose.Testing;
using LeanPose.Tests.Evaluation;
using Xunit;

namespace LeanPose.Tests.Datasets.Parts;

public sealed class DatasetMergeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keypoints_meet_by_name_and_ids_that_do_not_clash_stay()
    {
        var coco = Set("a", KnownSkeletons.Coco17, (1, "1.jpg", 10));
        var lsp = Set("b", KnownSkeletons.Lsp14, (7, "1.jpg", 70));
        var merged = DatasetMerge.Merge([coco, lsp], _folder.Path);
        Assert.Same(KnownSkeletons.Union24, merged.Dataset.Skeleton);
        Assert.Equal([(1L, "a/1.jpg"), (7L, "b/1.jpg")], merged.Dataset.Images.Select(i => (i.Id, i.FileName)));
        Assert.Equal([10L, 70L], merged.Dataset.Persons.Select(p => p.Id));
        Assert.Equal((0, 0, false, false), (merged.SharedPictures, merged.RepeatedPersons, merged.PicturesRenumbered, merged.PersonsRenumbered));
        Assert.Empty(merged.LostLabels);
        foreach (var (set, person) in new[] { coco, lsp }.Zip(merged.Dataset.Persons))
        {
            Assert.Equal(set.Persons[0].LabelledCount, person.LabelledCount);
            foreach (var (name, label) in set.Skeleton.Keypoints.Zip(set.Persons[0].Keypoints))
                Assert.Equal(label, person.Keypoints[KnownSkeletons.Union24.IndexOf(name)]);
        }
    }

    [Fact]
    public void Ids_that_clash_are_numbered_anew_and_persons_keep_their_pictures()
    {
        var merged = DatasetMerge.Merge([Set("a", KnownSkeletons.Lsp14, (1, "1.jpg", 5), (2, "2.jpg", 6)), Set("b", KnownSkeletons.Lsp14, (2, "1.jpg", 6), (3, "3.jpg", 9))], _folder.Path);
        Assert.True(merged.PicturesRenumbered && merged.PersonsRenumbered);
        Assert.Same(KnownSkeletons.Lsp14, merged.Dataset.Skeleton);
        Assert.Equal([1L, 2, 3, 4], merged.Dataset.Images.Select(i => i.Id));
        Assert.Equal([(1L, "a/1.jpg"), (2L, "a/2.jpg"), (3L, "b/1.jpg"), (4L, "b/3.jpg")], merged.Dataset.Persons.Select(p => (p.Id, p.Image.FileName)));
        Assert.All(merged.Dataset.Persons, p => Assert.Contains(p.Image, merged.Dataset.Images));
    }

    [Fact]
    public void A_picture_of_several_files_keeps_everybody_once()
    {
        var first = Set("a", KnownSkeletons.Lsp14, (1, "1.jpg", 5), (2, "2.jpg", 6));
        var second = Set("a", KnownSkeletons.Lsp14, (11, "1.jpg", 15), (12, "1b.jpg", 16));
        var other = second.Persons[0] with { Id = 17, RawBox = new(1, 2, 3, 4) };
        second = new PoseDataset("again", second.Skeleton, second.Images, [.. second.Persons, other]);
        var merged = DatasetMerge.Merge([first, second], _folder.Path);
        Assert.Equal((1, 1), (merged.SharedPictures, merged.RepeatedPersons));
        Assert.Equal([(5L, "a/1.jpg"), (17L, "a/1.jpg"), (6L, "a/2.jpg"), (16L, "a/1b.jpg")], merged.Dataset.Persons.Select(p => (p.Id, p.Image.FileName)));
    }

    [Fact]
    public void Labels_without_a_place_are_counted()
    {
        var merged = DatasetMerge.Merge([Set("a", KnownSkeletons.Coco17, (1, "1.jpg", 5), (2, "2.jpg", 6))], _folder.Path, KnownSkeletons.Lsp14);
        Assert.Equal(["nose", "left_eye", "right_eye", "left_ear", "right_ear"], merged.LostLabels.Keys);
        Assert.All(merged.LostLabels.Values, n => Assert.Equal(2, n));
        Assert.Equal(12, merged.Dataset.Persons[0].LabelledCount);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_its_place()
    {
        var horse = new Skeleton("horse", ["nose", "left_hoof"], [], [0.1, 0.1]);
        Assert.Contains("left_hoof", Assert.Throws<DataException>(() => DatasetMerge.Merge([Set("a", KnownSkeletons.Lsp14, (1, "1.jpg", 5)), Set("b", horse, (2, "1.jpg", 6))], _folder.Path)).Message);
        var set = Set("a", KnownSkeletons.Lsp14, (1, "1.jpg", 5));
        var smaller = new PoseDataset("small", set.Skeleton, [set.Images[0] with { Width = 10 }], []);
        Assert.Contains("small, image id 1", Assert.Throws<DataException>(() => DatasetMerge.Merge([set, smaller], _folder.Path)).Message);
    }

    [Fact]
    public void A_merged_set_is_read_back_the_same()
    {
        var merged = DatasetMerge.Merge([Set("a", KnownSkeletons.Coco17, (1, "1.jpg", 5)), Set("b", KnownSkeletons.Lsp14, (1, "1.jpg", 5))], _folder.Path).Dataset;
        CocoWriter.Write(merged, _folder["all.json"]);
        var read = CocoReader.Read(_folder["all.json"], _folder.Path, new CocoReadOptions { CheckFiles = false });
        Assert.Equal(merged.Persons.Select(p => (p.Id, p.Image, p.RawBox)), read.Persons.Select(p => (p.Id, p.Image, p.RawBox)));
        Assert.Equal(merged.Persons.SelectMany(p => p.Keypoints), read.Persons.SelectMany(p => p.Keypoints));
    }

    private PoseDataset Set(string folder, Skeleton skeleton, params (int Image, string File, int Person)[] persons)
    {
        var images = persons.Select(p => new ImageRecord(p.Image, p.File, _folder[folder, p.File], 640, 480)).ToArray();
        return new(folder, skeleton, [.. images], [.. persons.Select((p, i) => Poses.Person(p.Person, p.Image, skeleton) with { Image = images[i] })]);
    }
}
