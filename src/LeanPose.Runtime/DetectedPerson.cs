using LeanPose.Geometry;

namespace LeanPose.Runtime;

/// <summary>A person that a <see cref="PersonDetector"/> found.</summary>
/// <param name="Box">Image pixels, cut off at the picture's border.</param>
/// <param name="Score">From 0 to 1.</param>
public readonly record struct DetectedPerson(Box Box, double Score);
