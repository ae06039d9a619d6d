using LeanPose.Learning.Losses;
using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>The labelled half of a step, and the sum of both halves, as the whole family has them.</summary>
internal static class StepTotal
{
    /// <summary>Every network's loss on the labels.</summary>
    public static Tensor[] Supervised(StepInput input, IReadOnlyList<NamedNetwork> networks)
    {
        var (x, target, weight) = input.Labelled;
        return input.Lanes.Run([.. networks.Select(n => (Func<Tensor>)(() => HeatmapLoss.Compute(n.Network.call(x), target, weight)))]);
    }

    /// <summary>The unlabelled crops.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static UnlabelledBatch Unlabelled(StepInput input, MethodOptions options) =>
        input.Unlabelled ?? throw new ArgumentException($"Method '{options.Name}' needs unlabelled persons in every step.");

    /// <summary>A step of the burn-in: L = supervisedWeight·Σ supervised.</summary>
    public static StepLosses BurnIn(ConsistencyOptions options, StepInput input, IReadOnlyList<NamedNetwork> networks, Tensor[] supervised) =>
        Of(options, input, networks, supervised, [], () => []);

    /// <summary>L = supervisedWeight·Σ supervised + ramp·consistencyWeight·Σ consistency, and the parts for the log.</summary>
    public static StepLosses Of(ConsistencyOptions options, StepInput input, IReadOnlyList<NamedNetwork> networks, Tensor[] supervised, Tensor[] consistency, Func<IEnumerable<(string, Tensor)>> telemetry)
    {
        var weight = options.ConsistencyWeight * Rampup.Sigmoid(input.Step - options.BurnInSteps, options.ConsistencyRampupSteps);
        return new StepLosses([.. consistency.Select(l => l * weight), .. supervised.Select(l => l * options.SupervisedWeight)], !input.Telemetry ? [] :
        [
            .. networks.Zip(supervised, (n, l) => ("loss/supervised/" + n.Name, l)),
            .. networks.Zip(consistency, (n, l) => ("loss/consistency/" + n.Name, l)),
            .. telemetry(),
        ]);
    }

    /// <summary>Mean of a value per keypoint over persons and the channels that are trained.</summary>
    /// <param name="perKeypoint"><c>B×J</c>.</param>
    /// <param name="channelWeight"><c>1×J</c>.</param>
    public static Tensor OverTrained(Tensor perKeypoint, Tensor channelWeight) =>
        (perKeypoint * channelWeight).sum() / (channelWeight.sum() * perKeypoint.shape[0]);
}
