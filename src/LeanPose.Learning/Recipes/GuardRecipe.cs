using System.Globalization;

namespace LeanPose.Learning.Recipes;

/// <summary>What is done about a collapse.</summary>
public enum GuardAction
{
    /// <summary>The run ends; its last healthy checkpoint is kept.</summary>
    Stop,

    /// <summary>The run goes back to its last healthy checkpoint and on from there more cautiously.</summary>
    Rollback,

    /// <summary>The run says so and goes on.</summary>
    Warn,
}

/// <summary>What a rollback makes more cautious.</summary>
public enum RollbackChange
{
    /// <summary>The weight of all losses on unlabelled persons.</summary>
    ConsistencyWeight,

    /// <summary>The learning rate.</summary>
    LearningRate,
}

/// <summary>Watches over semi-supervised training: networks that teach one another can agree on seeing nobody anywhere.</summary>
public sealed record GuardRecipe
{
    /// <summary>What is done about a collapse: <c>stop</c>, <c>rollback</c> or <c>warn</c>.</summary>
    public GuardAction Action { get; init; }

    /// <summary>What a rollback halves: <c>consistencyWeight</c> or <c>learningRate</c>.</summary>
    public RollbackChange Halve { get; init; }

    /// <summary>Rollbacks after which a further collapse ends the run.</summary>
    public int Rollbacks { get; init; } = 3;

    /// <summary>Nothing is judged before so many steps (or before the warm-up is over): heatmaps are dark at the start.</summary>
    public int FromStep { get; init; } = 100;

    /// <summary>Looks in a row that must agree. From a first bad one on, every step is looked at.</summary>
    public int Looks { get; init; } = 3;

    /// <summary>Heatmaps are dark below this mean maximum on unlabelled persons…</summary>
    public double DarkMaximum { get; init; } = 0.1;

    /// <summary>…when it also is below this share of that on labelled persons…</summary>
    public double DarkShare { get; init; } = 0.2;

    /// <summary>…or below this share of the level it once had. Below that share without being dark is a warning.</summary>
    public double Fall { get; init; } = 0.5;

    /// <summary>Pseudo labels with less than this share of a label's energy (Σq²) are empty: the mean position of a keypoint alone has ten times as much.</summary>
    public double TargetEnergy { get; init; } = 0.001;

    /// <summary>From the second epoch on: a gate that lets a smaller share of pseudo keypoints through is a warning.</summary>
    public double Accepted { get; init; } = 0.2;

    /// <summary>What so many rollbacks have changed, in words.</summary>
    internal string Change(int rollbacks) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Halve == RollbackChange.LearningRate ? "the learning rate" : "the weight of unlabelled persons")} is {Math.Pow(0.5, rollbacks)} of the recipe's ({rollbacks} of {Rollbacks} rollbacks)");
}
