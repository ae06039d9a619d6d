using CsCheck;
using LeanPose.Synthetic;
using Xunit;

namespace LeanPose.Tests.Synthetic;

public class RngTests
{
    [Fact]
    public void A_fork_does_not_depend_on_what_was_drawn_before() => Gen.Int[0, 50].Sample(draws =>
    {
        var rng = Rng.For(3, 4, "scene");
        var expected = rng.Fork("pose").NextBits();
        for (var i = 0; i < draws; i++)
            rng.NextBits();
        return rng.Fork("pose").NextBits() == expected;
    });

    [Fact]
    public void Seed_index_purpose_and_number_each_make_another_stream()
    {
        ulong[] first =
        [
            Rng.For(1, 2, "a").NextBits(), Rng.For(2, 2, "a").NextBits(), Rng.For(1, 3, "a").NextBits(), Rng.For(1, 2, "b").NextBits(),
            Rng.For(2, 1, "a").NextBits(), Rng.For(1, 2, "a").Fork("a").NextBits(), Rng.For(1, 2, "a").Fork("a", 1).NextBits(),
        ];
        Assert.Equal(first.Length, first.Distinct().Count());
    }

    [Fact]
    public void Draws_stay_in_range_and_have_the_mean_they_promise()
    {
        var rng = Rng.For(0, 0, "mean");
        var units = Enumerable.Range(0, 20000).Select(_ => rng.Unit()).ToArray();
        Assert.All(units, u => Assert.InRange(u, 0f, 0.99999999f));
        Assert.Equal(0.5, units.Average(), 0.01);
        var normals = Enumerable.Range(0, 20000).Select(_ => (double)rng.Normal(5, 2)).ToArray();
        Assert.Equal(5, normals.Average(), 0.06);
        Assert.Equal(2, Math.Sqrt(normals.Select(n => (n - 5) * (n - 5)).Average()), 0.06);
    }
}
