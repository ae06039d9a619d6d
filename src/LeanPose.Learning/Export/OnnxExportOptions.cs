using LeanPose.Imaging;

namespace LeanPose.Learning.Export;

/// <summary>What an exported model gives out, and how it is compared with the network that it was made from.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>Give heatmaps <c>N×J×H/4×W/4</c> instead of keypoints <c>N×J×3</c>. Default: <see langword="false"/>.</summary>
    public bool Heatmaps { get; init; }

    /// <summary>Crops to compare with, of the model's input size; empty (the default) for four of random pixels.</summary>
    public IReadOnlyList<RgbImage> Crops { get; init; } = [];

    /// <summary>Largest difference allowed, as a share of the largest absolute heatmap value. Default: 1e-4.</summary>
    public double Tolerance { get; init; } = 1e-4;
}

/// <summary>What was exported, and how far it lies from the network.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Output">Name of its output: <c>keypoints</c> or <c>heatmaps</c>.</param>
/// <param name="Crops">Number of crops that were compared.</param>
/// <param name="Difference">
/// Largest difference, as a share of the largest absolute heatmap value. For keypoints it is that of the scores, and of the
/// network's heatmap between its maximum and the cell that the exported model found.
/// </param>
/// <param name="Tolerance">What was allowed.</param>
public sealed record OnnxExportReport(string Path, long Bytes, string Output, int Crops, double Difference, double Tolerance);
