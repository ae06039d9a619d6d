using System.Collections.Immutable;
using CsCheck;
using LeanPose.Cli.Curves;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Learning.Recipes;
using Xunit;

namespace LeanPose.Cli.Tests.Curves;

public sealed class LabelPoolTests : IDisposable
{
    private readonly SmallProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public void A_smaller_subset_of_a_seed_lies_in_every_larger_one()
        => Gen.Select(Gen.Int[1, 200], Gen.Int[0, 1000]).Sample((size, seed) =>
        {
            var pool = new LabelPool([.. Enumerable.Range(1, size).Select(i => (long)(7 * i))], LabelOrder.Seed);
            var whole = pool.Subset(size, seed);
            Assert.Equal(pool.Persons, whole.Order());
            for (var n = 1; n < size; n += 1 + (size / 5))
                Assert.Equal(whole[..n], pool.Subset(n, seed));
        }, iter: 100);

    [Fact]
    public void Seeds_draw_others_and_file_order_is_the_same_for_all()
    {
        ImmutableArray<long> persons = [.. Enumerable.Range(1, 50).Select(i => (long)(100 - i))];
        Assert.NotEqual(new LabelPool(persons, LabelOrder.Seed).Subset(10, 1), new LabelPool(persons, LabelOrder.Seed).Subset(10, 2));
        Assert.Equal(persons[..10], new LabelPool(persons, LabelOrder.First).Subset(10, 1));
        Assert.Equal(persons[..10], new LabelPool(persons, LabelOrder.First).Subset(10, 2));
    }

    [Fact]
    public void Whoever_is_measured_on_is_in_no_subset()
    {
        File.WriteAllText(_project["val.json"], """{"annotation_ids": [12]}""");
        File.WriteAllText(_project["train.json"], """{"annotation_ids": [11]}""");
        var recipe = Recipe();
        Assert.Equal([11, 12, 13], LabelPool.Of(recipe, LabelOrder.First, null).Persons);
        var source = recipe.Data.Labelled with { Split = null };
        var measured = recipe with { Data = recipe.Data with { Validation = source with { Split = "val.json" } } };
        Assert.Equal([11, 13], LabelPool.Of(measured, LabelOrder.First, null).Persons);
        Assert.Equal([11], LabelPool.Of(measured, LabelOrder.First, _project["train.json"]).Persons);
    }

    [Fact]
    public void Unlabelled_persons_stay_all_but_the_labelled_ones()
    {
        var recipe = Recipe();
        var rest = recipe.Data.Labelled with { Split = null, Exclude = "few.json" };
        Recipe With(PersonSource? unlabelled) => LabelPool.With(recipe with { Data = recipe.Data with { Unlabelled = unlabelled } }, "subset.json");

        Assert.Equal(("subset.json", null), (With(null).Data.Labelled.Split, With(null).Data.Labelled.First));
        Assert.Equal("subset.json", With(rest).Data.Unlabelled!.Exclude);
        // All of the same file, labels hidden, as in the literature; and other files: as they are.
        Assert.Null(With(rest with { Exclude = null }).Data.Unlabelled!.Exclude);
        Assert.Equal("few.json", With(rest with { Annotations = "others.json" }).Data.Unlabelled!.Exclude);
        Assert.Contains("data.unlabelled.exclude", Assert.Throws<CommandException>(() => With(rest with { Exclude = "broken.json" })).Message);
    }

    private Recipe Recipe() => new()
    {
        Name = "small",
        Data = new DataRecipe { Root = _project.Path, Labelled = new() { Images = "images", Annotations = "persons.json", Split = "few.json", First = 1 } },
    };
}
