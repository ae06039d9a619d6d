using System.Collections.Immutable;
using LeanPose.Heatmaps;

namespace LeanPose.Evaluation;

/// <summary>
/// The accuracy that SimpleBaseline, HRNet and SSPCM print while training: the share of predicted peaks that lie near
/// the target's peak. A rough gauge for logs, not a published metric.
/// </summary>
/// <param name="Mean">Mean over the keypoints that could be measured; 0 when none could.</param>
/// <param name="PerJoint">J shares, null where no target could be measured.</param>
/// <param name="MeasuredJoints">How many keypoints the mean is over.</param>
public sealed record HeatmapAccuracy(double Mean, ImmutableArray<double?> PerJoint, int MeasuredJoints)
{
    /// <summary>
    /// Compares peaks. Two oddities of the
    /// published code are kept so that logs can be compared: x is divided by h/10 and y by w/10, and targets whose peak
    /// lies in row or column 0 or 1 are skipped.
    /// </summary>
    /// <param name="predicted">B×J×h×w.</param>
    /// <param name="target">B×J×h×w.</param>
    /// <param name="joints">J.</param>
    /// <param name="width">w.</param>
    /// <param name="height">h.</param>
    /// <param name="threshold">A peak counts when its scaled distance is below this.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public static HeatmapAccuracy Measure(ReadOnlySpan<float> predicted, ReadOnlySpan<float> target, int joints, int width, int height, double threshold = 0.5)
    {
        var cells = width * height;
        if (predicted.Length != target.Length || cells <= 0 || joints <= 0 || predicted.Length % ((long)joints * cells) != 0)
            throw new ArgumentException($"Predicted and target heatmaps must both be B×{joints}×{height}×{width}; {predicted.Length} and {target.Length} numbers were given.");

        Span<int> measured = stackalloc int[joints], near = stackalloc int[joints];
        for (int at = 0, j = 0; at < predicted.Length; at += cells, j = (j + 1) % joints)
        {
            var (tx, ty) = Peak(target.Slice(at, cells), width);
            if (tx <= 1 || ty <= 1)
                continue;
            var (px, py) = Peak(predicted.Slice(at, cells), width);
            double dx = (px / (height / 10.0)) - (tx / (height / 10.0)), dy = (py / (width / 10.0)) - (ty / (width / 10.0));
            measured[j]++;
            if (Math.Sqrt((dx * dx) + (dy * dy)) < threshold)
                near[j]++;
        }

        var shares = ImmutableArray.CreateBuilder<double?>(joints);
        for (var j = 0; j < joints; j++)
            shares.Add(measured[j] == 0 ? null : (double)near[j] / measured[j]);
        var count = shares.Count(s => s is not null);
        return new(count == 0 ? 0 : shares.Sum(s => s ?? 0) / count, shares.MoveToImmutable(), count);
    }

    private static (int X, int Y) Peak(ReadOnlySpan<float> map, int width)
    {
        var peak = HeatmapPeak.Of(map, width);
        return peak.Value > 0 ? (peak.X, peak.Y) : (0, 0);
    }
}
