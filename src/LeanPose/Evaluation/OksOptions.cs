using System.Collections.Immutable;
using LeanPose.Skeletons;

namespace LeanPose.Evaluation;

/// <summary>Which area of an annotated person OKS measures by, and which decides whether the person is medium or large.</summary>
public enum ObjectArea
{
    /// <summary>The annotation's <c>area</c> for both, as COCO does.</summary>
    Annotated,

    /// <summary>0.53 × the area of the raw box for both, as CrowdPose does.</summary>
    BoxShare,

    /// <summary>0.53 × the area of the raw box for OKS; the annotation's <c>area</c>, where above 0, for the range (WEPDTOF-Pose).</summary>
    BoxShareRangeAnnotated,
}

/// <summary>How OKS average precision is measured. The defaults are COCO's.</summary>
public sealed record OksOptions
{
    /// <summary>What part of its box a person fills, where a data set has no areas of its own.</summary>
    public const double PersonShareOfBox = 0.53;

    /// <summary>COCO: annotated areas, at most 20 detections a picture.</summary>
    public static OksOptions Coco { get; } = new();

    /// <summary>CrowdPose: areas from boxes.</summary>
    public static OksOptions CrowdPose { get; } = new() { Area = ObjectArea.BoxShare };

    /// <summary>WEPDTOF-Pose: areas from boxes; its sigmas come with <see cref="KnownSkeletons.WepdtofPose14"/>.</summary>
    public static OksOptions Wepdtof { get; } = new() { Area = ObjectArea.BoxShareRangeAnnotated };

    /// <summary>Which area counts. Default: <see cref="ObjectArea.Annotated"/>.</summary>
    public ObjectArea Area { get; init; } = ObjectArea.Annotated;

    /// <summary>Only so many of a picture's detections, the best by score, count. Default: 20.</summary>
    public int MaxDetections { get; init; } = 20;

    /// <summary>One sigma per keypoint; the skeleton's when null. Default: null.</summary>
    public ImmutableArray<double>? Sigmas { get; init; }
}
