using LeanPose.Learning.Losses;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>The labelled half of a step, and the sum of both halves, as the whole family has them.</summary>
internal static class StepTotal
{
    /// <summary>Every network's loss on the labels.</summary>
    public static Learned[] Supervised(StepInput input, IReadOnlyList<NamedNetwork> networks) =>
        [.. Learned.Run(input, networks.Select(n => (IReadOnlyList<Func<Looked>>)[() => OnLabels(input, n)])).Select(l => l[0])];

    /// <summary>One network's loss on the labels, and what it sees.</summary>
    public static Looked OnLabels(StepInput input, NamedNetwork network)
    {
        var (x, target, weight) = input.Labelled;
        var prediction = network.Network.call(x);
        return new(HeatmapLoss.Compute(prediction, target, weight), prediction, () => HeatmapLoss.PerKeypoint(prediction, target, weight));
    }

    /// <summary>The unlabelled crops.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static UnlabelledBatch Unlabelled(StepInput input, MethodOptions options) =>
        input.Unlabelled ?? throw new ArgumentException($"Method '{options.Name}' needs unlabelled persons in step {input.Step + 1}.");

    /// <summary>A step of the burn-in or of the cool-down: L = supervisedWeight·Σ supervised.</summary>
    public static StepLosses LabelsAlone(ConsistencyOptions options, StepInput input, IMethod method, Learned[] supervised) =>
        Of(options, input, method, supervised, [], new EasyView([]));

    /// <summary>L = supervisedWeight·Σ supervised + ramp·consistencyWeight·Σ consistency, with the parts and the telemetry for the log.</summary>
    /// <param name="options">The weights.</param>
    /// <param name="input">The step.</param>
    /// <param name="method">Whose step it is.</param>
    /// <param name="supervised">By network.</param>
    /// <param name="taught">By lesson.</param>
    /// <param name="easy">What was seen on the easy view.</param>
    public static StepLosses Of(ConsistencyOptions options, StepInput input, IMethod method, Learned[] supervised, Taught[] taught, EasyView easy)
    {
        var weight = input.ConsistencyFactor * options.ConsistencyWeight * Rampup.Sigmoid(input.Step - options.BurnInSteps, options.ConsistencyRampupSteps);
        var losses = new StepLosses([.. taught.Select(t => t.Learned.Loss * weight), .. supervised.Select(s => s.Loss * options.SupervisedWeight)], []);
        return new StepTelemetry(input, method, supervised, taught, easy).AddTo(losses, weight, options.SupervisedWeight);
    }
}
