using System.Collections.Immutable;
using LeanPose.Geometry;

namespace LeanPose.Datasets;

/// <summary>One predicted person.</summary>
/// <param name="ImageId">Id of the picture in the annotation file.</param>
/// <param name="Keypoints">Predicted keypoints in the skeleton's order, image pixels.</param>
/// <param name="Score">Confidence in the whole person; ranks the results in AP.</param>
/// <param name="Box">The box the prediction was made in, image pixels; null when the source has none.</param>
/// <param name="AnnotationId">The annotation whose box was used; null for detector boxes.</param>
public sealed record PoseResult(
    long ImageId,
    ImmutableArray<ScoredPoint> Keypoints,
    double Score,
    Box? Box = null,
    long? AnnotationId = null);

/// <summary>A predicted keypoint.</summary>
/// <param name="X">Image pixels, to the right.</param>
/// <param name="Y">Image pixels, downwards.</param>
/// <param name="Score">Confidence, usually the heatmap's maximum.</param>
public readonly record struct ScoredPoint(double X, double Y, double Score);
