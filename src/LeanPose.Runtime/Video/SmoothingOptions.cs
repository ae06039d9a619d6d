namespace LeanPose.Runtime.Video;

/// <summary>
/// How keypoints are smoothed over time: more at rest, where jitter shows, less in motion, where lag would. A speed of 1 is one person
/// size a second, the size being the square root of the box's area, so that settings hold for any resolution and distance. At 30 frames a second the defaults keep 0.4 of a still keypoint's jitter of 1 %
/// of the size, and let one that moves by a size a second lag by 1 % of it.
/// </summary>
public sealed record SmoothingOptions
{
    /// <summary>Cutoff frequency at rest, hertz. Lower: less jitter, more lag. Default: 0.5.</summary>
    public double MinCutoff { get; init; } = 0.5;

    /// <summary>By how many hertz the cutoff rises for a speed of one person size a second. Higher: less lag in motion, more jitter. Default: 10.</summary>
    public double Beta { get; init; } = 10;

    /// <summary>Cutoff frequency of the speed itself, hertz. Default: 1.</summary>
    public double DerivativeCutoff { get; init; } = 1;

    /// <summary>A keypoint with a lower score is not believed: it stays where it last was for <see cref="HoldSeconds"/>. Default: 0.2.</summary>
    public double MinScore { get; init; } = 0.2;

    /// <summary>After so long without being believed, or seen at all, a keypoint starts anew. Seconds; default: 0.3.</summary>
    public double HoldSeconds { get; init; } = 0.3;
}
