using System.Collections.Immutable;
using LeanPose.Geometry;

namespace LeanPose.Datasets;

/// <summary>One predicted person, as COCO's keypoint results list holds it.</summary>
/// <param name="ImageId">The picture's id in the annotation file.</param>
/// <param name="Keypoints">One point per keypoint of the skeleton, in its order.</param>
/// <param name="Score">How sure the model is of the person; evaluation sorts by it.</param>
/// <param name="Box">The box that was given to the model, image pixels.</param>
/// <param name="AnnotationId">The annotation that the box was taken from, where it was an annotated one.</param>
public sealed record PoseResult(long ImageId, ImmutableArray<ScoredPoint> Keypoints, double Score, Box? Box = null, long? AnnotationId = null);

/// <summary>A predicted keypoint.</summary>
/// <param name="X">Image pixels from 0.</param>
/// <param name="Y">Image pixels from 0.</param>
/// <param name="Score">How sure the model is of the keypoint, usually its heatmap's maximum.</param>
public readonly record struct ScoredPoint(double X, double Y, double Score);
