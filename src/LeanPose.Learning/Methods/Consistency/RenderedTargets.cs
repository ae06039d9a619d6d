using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>
/// Pseudo labels drawn anew, as labels are: a Gaussian of full height where the teacher's maximum lies, and the height of that
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

        // A quarter of a cell towards the higher neighbour, where the decoder does it.
        var inside = x.gt(1) & x.lt(width - 1) & y.gt(1) & y.lt(height - 1);
        x = Squares(x + ((Value(at + 1) - Value(at - 1)).sign() * inside * 0.25), width);
        y = Squares(y + ((Value(at + width) - Value(at - width)).sign() * inside * 0.25), height);
        var targets = exp((x.unsqueeze(2) + y.unsqueeze(3)) * (-0.5 / (sigma * sigma)));
        return (targets.MoveToOuterDisposeScope(), HeatmapPositions.Maxima(maps).clamp(0, 1).MoveToOuterDisposeScope());

        Tensor Value(Tensor index) => values.gather(2, index.clamp(0, (height * width) - 1).unsqueeze(-1)).squeeze(-1);

        Tensor Squares(Tensor centre, long length) => (arange(length, device: maps.device).to_type(ScalarType.Float32) - centre.unsqueeze(-1)).pow(2);
    }
}
