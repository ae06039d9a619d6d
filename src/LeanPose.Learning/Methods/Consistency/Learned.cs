using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>Where heatmaps have their maxima, and how high they are: all that telemetry keeps of a pass.</summary>
/// <param name="Maxima"><c>B×J</c>, float32.</param>
/// <param name="Positions"><c>B×J×2</c>: x, y in heatmap cells.</param>
internal sealed record Peaks(Tensor Maxima, Tensor Positions)
{
    public static Peaks Of(Tensor heatmaps) => new(HeatmapPositions.Maxima(heatmaps).to_type(ScalarType.Float32), HeatmapPositions.Of(heatmaps));
}

/// <summary>What a network's passes over labels, or over its hard views, give.</summary>
/// <param name="Loss">A scalar, with gradient.</param>
/// <param name="Prediction"><c>B×J×h×w</c>; of the first view, where there are several.</param>
/// <param name="PerKeypoint">What each keypoint adds to the loss, <c>J</c>; called without gradient.</param>
internal sealed record Looked(Tensor Loss, Tensor Prediction, Func<Tensor> PerKeypoint);

/// <summary>What is kept of them.</summary>
/// <param name="Loss">A scalar.</param>
/// <param name="Seen">Peaks of the prediction.</param>
/// <param name="PerKeypoint">What each keypoint adds to the loss, <c>J</c>.</param>
internal sealed record Learned(Tensor Loss, Peaks Seen, Tensor PerKeypoint)
{
    /// <summary>Runs the passes of several networks side by side, those of one network one after the other.</summary>
    /// <param name="input">The step.</param>
    /// <param name="passes">By network.</param>
    public static Learned[][] Run(StepInput input, IEnumerable<IReadOnlyList<Func<Looked>>> passes)
    {
        var results = input.Lanes.RunMany([.. passes.Select(ofOne => (Func<Tensor[]>)(() => [.. ofOne.SelectMany(Kept)]))]);
        return [.. results.Select(r => r.Chunk(4).Select(k => new Learned(k[0], new Peaks(k[1], k[2]), k[3])).ToArray())];

        static Tensor[] Kept(Func<Looked> pass)
        {
            var looked = pass();
            using var noGradient = no_grad();
            var (maxima, positions) = Peaks.Of(looked.Prediction);
            return [looked.Loss, maxima, positions, looked.PerKeypoint()];
        }
    }
}
