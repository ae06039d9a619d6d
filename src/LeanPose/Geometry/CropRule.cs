namespace LeanPose.Geometry;

/// <summary>How lengths are counted where a crop is cut and where its heatmaps lie on it.</summary>
public enum CropRule
{
    /// <summary>
    /// In pixels, as SimpleBaseline, HRNet and their successors do: a crop is W pixels wide, its centre lies at W/2, and crop pixel u at
    /// heatmap position u·w/W. A mirrored crop is then one pixel beside the crop of the mirrored picture.
    /// </summary>
    Standard,

    /// <summary>
    /// Between pixel centres (Huang et al., "The Devil Is in the Details: Delving into Unbiased Data Processing for Human Pose
    /// Estimation", CVPR 2020): a crop is W−1 wide, its centre lies at (W−1)/2, and crop pixel u at heatmap position u·(w−1)/(W−1).
    /// Mirroring and cutting can change places, heatmaps of mirrored crops fit without a shift, and targets are drawn between cells.
    /// </summary>
    Udp,
}
