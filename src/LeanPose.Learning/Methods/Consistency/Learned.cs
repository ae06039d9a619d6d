using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>Where heatmaps have their maxima, and how high they are: all that telemetry keeps of a pass.</summary>
/// <param name="Maxima"><c>B×J</c>, float32.</param>
/// <param name="Positions"><c>B×J×2</c>: x, y in heatmap cells.</param>
internal sealed record Peaks(Tensor Maxima, Tensor Positions)
{
    public static Peaks Of(Tensor heatmaps) => new(HeatmapPositions.Maxima(heatmaps).to_type(ScalarType.Float32), HeatmapPositions.Of(heatmaps));
}

/// <summary>What a network's passes over labels, or over its hard views, gave.</summary>
/// <param name="Loss">A scalar.</param>
/// <param name="Seen">Peaks of its prediction (of the first view, where there are several); null in steps that are not logged.</param>
internal sealed record Learned(Tensor Loss, Peaks? Seen)
{
    /// <summary>Runs the passes of several networks side by side, those of one network one after the other.</summary>
    /// <param name="input">The step.</param>
    /// <param name="passes">By network.</param>
    public static Learned[][] Run(StepInput input, IEnumerable<IReadOnlyList<Func<(Tensor Loss, Tensor Prediction)>>> passes)
    {
        var results = input.Lanes.RunMany([.. passes.Select(ofOne => (Func<Tensor[]>)(() => [.. ofOne.SelectMany(Kept)]))]);
        return [.. results.Select(r => r.Chunk(input.Telemetry ? 3 : 1).Select(k => new Learned(k[0], input.Telemetry ? new Peaks(k[1], k[2]) : null)).ToArray())];

        Tensor[] Kept(Func<(Tensor Loss, Tensor Prediction)> pass)
        {
            var (loss, prediction) = pass();
            if (!input.Telemetry)
                return [loss];
            var (maxima, positions) = Peaks.Of(prediction);
            return [loss, maxima, positions];
        }
    }
}
