using static TorchSharp.torch;

namespace LeanPose.Learning.Methods;

/// <summary>Where heatmaps have their maximum, as tensors.</summary>
public static class HeatmapPositions
{
    /// <summary>The cell of the maximum, first in row-major order.</summary>
    /// <param name="heatmaps"><c>B×J×h×w</c>.</param>
    /// <returns><c>B×J×2</c> float32: x, y in heatmap cells.</returns>
    public static Tensor Of(Tensor heatmaps)
    {
        using var scope = NewDisposeScope();
        var width = heatmaps.shape[3];
        var flat = heatmaps.detach().flatten(2).argmax(2);
        var y = flat.div(width, RoundingMode.floor);
        return stack([flat - (y * width), y], -1).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The maxima. <c>B×J×h×w</c> → <c>B×J</c>.</summary>
    public static Tensor Maxima(Tensor heatmaps) => heatmaps.detach().amax([2, 3]);

    /// <summary>The cell of each maximum in crop pixels (4 per cell), on the CPU: [picture, keypoint].</summary>
    public static (float X, float Y)[,] InCrop(Tensor heatmaps, double stride = 4)
    {
        using var scope = NewDisposeScope();
        var values = Of(heatmaps).mul_(stride).cpu().data<float>().ToArray();
        var result = new (float, float)[heatmaps.shape[0], heatmaps.shape[1]];
        for (int i = 0, at = 0; i < result.GetLength(0); i++)
        {
            for (var j = 0; j < result.GetLength(1); j++, at += 2)
                result[i, j] = (values[at], values[at + 1]);
        }

        return result;
    }
}
