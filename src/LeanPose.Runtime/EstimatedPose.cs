using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;

namespace LeanPose.Runtime;

/// <summary>One person's pose.</summary>
/// <param name="Box">The box that was given, image pixels.</param>
/// <param name="Keypoints">One point per keypoint of <see cref="PoseEstimator.Skeleton"/>, image pixels from 0.</param>
/// <param name="Score">Mean of the keypoint scores above 0.2; 0 where there is none.</param>
public sealed record EstimatedPose(Box Box, ImmutableArray<ScoredPoint> Keypoints, double Score);
