namespace LeanPose.Learning.Methods;

/// <summary>Options of SSPCM (specification 4). The defaults are the published configuration with its oddities mended.</summary>
public sealed record SspcmOptions : MethodOptions
{
    /// <inheritdoc/>
    public override string Name => "sspcm";

    /// <summary>Factor of the summed supervised losses.</summary>
    public double SupervisedWeight { get; init; } = 0.5;

    /// <summary>Factor of the summed consistency losses.</summary>
    public double ConsistencyWeight { get; init; } = 1;

    /// <summary>Steps over which the consistency losses come in, as exp(−5·(1 − t)²); 0, as published, for full weight from the start.</summary>
    public int ConsistencyRampupSteps { get; init; }

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

    /// <summary>Keypoints whose neighbourhood Cut-Occlude pastes over per picture; 0 switches it off.</summary>
    public int CutOccludeJoints { get; init; } = 2;

    /// <summary>compat: paste at transposed places (x and y exchanged), as the published code does.</summary>
    public bool CutOccludeTransposed { get; init; }

    /// <summary>compat: draw occlusion joints from all output channels, trained or not.</summary>
    public bool CutOccludeAllChannels { get; init; }

    /// <summary>Whether the hard view's rotation is a true rotation in pixels; off, it shears non-square crops, as the published code does.</summary>
    public bool IsotropicWarp { get; init; }

    /// <summary>Hard view: scale factor = clip(1 + this·N(0,1), 1 - this, 1 + this).</summary>
    public double HardScale { get; init; } = 0.25;

    /// <summary>Hard view: rotation = clip(this·N(0,1), ±2·this), degrees.</summary>
    public double HardRotation { get; init; } = 30;

    /// <summary>Hard view: share of pictures that are rotated at all.</summary>
    public double HardRotationProbability { get; init; } = 0.8;

    /// <summary>Whether pseudo keypoints that leave the hard view lose their weight; off, they keep it with an empty target, as published.</summary>
    public bool DropWarpedOutside { get; init; }

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
}
