using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LeanPose.Learning.Heads;

/// <summary>
/// HRNet's own head: one 1×1 convolution from the map at stride 4 (<c>B×C×H/4×W/4</c>) to one heatmap per keypoint
/// (<c>B×J×H/4×W/4</c>), linear.
/// </summary>
public sealed class PointwiseHead : Module<Tensor, Tensor>
{
    private readonly Conv2d _final;

    /// <summary>Builds the head: weights N(0, 0.001), biases 0.</summary>
    /// <param name="input">Channels of the map at stride 4.</param>
    /// <param name="keypoints">Number of heatmaps (J).</param>
    public PointwiseHead(int input, int keypoints)
        : base(nameof(PointwiseHead))
    {
        _final = Conv2d(input, keypoints, 1);
        init.normal_(_final.weight, 0, 0.001);
        init.zeros_(_final.bias);
        register_module("final_layer", _final);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _final.call(input);
}
