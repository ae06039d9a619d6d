using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Skeletons;

namespace LeanPose.Evaluation;

/// <summary>Whose rules an evaluation follows.</summary>
public enum EvaluationRules
{
    /// <summary>COCO: annotated areas.</summary>
    Coco,

    /// <summary>CrowdPose: areas from boxes, and AP of easy, medium and hard pictures.</summary>
    CrowdPose,

    /// <summary>AI Challenger: its own AP beside COCO's numbers.</summary>
    Aic,

    /// <summary>MPII: PCKh at 0.5 of the head box beside COCO's numbers.</summary>
    Mpii,

    /// <summary>WEPDTOF-Pose: areas from boxes, its own sigmas.</summary>
    Wepdtof,
}

/// <summary>What is measured, and by whose rules.</summary>
public sealed record EvaluationPlan
{
    /// <summary>Name of AI Challenger's AP.</summary>
    public const string AicAp = "AP-aic";

    /// <summary>Name of MPII's mean, and start of the names of its groups.</summary>
    public const string Pckh = "PCKh@0.5";

    /// <summary>Whose rules. Default: COCO's.</summary>
    public EvaluationRules Rules { get; init; } = EvaluationRules.Coco;

    /// <summary>OKS sigmas, one per keypoint; null (default) for those of the rules.</summary>
    public ImmutableArray<double>? Sigmas { get; init; }

    /// <summary>The PCKs. Default: 0.2 of the torso diagonal, 0.1 of the box.</summary>
    public ImmutableArray<PckMeasure> Pcks { get; init; } = [PckMeasure.Torso, PckMeasure.Box];

    /// <summary>Refuses a data set that lacks what the rules or a PCK need of it, so that nobody predicts for hours to learn so.</summary>
    /// <exception cref="DataException">It has other keypoints than the rules are for, or lacks head boxes or crowd indices.</exception>
    public void Require(PoseDataset truth)
    {
        if (Rules == EvaluationRules.CrowdPose)
            CrowdPoseEvaluator.Require(truth);
        if (Rules == EvaluationRules.Aic)
            AicEvaluator.Require(truth);
        if (Rules == EvaluationRules.Mpii)
            Evaluation.Pckh.Require(truth, Evaluation.Pckh.HeadSizes(truth));
        foreach (var measure in Pcks)
            measure.Require(truth);
    }

    /// <summary>How OKS is measured by these rules.</summary>
    /// <param name="skeleton">The truth's keypoints.</param>
    internal OksOptions Oks(Skeleton skeleton) => Rules switch
    {
        EvaluationRules.CrowdPose => OksOptions.CrowdPose with { Sigmas = Sigmas },
        // The file's names are AI Challenger's, with which WEPDTOF-Pose shares all but two sigmas.
        EvaluationRules.Wepdtof => OksOptions.Wepdtof with { Sigmas = Sigmas ?? WepdtofSigmas(skeleton) },
        _ => OksOptions.Coco with { Sigmas = Sigmas },
    };

    private static ImmutableArray<double>? WepdtofSigmas(Skeleton skeleton) =>
        skeleton.Keypoints.SequenceEqual(KnownSkeletons.WepdtofPose14.Keypoints) ? KnownSkeletons.WepdtofPose14.Sigmas : null;
}
