using LeanPose.Heatmaps;
using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>
/// Pseudo labels drawn anew, as labels are: a Gaussian of full height where the soft-arg-max finds the keypoint, and the height of that
/// maximum as the keypoint's weight. Teachers' own heatmaps are dim and wide where they are unsure, and a student that
/// copies them becomes dim and wide, too (compare "threshold and refine" of DSPH, WACV 2024).
/// </summary>
internal static class RenderedTargets
{
    /// <summary>Draws.</summary>
    /// <param name="heatmaps"><c>B×J×h×w</c>.</param>
    /// <param name="sigma">Standard deviation of the Gaussians, heatmap cells.</param>
    /// <returns>Targets <c>B×J×h×w</c>; confidence <c>B×J</c> from 0 to 1.</returns>
    public static (Tensor Targets, Tensor Confidence) Of(Tensor heatmaps, double sigma)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var maps = heatmaps.to_type(ScalarType.Float32);
        var (height, width) = (maps.shape[2], maps.shape[3]);
        var cells = HeatmapPositions.Of(maps);
        var values = maps.flatten(2);
        var at = ((cells.select(2, 1) * width) + cells.select(2, 0)).to_type(ScalarType.Int64);
        var (x, y) = (cells.select(2, 0), cells.select(2, 1));

        // The mean place about the maximum, as the decoder finds it.
        var highest = HeatmapPositions.Maxima(maps);
        var radius = SoftArgMax.Radius(sigma);
        var reachX = minimum(x, (width - 1) - x).clamp(max: radius);
        var reachY = minimum(y, (height - 1) - y).clamp(max: radius);
        var (sum, sumX, sumY) = (zeros_like(x), zeros_like(x), zeros_like(x));
        for (var dy = -radius; dy <= radius; dy++)
        {
            for (var dx = -radius; dx <= radius; dx++)
            {
                var weight = exp(SoftArgMax.Sharpness * ((Value(at + (dy * width) + dx) / highest) - 1)) * reachX.ge(Math.Abs(dx)) * reachY.ge(Math.Abs(dy));
                sum.add_(weight);
                sumX.add_(weight, dx);
                sumY.add_(weight, dy);
            }
        }

        var found = highest.gt(0);
        x = Squares(where(found, x + (sumX / sum), x), width);
        y = Squares(where(found, y + (sumY / sum), y), height);
        var targets = exp((x.unsqueeze(2) + y.unsqueeze(3)) * (-0.5 / (sigma * sigma)));
        return (targets.MoveToOuterDisposeScope(), highest.clamp(0, 1).MoveToOuterDisposeScope());

        Tensor Value(Tensor index) => values.gather(2, index.clamp(0, (height * width) - 1).unsqueeze(-1)).squeeze(-1);

        Tensor Squares(Tensor centre, long length) => (arange(length, device: maps.device).to_type(ScalarType.Float32) - centre.unsqueeze(-1)).pow(2);
    }
}
