using CsCheck;
using LeanPose.Datasets.Parts;
using LeanPose.Tests.Evaluation;
using Xunit;

namespace LeanPose.Tests.Datasets.Parts;

public class DrawTests
{
    private static readonly Gen<int> s_seed = Gen.Int[0, int.MaxValue];

    [Fact]
    public void Every_person_is_drawn_once_and_a_seed_draws_the_same_again() => s_seed.Sample(seed =>
    {
        var (truth, _) = Poses.Random(seed, images: 30);
        foreach (var stratum in Enum.GetValues<Stratum>())
        {
            var drawn = Draw.Persons(truth.Persons, seed, stratum);
            Assert.Equal(truth.Persons.Select(p => p.Id), drawn.Select(p => p.Id).Order());
            Assert.Equal(drawn, Draw.Persons(truth.Persons, seed, stratum));
        }
    }, iter: 30);

    [Fact]
    public void Seeds_draw_differently_and_not_in_file_order()
    {
        var (truth, _) = Poses.Random(1, images: 100);
        var first = Draw.Persons(truth.Persons, 1).Select(p => p.Id).ToArray();
        Assert.NotEqual(first, Draw.Persons(truth.Persons, 2).Select(p => p.Id));
        Assert.NotEqual(first, first.Order());
    }

    [Theory]
    [InlineData(Stratum.Size)]
    [InlineData(Stratum.Labels)]
    public void Every_subset_has_the_proportions_of_the_whole(Stratum stratum) => s_seed.Sample(seed =>
    {
        var (truth, _) = Poses.Random(seed, images: 60);
        var shares = truth.Persons.CountBy(p => Strata.Of(p, stratum)).ToDictionary();
        var drawn = Draw.Persons(truth.Persons, seed, stratum);
        for (var n = 1; n <= drawn.Length; n++)
        {
            var counts = drawn.Take(n).CountBy(p => Strata.Of(p, stratum)).ToDictionary();
            // Webster's method rounds; with a few classes no count is off by two.
            Assert.All(shares, s => Assert.True(Math.Abs(counts.GetValueOrDefault(s.Key) - ((double)n * s.Value / drawn.Length)) < 2, $"{s.Key} at {n}: {counts.GetValueOrDefault(s.Key)}"));
        }
    }, iter: 20);

    [Fact]
    public void Classes_are_by_area_labels_and_folder()
    {
        var person = Poses.Person(1, 1, area: 1023.9);
        Assert.Equal("small", Strata.Of(person, Stratum.Size));
        Assert.Equal("medium", Strata.Of(person with { Area = 1024 }, Stratum.Size));
        Assert.Equal("large", Strata.Of(person with { Area = (96 * 96) + 1 }, Stratum.Size));
        Assert.Equal("4/4", Strata.Of(person, Stratum.Labels));
        Assert.Equal("1/4", Strata.Of(person with { Keypoints = [.. person.Keypoints.Select((k, j) => j < 4 ? k : default)] }, Stratum.Labels));
        Assert.Equal("a/b", Strata.Of(person with { Image = Poses.Image(1) with { FileName = "a/b/c.jpg" } }, Stratum.Folder));
        Assert.Equal("nobody", Strata.Of(Poses.Image(1), [], Stratum.Size));
        Assert.Equal("large", Strata.Of(Poses.Image(1), [person, person with { Area = 1e6 }], Stratum.Size));
    }
}
