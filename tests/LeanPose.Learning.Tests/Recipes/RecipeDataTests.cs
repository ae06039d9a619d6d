using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Learning.Recipes;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Learning.Tests.Recipes;

public sealed class RecipeDataTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public RecipeDataTests()
    {
        Directory.CreateDirectory(_folder["images"]);
        var images = Enumerable.Range(1, 6).Select(i => new ImageRecord(i, $"{i}.png", _folder["images", $"{i}.png"], 40, 40)).ToList();
        foreach (var image in images)
            ImageEncoder.SavePng(new RgbImage(40, 40), image.Path);
        // Image i has person 10·i; image 2 has none with labels, image 3 is a crowd, image 4 has two persons.
        List<PersonInstance> persons = [.. images.Select(i => Person(10 * i.Id, i))];
        persons[1] = persons[1] with { Keypoints = [.. persons[1].Keypoints.Select(_ => default(Keypoint))] };
        persons[2] = persons[2] with { IsCrowd = true };
        persons.Insert(4, Person(41, images[3]));
        CocoWriter.Write(new PoseDataset("made", KnownSkeletons.Lsp14, [.. images], [.. persons]), _folder["all.json"]);
        File.WriteAllText(_folder["few.json"], """{"image_ids": [1, 2, 4]}""");
        File.WriteAllText(_folder["persons.json"], """{"annotation_ids": [41, 60]}""");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, null, null, new long[] { 10, 40, 41, 50, 60 })]
    [InlineData("few.json", null, null, new long[] { 10, 40, 41 })]
    [InlineData("few.json", null, 2, new long[] { 10, 40 })]
    [InlineData("few.json", "persons.json", null, null)]
    [InlineData(null, "few.json", null, new long[] { 50, 60 })]
    [InlineData(null, "persons.json", null, new long[] { 10, 40, 50 })]
    [InlineData("persons.json", null, 1, new long[] { 41 })]
    public void Labelled_persons_are_those_that_can_be_trained_on(string? split, string? exclude, int? first, long[]? expected)
    {
        var recipe = Recipe(new PersonSource { Images = "images", Annotations = "all.json", Split = split, Exclude = exclude, First = first });
        if (expected is null)
            Assert.Throws<DataException>(() => RecipeData.Open(recipe));
        else
            Assert.Equal(expected, RecipeData.Open(recipe).Labelled.Persons.Select(p => p.Id));
    }

    [Fact]
    public void Unlabelled_persons_lose_their_labels_and_need_none()
    {
        var recipe = Recipe(Labelled, new PersonSource { Images = "images", Annotations = "all.json", Exclude = "persons.json" });
        var unlabelled = RecipeData.Open(recipe).Unlabelled!;
        Assert.Equal([10, 20, 40, 50], unlabelled.Persons.Select(p => p.Id));
        Assert.All(unlabelled.Persons, p => Assert.Empty(p.Keypoints));
    }

    [Fact]
    public void Unlabelled_persons_can_be_those_that_the_literature_counts()
    {
        var recipe = Recipe(Labelled with { First = 2 }, new PersonSource { Images = "images", Annotations = "all.json", RequireKeypoints = true });
        var unlabelled = RecipeData.Open(recipe).Unlabelled!;
        Assert.Equal([10, 40, 41, 50, 60], unlabelled.Persons.Select(p => p.Id));
        Assert.All(unlabelled.Persons, p => Assert.Empty(p.Keypoints));
        var boxes = recipe with { Data = recipe.Data with { Unlabelled = new PersonSource { Images = "images", RequireKeypoints = true } } };
        Assert.Contains(RecipeCheck.Validate(boxes), p => p.Path == "data.unlabelled.requireKeypoints");
    }

    [Fact]
    public void Unlabelled_persons_may_come_from_a_plain_folder_or_from_boxes()
    {
        Assert.Equal(6, RecipeData.Open(Recipe(Labelled, new PersonSource { Images = "images" })).Unlabelled!.Persons.Length);
        File.WriteAllText(_folder["boxes.json"], """[{"image_id": 5, "category_id": 1, "bbox": [1, 2, 20, 30], "score": 0.9}]""");
        var boxes = RecipeData.Open(Recipe(Labelled, new PersonSource { Images = "images", Boxes = "boxes.json" })).Unlabelled!;
        Assert.Equal(new Box(1, 2, 20, 30), Assert.Single(boxes.Persons).RawBox);
    }

    [Fact]
    public void Nobody_left_is_an_error_that_names_the_key_and_the_file()
    {
        File.WriteAllText(_folder["none.json"], """{"image_ids": [3]}""");
        var e = Assert.Throws<DataException>(() => RecipeData.Open(Recipe(Labelled with { Split = "none.json" })));
        Assert.Equal(
            $"No person is left in data.labelled.\n  where:    {_folder["all.json"]}\n  expected: a person with a box and at least one labelled keypoint\n  do:       check split and exclude: together they leave nothing",
            e.Message);
    }

    [Fact]
    public void Real_splits_part_a_set_into_labelled_and_unlabelled()
    {
        var annotations = TestMaterial.Data("studio/annotations");
        var labelled = new PersonSource { Images = "images", Annotations = "annotations/train700.json", Split = "annotations/labelled50.json" };
        var data = RecipeData.Open(new Recipe
        {
            Data = new DataRecipe { Root = Path.GetDirectoryName(annotations)!, Labelled = labelled, Unlabelled = labelled with { Split = null, Exclude = labelled.Split } },
        });
        var all = CocoReader.Read(Path.Combine(annotations, "train700.json"), Path.Combine(annotations, "..", "images"));
        Assert.Equal(Split.Read(Path.Combine(annotations, "labelled50.json")).ImageIds.Order(), data.Labelled.Persons.Select(p => p.Image.Id).Order());
        Assert.Equal(all.Persons.Select(p => p.Id).Order(), data.Labelled.Persons.Concat(data.Unlabelled!.Persons).Select(p => p.Id).Order());
    }

    private static PersonSource Labelled => new() { Images = "images", Annotations = "all.json" };

    private static PersonInstance Person(long id, ImageRecord image) => new()
    {
        Id = id,
        Image = image,
        RawBox = new Box(2, 2, 30, 30),
        Box = new Box(2, 2, 30, 30),
        Area = 900,
        Keypoints = [.. Enumerable.Range(0, KnownSkeletons.Lsp14.Count).Select(k => new Keypoint(5 + k, 6 + k, Visibility.Visible))],
    };

    private Recipe Recipe(PersonSource labelled, PersonSource? unlabelled = null) =>
        new() { Data = new DataRecipe { Root = _folder.Path, Labelled = labelled, Unlabelled = unlabelled } };
}
