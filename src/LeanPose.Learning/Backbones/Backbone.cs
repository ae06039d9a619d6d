using static TorchSharp.torch;

namespace LeanPose.Learning.Backbones;

/// <summary>
/// Turns pictures (<c>B×3×H×W</c>) into feature maps. A backbone names its children as the published PyTorch code does;
/// <see cref="PoseNetwork"/> takes those children over as its own, so that parameter names carry no prefix.
/// </summary>
public abstract class Backbone : nn.Module<Tensor, Tensor[]>
{
    /// <summary>Names the module.</summary>
    protected Backbone(string name)
        : base(name)
    {
    }

    /// <summary>Channels of the maps that <c>forward</c> returns, at strides 4, 8, 16 and 32.</summary>
    public abstract IReadOnlyList<int> Channels { get; }
}
