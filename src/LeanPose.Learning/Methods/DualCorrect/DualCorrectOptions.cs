using System.Collections.Immutable;

namespace LeanPose.Learning.Methods;

/// <summary>Options of <see cref="DualCorrect.DualCorrect"/>.</summary>
public sealed record DualCorrectOptions : ConsistencyOptions
{
    private static readonly ImmutableArray<string> Stacked = ["joco", "jccm"];
    private static readonly ImmutableArray<string> Single = ["jc", "jo"];

    /// <inheritdoc/>
    public override string Name => "dual-correct";

    /// <summary>Views that take turns: in even steps the first network gets the first one and the second network the next, a step later all move on by one.</summary>
    public ImmutableArray<string> AlternatingViews { get; init; } = Stacked;

    /// <summary>Views each of which takes the place of the one whose turn it is, with <see cref="OccasionalProbability"/>.</summary>
    public ImmutableArray<string> OccasionalViews { get; init; } = Single;

    /// <summary>Probability, per step and network, of each of <see cref="OccasionalViews"/>.</summary>
    public double OccasionalProbability { get; init; } = 0.25;

    /// <summary>Views per network and step, each the next in turn.</summary>
    public int ViewsPerStep { get; init; } = 1;

    /// <summary>Pseudo keypoints count only where the mean of both networks' heatmap maxima is above this.</summary>
    public double ScoreThreshold { get; init; } = 0.1;

    /// <summary>Weight × clip(1 − distance of the chosen pair / this, 0, 1), in heatmap cells; null for no such weight.</summary>
    public double? DistanceRadius { get; init; }

    /// <summary>Whether both networks learn from the mean heatmap of the chosen pair; off, each learns from its partner's half, and nobody teaches itself.</summary>
    public bool MeanTargets { get; init; }

    /// <summary>Periods of each network that are compared: the present one and the ends of this many − 1 epochs before.</summary>
    public int Periods { get; init; } = 2;

    /// <summary>Epochs without correction at the start (the earlier period is untrained then).</summary>
    public int CorrectionWarmupEpochs { get; init; } = 1;

    /// <inheritdoc/>
    internal override IEnumerable<(string Key, ImmutableArray<string> Views)> ViewLists =>
        [("alternatingViews", AlternatingViews), ("occasionalViews", OccasionalViews)];
}
