namespace LeanPose.Heatmaps;

/// <summary>
/// The soft-arg-max's sub-cell refinement: the mean position in a window about the maximum, weighted by a softmax,
/// w(p) = exp(β·(h(p)/h_max − 1)) (Sun et al., "Integral Human Pose Regression", ECCV 2018, eq. 2-3). The window takes away the
/// pull of the softmax's tails towards the middle of the map (Gu et al., "Removing the Bias of Integral Pose Regression", ICCV 2021).
/// </summary>
internal static class SoftArgMax
{
    /// <summary>
    /// β. About the peak of a Gaussian of σ cells the weights are one of σ/√β: wide enough (0.63 cells at σ = 2) that a sum over
    /// cells is an integral, and narrow enough for a small window.
    /// </summary>
    public const float Sharpness = 10;

    /// <summary>Cells on each side of the maximum; beyond 1.5 σ weights are below 1e-3.</summary>
    public static int Radius(double sigma) => (int)Math.Ceiling(1.5 * sigma);

    /// <summary>The offset from the peak in cells. At the border the window is cut on both sides, which keeps it symmetric about the peak.</summary>
    public static (double X, double Y) Offset(ReadOnlySpan<float> map, int width, int height, HeatmapPeak peak, int radius)
    {
        if (!(peak.Value > 0))
            return default;
        var rx = Math.Min(radius, Math.Min(peak.X, width - 1 - peak.X));
        var ry = Math.Min(radius, Math.Min(peak.Y, height - 1 - peak.Y));
        double sum = 0, sumX = 0, sumY = 0;
        for (var dy = -ry; dy <= ry; dy++)
        {
            var row = map.Slice(((peak.Y + dy) * width) + peak.X - rx, (2 * rx) + 1);
            for (var dx = -rx; dx <= rx; dx++)
            {
                var weight = Math.Exp(Sharpness * ((row[dx + rx] / peak.Value) - 1));
                (sum, sumX, sumY) = (sum + weight, sumX + (weight * dx), sumY + (weight * dy));
            }
        }

        return (sumX / sum, sumY / sum);
    }
}
