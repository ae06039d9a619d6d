using System.Numerics;
using LeanPose.Learning.Backbones;
using LeanPose.Learning.Heads;
using LeanPose.Learning.Native;
using static TorchSharp.torch;

namespace LeanPose.Learning;

/// <summary>
/// A backbone and a head: pictures <c>B×3×H×W</c> (normalised RGB) to heatmaps <c>B×J×H/4×W/4</c>. It owns the children
/// of both under the names of the published PyTorch code (<c>layer1.0.bn2.running_mean</c>, <c>final_layer.weight</c>),
/// so that weights move without tables. It knows nothing of training.
/// </summary>
public sealed class PoseNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Backbone _backbone;
    private readonly nn.Module<Tensor, Tensor> _head;

    /// <summary>Builds a network with random weights drawn from torch's default generator.</summary>
    /// <param name="backbone">A name of <see cref="BackboneCatalog"/>.</param>
    /// <param name="keypoints">Number of heatmaps (J).</param>
    /// <exception cref="NativeRuntimeException">libtorch does not load.</exception>
    public PoseNetwork(string backbone, int keypoints)
        : base(Ready(nameof(PoseNetwork)))
    {
        BackboneName = backbone;
        Keypoints = keypoints;
        _backbone = BackboneCatalog.Create(backbone);
        _head = HeadFor(_backbone.Channels[_backbone.HeadMap], _backbone.Strides[_backbone.HeadMap], keypoints);
        foreach (var (name, child) in _backbone.named_children().Concat(_head.named_children()).ToList())
            register_module(name, child);
        foreach (var (name, parameter) in _backbone.named_parameters(recurse: false).ToList())
            register_parameter(name, parameter);
        _backbone.Owner = this;
    }

    /// <summary>Name of the backbone in <see cref="BackboneCatalog"/>.</summary>
    public string BackboneName { get; }

    /// <summary>Number of heatmaps (J).</summary>
    public int Keypoints { get; }

    /// <summary>Pictures to feature maps.</summary>
    internal Backbone Backbone => _backbone;

    /// <summary>The backbone's <see cref="Backbone.HeadMap"/> to heatmaps.</summary>
    internal nn.Module<Tensor, Tensor> Head => _head;

    /// <summary>Called with the map that the head reads (<c>B×C×h×w</c>); what it returns goes to the head. For feature masking.</summary>
    internal Func<Tensor, Tensor>? FeatureHook { get; set; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input is not <c>B×3×H×W</c> with H and W multiples of 32.</exception>
    public override Tensor forward(Tensor input)
    {
        // A wrong shape inside libtorch can end the process, so it is refused here.
        if (input.dim() != 4 || input.shape[1] != 3 || input.shape[2] % 32 != 0 || input.shape[3] % 32 != 0 || input.shape[0] == 0)
            throw new ArgumentException($"A pose network takes B×3×H×W with B above 0 and H and W multiples of 32; it was given {string.Join('×', input.shape)}.");
        using var scope = NewDisposeScope();
        var features = _backbone.call(input)[_backbone.HeadMap];
        return _head.call(FeatureHook is null ? features : FeatureHook(features)).MoveToOuterDisposeScope();
    }

    /// <summary>All parameters and buffers by their published names, in order. The tensors are the network's own.</summary>
    public IEnumerable<(string Name, Tensor Value)> State()
    {
        foreach (var (name, parameter) in named_parameters())
            yield return (name, parameter);
        foreach (var (name, buffer) in named_buffers())
            yield return (name, buffer);
    }

    /// <summary>Copies all parameters and buffers of a network of the same architecture.</summary>
    /// <exception cref="ArgumentException">The architectures differ.</exception>
    public void CopyFrom(PoseNetwork other)
    {
        if (other.BackboneName != BackboneName || other.Keypoints != Keypoints)
            throw new ArgumentException($"A {BackboneName} with {Keypoints} keypoints cannot take the values of a {other.BackboneName} with {other.Keypoints}.");
        using var noGradient = no_grad();
        foreach (var (mine, theirs) in State().Zip(other.State()))
            mine.Value.copy_(theirs.Value);
    }

    // Before the first convolution: oneDNN may have to be told things first.
    private static string Ready(string name)
    {
        NativeRuntime.Require();
        return name;
    }

    // A map at stride 4 has the size of the heatmaps already. A deconvolution head as wide as the paper's on a backbone a quarter
    // as wide would cost several times the backbone.
    private static nn.Module<Tensor, Tensor> HeadFor(int channels, int stride, int keypoints) => stride == 4
        ? new PointwiseHead(channels, keypoints)
        : new DeconvolutionHead(channels, keypoints, channels < 256 ? channels / 2 : 256, BitOperations.Log2((uint)stride / 4));
}
