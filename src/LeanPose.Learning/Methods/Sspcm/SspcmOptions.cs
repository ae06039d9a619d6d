using System.Collections.Immutable;

namespace LeanPose.Learning.Methods;

/// <summary>
/// Options of SSPCM (specification 4). The defaults are the published configuration with its oddities mended. Several views
/// a network make it the combination with MultiAugs (specification multi-augs 6.1).
/// </summary>
public sealed record SspcmOptions : ConsistencyOptions
{
    private static readonly ImmutableArray<string> Published = ["jo"];

    /// <summary>The published configuration.</summary>
    public SspcmOptions() => CutOccludeGreyBars = true;

    /// <inheritdoc/>
    public override string Name => "sspcm";

    /// <summary>Views of the two teachers; they share the run's θ.</summary>
    public ImmutableArray<string> TeacherViews { get; init; } = Published;

    /// <summary>Views of the student.</summary>
    public ImmutableArray<string> StudentViews { get; init; } = Published;

    /// <summary>Pseudo keypoints count only where the mean of both teachers' heatmap maxima is above this.</summary>
    public double ScoreThreshold { get; init; } = 0.1;

    /// <summary>Whether the score gate is on.</summary>
    public bool ScoreGate { get; init; } = true;

    /// <summary>Whether the student's target is corrected by position inconsistency across periods; off, it is the mean of the present teachers.</summary>
    public bool Correction { get; init; } = true;

    /// <summary>Periods of each teacher that are compared: the present one and the ends of this many − 1 epochs before; 2 in the paper.</summary>
    public int Periods { get; init; } = 2;

    /// <summary>Epochs without correction at the start (the earlier period is untrained then).</summary>
    public int CorrectionWarmupEpochs { get; init; } = 1;

    /// <summary>Ablation: weight × clip(1 − |difference of the teachers' maxima|, 0, 1) on all three consistency losses.</summary>
    public bool ScoreDifferenceReweight { get; init; }

    /// <summary>Ablation: the student's loss counts only where the teachers' distance over the map's diagonal is below <see cref="DistanceThreshold"/>.</summary>
    public bool DistanceGate { get; init; }

    /// <summary>Threshold of <see cref="DistanceGate"/>.</summary>
    public double DistanceThreshold { get; init; } = 0.6;

    /// <summary>Ablation: the student's weight × (diagonal − distance) / diagonal.</summary>
    public bool DistanceReweight { get; init; }

    /// <summary>Ablation: with both gates on, a keypoint passes if either lets it, for all three losses.</summary>
    public bool EitherGate { get; init; }

    /// <summary>Ablation: zero one random cell of the last feature map per picture in the hard passes.</summary>
    public bool FeatureMasking { get; init; }

    /// <inheritdoc/>
    internal override IEnumerable<(string Key, ImmutableArray<string> Views)> ViewLists => [("teacherViews", TeacherViews), ("studentViews", StudentViews)];
}
