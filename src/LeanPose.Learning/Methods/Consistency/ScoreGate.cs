using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>SSPCM's score gate (specification 4.4): a keypoint counts where the mean of two networks' heatmap maxima is above a threshold.</summary>
internal static class ScoreGate
{
    /// <summary>1 where the keypoint passes, 0 elsewhere: <c>B×J</c>.</summary>
    public static Tensor Of(Tensor a, Tensor b, double threshold) =>
        ((HeatmapPositions.Maxima(a) + HeatmapPositions.Maxima(b)) * 0.5).gt(threshold).to_type(ScalarType.Float32);
}
