using LeanPose.Cli.Curves;
using Xunit;

namespace LeanPose.Cli.Tests.Curves;

public class GridClockTests
{
    [Fact]
    public void Runs_take_as_long_as_their_recipe_did_and_others_as_long_as_the_mean()
    {
        var clock = new GridClock();
        Assert.Null(clock.Estimate(["a"]));
        Assert.Equal(0, clock.Estimate([]));
        Assert.Equal(60, clock.Estimate(["a", "b"], present: 30));
        clock.Add("a", 10);
        clock.Add("a", 20);
        clock.Add("b", 60);
        Assert.Equal(15 + 60 + 30, clock.Estimate(["a", "b", "new"]));
    }

    [Fact]
    public void A_place_survives_its_name()
    {
        foreach (var place in new[] { new CurvePlace("studio-50-sspcm", 100, 3), new CurvePlace("a-7-seed2", 1, 0) })
            Assert.Equal(place, CurvePlace.Parse(place.Name));
        Assert.Null(CurvePlace.Parse("splits"));
        Assert.Null(CurvePlace.Parse("studio-50-sspcm"));
    }
}
