using System.Collections.Immutable;
using LeanPose.Learning.Views;

namespace LeanPose.Learning.Methods;

/// <summary>How the losses of several hard views of one network become one.</summary>
public enum ViewReduction
{
    /// <summary>Added: more views are also more weight, as published.</summary>
    Sum,

    /// <summary>Averaged: more views are more variety and nothing else.</summary>
    Mean,
}

/// <summary>
/// What PoseCons, PoseDual, MultiAugs, SSPCM and DualCorrect have in common: supervised and consistency losses, hard views,
/// and the damages that views are made of.
/// </summary>
public abstract record ConsistencyOptions : MethodOptions
{
    /// <summary>Factor of the summed supervised losses.</summary>
    public double SupervisedWeight { get; init; } = 0.5;

    /// <summary>Factor of the summed consistency losses.</summary>
    public double ConsistencyWeight { get; init; } = 1;

    /// <summary>Steps at the start in which the networks learn from labels alone, at the price of supervised steps; 0 as published.</summary>
    public int BurnInSteps { get; init; }

    /// <summary>Steps at the end in which the networks learn from labels alone, at the price of supervised steps; 0 as published.</summary>
    public int CoolDownSteps { get; init; }

    /// <summary>Steps after the burn-in over which the consistency losses come in, as exp(−5·(1 − t)²); 0, as published, for full weight at once.</summary>
    public int ConsistencyRampupSteps { get; init; }

    /// <summary>Pseudo labels come from the running averages of the networks' weights, with this share kept each step, less at first (a ninth of the steps done is averaged over until that is 1/(1 − share)); null, as published, for the networks as they are.</summary>
    public double? AverageDecay { get; init; }

    /// <summary>Whether pseudo labels are means over the crop and the mirrored crop; off as published.</summary>
    public bool MirroredTeachers { get; init; }

    /// <summary>Whether pseudo labels are drawn anew as Gaussians of full height, weighted by how high the teachers' maxima are; off, as published, they are the teachers' heatmaps.</summary>
    public bool RenderedTargets { get; init; }

    /// <summary>Whether passes over hard views move the running statistics of batch normalisation, as published.</summary>
    public bool HardViewStatistics { get; init; } = true;

    /// <summary>Whether the losses of a network's views are added (<c>sum</c>, as published) or averaged (<c>mean</c>).</summary>
    public ViewReduction ViewReduction { get; init; }

    /// <summary>Ablation: one loss on the mean of a network's predictions for all views.</summary>
    public bool HeatFusion { get; init; }

    /// <summary>Ablation: a keypoint counts only where its warped target's maximum is above this; null for no such mask.</summary>
    public double? ConfidenceMask { get; init; }

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

    /// <summary>View <c>jc</c>: keypoints whose neighbourhood Joint Cutout blanks per picture.</summary>
    public int JointCutoutJoints { get; init; } = 5;

    /// <summary>View <c>jo</c>: keypoints whose neighbourhood Cut-Occlude pastes over per picture; 0 switches it off.</summary>
    public int CutOccludeJoints { get; init; } = 2;

    /// <summary>View <c>co</c>: rectangles that Cutout blanks per picture.</summary>
    public int CutoutHoles { get; init; } = 5;

    /// <summary>View <c>cm</c>: rectangles that CutMix pastes per picture (the published dual code uses 5 within <c>jccm</c>).</summary>
    public int CutMixPatches { get; init; } = 2;

    /// <summary>View <c>ra</c>: strength of RandAugment, 0 to 30.</summary>
    public double RandAugmentMagnitude { get; init; } = 20;

    /// <summary>Whether sizes and jitter of all rectangles follow the crop's size by √(W·H / (192·256)); off, they are the published pixels.</summary>
    public bool ScaleHoles { get; init; }

    /// <summary>compat: paste at transposed places (x and y exchanged), as the published code does.</summary>
    public bool CutOccludeTransposed { get; init; }

    /// <summary>compat: blank the whole target where the border cuts source and target of Cut-Occlude differently; off, the part that both hold is pasted.</summary>
    public bool CutOccludeGreyBars { get; init; }

    /// <summary>compat: draw the keypoints of Joint Cutout and Cut-Occlude from all output channels, trained or not.</summary>
    public bool CutOccludeAllChannels { get; init; }

    /// <summary>compat: Joint Cutout, Cutout and CutMix exchange width and height, so that rows below the width are never touched.</summary>
    public bool SwappedHoleBounds { get; init; }

    /// <summary>Whether CutMix takes patches from undamaged pictures; off, as published, from what the view's earlier damages made of them.</summary>
    public bool CleanDonor { get; init; }

    /// <summary>Whether a step leaves unlabelled persons out.</summary>
    internal bool LabelsAlone(int step, int steps) => step < BurnInSteps || step >= steps - CoolDownSteps;

    /// <summary>The distribution of θ.</summary>
    internal HardViewOptions HardView => new(HardScale, HardRotation, HardRotationProbability, IsotropicWarp);

    /// <summary>The names of views, each with the key it stands under, for checks.</summary>
    internal abstract IEnumerable<(string Key, ImmutableArray<string> Views)> ViewLists { get; }

    /// <summary>The damages for crops and channels of a run.</summary>
    internal DamageOptions Damages(MethodContext context) => new()
    {
        JointCutoutHoles = JointCutoutJoints,
        CutOccludePatches = CutOccludeJoints,
        CutoutHoles = CutoutHoles,
        CutMixPatches = CutMixPatches,
        RandAugmentMagnitude = RandAugmentMagnitude,
        Joints = CutOccludeAllChannels ? [.. Enumerable.Range(0, context.Keypoints)] : context.TrainedChannels,
        HoleScale = ScaleHoles ? DamageOptions.ScaleFor(context.Width, context.Height) : 1,
        CutOccludeTransposed = CutOccludeTransposed,
        CutOccludeGreyBars = CutOccludeGreyBars,
        SwappedBounds = SwappedHoleBounds,
        CleanDonor = CleanDonor,
    };
}
