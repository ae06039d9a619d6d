using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>What the log says of two networks' pseudo labels: how bright they are, and how far apart.</summary>
internal static class DualTelemetry
{
    /// <summary>Means over the trained channels.</summary>
    /// <param name="first">The deployed network's heatmaps of the easy view, <c>B×J×h×w</c>.</param>
    /// <param name="second">The other's.</param>
    /// <param name="channelWeight"><c>1×J</c>.</param>
    public static IEnumerable<(string Name, Tensor Value)> Of(Tensor first, Tensor second, Tensor channelWeight)
    {
        yield return ("pseudo/maximum/student", StepTotal.OverTrained(HeatmapPositions.Maxima(first), channelWeight));
        yield return ("pseudo/maximum/auxiliary", StepTotal.OverTrained(HeatmapPositions.Maxima(second), channelWeight));
        yield return ("pseudo/distance/present", StepTotal.OverTrained(PositionInconsistency.Correct([first], [second]).Distances[0], channelWeight));
    }
}
