using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LeanPose.Learning.Heads;

/// <summary>
/// SimpleBaseline's head (Xiao et al., "Simple Baselines for Human Pose Estimation and Tracking", ECCV 2018): transposed 4×4
/// convolutions of stride 2 with batch norm and ReLU, then a 1×1 convolution to one heatmap per keypoint. Three of them lead
/// from stride 32 (<c>B×C×H/32×W/32</c>) to heatmaps at stride 4 (<c>B×J×H/4×W/4</c>), linear; two from stride 16, as in ViTPose.
/// </summary>
public sealed class DeconvolutionHead : Module<Tensor, Tensor>
{
    private readonly Sequential _deconvolutions;
    private readonly Conv2d _final;

    /// <summary>Builds the head: weights N(0, 0.001), biases 0.</summary>
    /// <param name="input">Channels of the map that it reads.</param>
    /// <param name="keypoints">Number of heatmaps (J).</param>
    /// <param name="channels">Channels between; 256 in the paper.</param>
    /// <param name="doublings">How often the map's size is doubled: 3 from stride 32.</param>
    public DeconvolutionHead(int input, int keypoints, int channels = 256, int doublings = 3)
        : base(nameof(DeconvolutionHead))
    {
        var stack = new List<(string, Module<Tensor, Tensor>)>();
        for (var i = 0; i < doublings; i++)
        {
            var deconvolution = ConvTranspose2d(i == 0 ? input : channels, channels, 4, 2, 1, bias: false);
            init.normal_(deconvolution.weight, 0, 0.001);
            stack.Add(($"{3 * i}", deconvolution));
            stack.Add(($"{(3 * i) + 1}", BatchNorm2d(channels)));
            stack.Add(($"{(3 * i) + 2}", ReLU(inplace: true)));
        }

        _deconvolutions = Sequential(stack);
        _final = Conv2d(channels, keypoints, 1);
        init.normal_(_final.weight, 0, 0.001);
        init.zeros_(_final.bias);
        register_module("deconv_layers", _deconvolutions);
        register_module("final_layer", _final);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => _final.call(_deconvolutions.call(input));
}
