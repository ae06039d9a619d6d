using static TorchSharp.torch;

namespace LeanPose.Learning.Backbones;

/// <summary>
/// Turns pictures (<c>B×3×H×W</c>) into feature maps, fine to coarse. A backbone names its children as the published PyTorch
/// code does; <see cref="PoseNetwork"/> takes those children over as its own, so that parameter names carry no prefix.
/// </summary>
public abstract class Backbone : nn.Module<Tensor, Tensor[]>
{
    /// <summary>Names the module.</summary>
    protected Backbone(string name)
        : base(name)
    {
    }

    /// <summary>Pixels of the picture per cell of the maps that <c>forward</c> returns; most return four maps.</summary>
    public virtual IReadOnlyList<int> Strides => [4, 8, 16, 32];

    /// <summary>Channels of the maps that <c>forward</c> returns, one for each of <see cref="Strides"/>.</summary>
    public abstract IReadOnlyList<int> Channels { get; }

    /// <summary>Which of the maps the network's head makes heatmaps of; the coarsest, unless the published network says otherwise.</summary>
    public virtual int HeadMap => Channels.Count - 1;

    /// <summary>How names begin that published weights of a classifier have and that a pose network has no use for.</summary>
    public virtual IReadOnlyList<string> PassedOver => ["fc.", "classifier."];

    /// <summary>
    /// The module that holds the backbone's own parameters now, those that belong to no child. A module that is moved to another
    /// device puts new parameters in place of its own, so they are looked up where they are.
    /// </summary>
    internal nn.Module? Owner { get; set; }

    /// <summary>One of the backbone's own parameters.</summary>
    private protected Tensor Own(string name) => (Owner ?? this).get_parameter(name)!;
}
