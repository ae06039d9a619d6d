using LeanPose.Cli.Demo;
using LeanPose.Learning.Recipes;
using Xunit;

namespace LeanPose.Cli.Tests.Recipes;

public sealed class DemoPlanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5000)]
    public void Any_number_of_steps_gives_recipes_without_problems_that_keep_their_shape(int steps)
    {
        var recipes = DemoPlan.Methods.Select(m => new DemoPlan { Steps = steps, Seed = 5 }.Recipe(m, "data")).ToList();
        Assert.All(recipes, r => Assert.Empty(RecipeCheck.Validate(r)));
        Assert.All(recipes, r => Assert.Equal((steps, 5, Path.GetFullPath("data")), (r.Training.Steps, r.Seed, r.Data.Root)));
        Assert.Equal(DemoPlan.Methods, recipes.Select(r => r.Method.Name));
    }

    [Fact]
    public void No_two_sets_of_any_seed_share_their_pictures()
    {
        var seeds = Enumerable.Range(0, 20).SelectMany(s => new DemoPlan { Seed = s }.Sets()).Select(s => s.Options.Seed).ToList();
        Assert.Equal(seeds.Count, seeds.Distinct().Count());
    }
}
