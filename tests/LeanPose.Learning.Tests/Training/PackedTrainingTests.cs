using LeanPose.Datasets;
using LeanPose.Datasets.Packed;
using LeanPose.Evaluation;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Randomness;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Learning.Tests.Training;

/// <summary>A packed file stands for the pictures and labels that it was made of.</summary>
public sealed class PackedTrainingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public PackedTrainingTests()
    {
        foreach (var (name, count) in new[] { ("labelled", 6), ("unlabelled", 7), ("validation", 5) })
            CocoWriter.Write(MadeUpPeople.Make(_folder, name, count), _folder[$"{name}.json"]);
    }

    public void Dispose() => _folder.Dispose();

    private Recipe Recipe(string? packed = null, string? cache = null)
    {
        PersonSource Source(string name) => packed is null ? new() { Images = ".", Annotations = $"{name}.json" } : new() { Packed = packed };
        var tiny = TinyRun.Recipe(new SspcmOptions());
        return tiny with
        {
            Data = new() { Root = _folder.Path, Labelled = Source("labelled") with { First = 5 }, Unlabelled = Source("unlabelled"), Validation = Source("validation"), Cache = cache },
        };
    }

    private void Pack(string name, int? quality) => PackWriter.Write(_folder[name], RecipeData.ToPack(Recipe()), quality);

    private byte[] Train(Recipe recipe, string run)
    {
        var folder = RunFolder.Create(_folder[run]);
        var outcome = new Trainer(recipe, RecipeData.Open(recipe), folder).Run(resume: false, [], CancellationToken.None);
        Assert.Equal(TrainingEnd.Finished, outcome.End);
        return File.ReadAllBytes(folder.Model);
    }

    private IReadOnlyDictionary<string, double?> Metrics(string run) =>
        EvaluationReport.FromJson(File.ReadAllText(RunFolder.Open(_folder[run]).Metrics)).Metrics.ToDictionary(m => m.Key, m => (double?)m.Value);

    [Fact]
    public void Training_on_a_lossless_file_gives_the_same_bytes_and_metrics()
    {
        Pack("set.lppack", quality: null);
        var original = Train(Recipe(), "original");
        foreach (var annotation in Directory.GetFiles(_folder.Path, "*.json").Concat(Directory.GetFiles(_folder.Path, "*.png")))
            File.Delete(annotation);
        Assert.Equal(original, Train(Recipe("set.lppack"), "packed"));
        Assert.Equal(Metrics("original"), Metrics("packed"));
    }

    [Fact]
    public void Training_with_a_cache_on_disk_gives_the_same_bytes()
    {
        var original = Train(Recipe(), "original");
        Assert.Equal(original, Train(Recipe(cache: _folder["cache"]), "cold"));
        Assert.NotEmpty(Directory.GetFiles(_folder["cache"], "*.cut", SearchOption.AllDirectories));
        Assert.Equal(original, Train(Recipe(cache: _folder["cache"]), "warm"));
    }

    [Fact]
    public void Jpeg_crops_are_close_to_the_original_ones()
    {
        Pack("set.lppack", quality: 95);
        var (original, packed) = (RecipeData.Open(Recipe()), RecipeData.Open(Recipe("set.lppack")));
        Assert.Equal(original.Labelled.Persons.Select(p => p.Id), packed.Labelled.Persons.Select(p => p.Id));
        Assert.All(packed.Unlabelled!.Persons, p => Assert.Empty(p.Keypoints));
        var crops = new CropMaker(64, 64, new AugmentationRecipe(), new ImageCache());
        byte[] a = new byte[64 * 64 * 3], b = new byte[a.Length];
        foreach (var (o, p) in original.Labelled.Persons.Zip(packed.Labelled.Persons))
        {
            Keypoint[] ka = new Keypoint[17], kb = new Keypoint[17];
            crops.Augmented(o, original.Labelled.Skeleton, KeyedRandom.For(1, "c", o.Id), a, ka);
            crops.Augmented(p, packed.Labelled.Skeleton, KeyedRandom.For(1, "c", o.Id), b, kb);
            Assert.Equal(ka, kb);
            // Noise is the worst that JPEG can meet: its colours are halved in resolution. Other pixels would differ by 60 and more.
            Assert.InRange(a.Zip(b, (x, y) => Math.Abs(x - y)).Average(), 0.01, 40);
        }
    }

    [Fact]
    public void Larger_crops_or_changes_than_packed_are_refused_before_training()
    {
        PackWriter.Write(_folder["set.lppack"], RecipeData.ToPack(Recipe() with { Augmentation = new() { Scale = 0, Rotation = 0 } }), stop: TestContext.Current.CancellationToken);
        Assert.Contains("more of the picture", Assert.Throws<DataException>(() => RecipeData.Open(Recipe("set.lppack"))).Message);
        var recipe = Recipe("set.lppack") with { Augmentation = new() { Scale = 0, Rotation = 0 } };
        Assert.Contains("more of the picture", Assert.Throws<DataException>(() => RecipeData.Open(recipe with { Augmentation = new() { Scale = 0, Rotation = 10 } })).Message);
        // What is not reduced can be enlarged, as pictures can.
        Assert.Equal(5, RecipeData.Open(recipe with { Model = recipe.Model with { InputWidth = 128, InputHeight = 128 } }).Labelled.Persons.Length);
        Assert.Contains("has no part 'train'", Assert.Throws<DataException>(() => RecipeData.Open(recipe with { Data = recipe.Data with { Labelled = new() { Packed = "set.lppack", Part = "train" } } })).Message);
    }

    [Fact]
    public void A_packed_set_of_persons_is_split_as_the_original_is()
    {
        var people = CocoReader.Read(_folder["labelled.json"], _folder.Path);
        PackWriter.Write(_folder["people.lppack"], [new("persons", people, CropMaker.Reach(64, 64, new AugmentationRecipe()))], stop: TestContext.Current.CancellationToken);
        File.WriteAllText(_folder["few.json"], """{"image_ids": [101, 103]}""");
        var source = new PersonSource { Packed = "people.lppack", Split = "few.json" };
        var recipe = Recipe() with { Data = new() { Root = _folder.Path, Labelled = source, Unlabelled = source with { Split = null, Exclude = "few.json" } } };
        var data = RecipeData.Open(recipe);
        Assert.Equal([1001, 1003], data.Labelled.Persons.Select(p => p.Id));
        Assert.Equal([1000, 1002, 1004, 1005], data.Unlabelled!.Persons.Select(p => p.Id));
    }
}
