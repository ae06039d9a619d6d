using LeanPose.Learning.Benchmarking;
using LeanPose.Learning.Methods;
using Xunit;

namespace LeanPose.Learning.Tests.Benchmarking;

public sealed class TrialTrainingTests
{
    private static readonly TrialSettings Tiny = new("supervised", "resnet10-quarter", 32, 64, 2, Bf16: false);

    public static TheoryData<string> Methods => [.. MethodCatalog.Defaults.Select(m => m.Name)];

    // Labelled and unlabelled crops are told apart by their number.
    private static Dictionary<(int Images, bool WithGradient), int> Passes(string method)
    {
        using var training = new TrialTraining(Tiny with { Method = method, UnlabelledBatch = 3 });
        var passes = training.CountPasses();
        Assert.All(passes, p => Assert.Equal((32, 64), (p.Width, p.Height)));
        return passes.CountBy(p => (p.Images, p.WithGradient)).ToDictionary();
    }

    [Fact]
    public void Supervised_learning_passes_labelled_crops_once() =>
        Assert.Equal(new() { [(2, true)] = 1 }, Passes("supervised"));

    [Fact]
    public void Sspcm_passes_three_networks_twice_and_four_teachers_without_gradient() =>
        Assert.Equal(new() { [(2, true)] = 3, [(3, true)] = 3, [(3, false)] = 4 }, Passes("sspcm"));

    [Fact]
    public void A_network_is_counted_only_while_the_counter_lives()
    {
        using var training = new TrialTraining(Tiny);
        var first = training.CountPasses();
        training.Run();
        Assert.Single(first);
        Assert.Single(training.CountPasses());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_method_can_be_measured(string method)
    {
        var settings = Tiny with { Method = method };
        var cost = TrainingCost.Measure(settings, 0, 4, TestContext.Current.CancellationToken);
        Assert.Equal((6, 4), (cost.Steps, cost.Step.Runs));
        Assert.True(cost.Step.LowMs <= cost.Step.MedianMs && cost.Step.MedianMs <= cost.Step.HighMs);
        Assert.True(cost.PassesWithGradient >= 1);
        Assert.True(cost.ResidentBytesAfterFifth > 0 && cost.ResidentBytesAfterLast > 0);

        // All networks are alike here, so the operations follow from the passes.
        using var network = new PoseNetwork(settings.Backbone, 24);
        var forward = NetworkFlops.Forward(network, settings.Width, settings.Height) / 1e9;
        Assert.Equal(forward * ((3 * cost.PassesWithGradient) + cost.PassesWithoutGradient), cost.GflopPerImage, 1e-9);
    }

    [Fact]
    public void Names_that_do_not_exist_are_refused() =>
        Assert.Equal("There is no method 'magic'.", Assert.Throws<ArgumentException>(() => new TrialTraining(Tiny with { Method = "magic" })).Message);
}
