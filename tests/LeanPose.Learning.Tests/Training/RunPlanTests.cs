using LeanPose.Learning.Methods;
using LeanPose.Learning.Training;
using Xunit;

namespace LeanPose.Learning.Tests.Training;

public sealed class RunPlanTests
{
    [Fact]
    public void An_epoch_is_a_pass_over_the_larger_set()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new PoseConsOptions());
        recipe = recipe with { Training = recipe.Training with { EpochSteps = null } };
        Assert.Equal(4, RunPlan.Of(recipe, tiny.Data).EpochSteps); // 11 unlabelled persons, 3 at a time
        Assert.Equal(3, RunPlan.Of(recipe with { Training = recipe.Training with { UnlabelledBatch = 11 } }, tiny.Data).EpochSteps); // 7 labelled ones
        Assert.Equal(3, RunPlan.Of(recipe with { Method = new SupervisedOptions() }, tiny.Data).EpochSteps);
    }

    [Fact]
    public void Fewer_persons_than_were_asked_for_are_said()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new PoseConsOptions());
        var plan = RunPlan.Of(recipe, tiny.Data);
        Assert.DoesNotContain(plan.Warnings(recipe, tiny.Data), w => w.Contains("first", StringComparison.Ordinal));
        recipe = recipe with { Data = recipe.Data with { Labelled = new() { First = 1000 }, Unlabelled = new() { First = 12 } } };
        Assert.Equal(
            ["data.labelled.first asks for 1000 labelled persons; only 7 are there.", "data.unlabelled.first asks for 12 unlabelled persons; only 11 are there."],
            plan.Warnings(recipe, tiny.Data).Where(w => w.Contains("first", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0, 5, false)]
    [InlineData(2, 3, false)]
    [InlineData(2, 4, true)]
    [InlineData(0, 6, true)]
    public void A_run_that_leaves_unlabelled_persons_no_step_says_so(int burnIn, int coolDown, bool warned)
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new PoseConsOptions { BurnInSteps = burnIn, CoolDownSteps = coolDown });
        var warnings = RunPlan.Of(recipe, tiny.Data).Warnings(recipe, tiny.Data);
        Assert.Equal(warned, warnings.Contains($"method.burnInSteps ({burnIn}) and method.coolDownSteps ({coolDown}) take all 6 steps of the run: unlabelled persons teach nothing."));
    }
}
