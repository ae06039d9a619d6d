namespace LeanPose.Heatmaps;

/// <summary>How a position is read from a heatmap.</summary>
public enum Decoder
{
    /// <summary>The cell of the maximum.</summary>
    ArgMax,

    /// <summary>The maximum, moved a quarter cell towards the higher neighbour (Stacked Hourglass, SimpleBaseline, HRNet).</summary>
    QuarterOffset,

    /// <summary>
    /// One Newton step on the logarithm of the smoothed heatmap (Zhang et al., "Distribution-Aware Coordinate
    /// Representation for Human Pose Estimation", CVPR 2020, eq. 4-9).
    /// </summary>
    Dark,

    /// <summary>
    /// The mean position about the maximum, weighted by a softmax of the heatmap (Sun et al., "Integral Human Pose Regression",
    /// ECCV 2018, eq. 2-3, in a window of 1.5 σ).
    /// </summary>
    SoftArgMax,
}

/// <summary>How far the un-mirrored heatmaps of the flip test are moved right before they are averaged with the plain ones.</summary>
public enum FlipShift
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By one cell; column 0 stays (SimpleBaseline and HRNet, <c>SHIFT_HEATMAP</c>).</summary>
    OneCell,

    /// <summary>By three quarters of a cell, linearly interpolated, zeros from outside: the exact offset at stride 4.</summary>
    Subpixel,
}
