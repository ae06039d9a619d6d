using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LeanPose.Learning.Backbones;

/// <summary>
/// Plain vision transformer (Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021; small as in Touvron et al., DeiT,
/// ICML 2021), with timm's names, without its classifier. As in ViTPose (Xu et al., NeurIPS 2022) the only map is that of the
/// patches, at stride 16; position embeddings are resampled from the 14×14 patches of 224×224 pictures to the crop's.
/// </summary>
public sealed class VisionTransformer : Backbone
{
    /// <summary>Patches along each side of the pictures that published weights were trained on.</summary>
    private const int Trained = 14;

    /// <summary>Pixels of a patch's sides.</summary>
    private const int Patch = 16;

    private readonly int _channels;
    private readonly Conv2d _patches;
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm _norm;

    /// <summary>Builds a network with random weights.</summary>
    /// <param name="channels">Numbers per patch (384 in the small one).</param>
    /// <param name="blocks">Transformer blocks (12).</param>
    /// <param name="heads">Attention heads (6).</param>
    public VisionTransformer(int channels, int blocks, int heads)
        : base(nameof(VisionTransformer))
    {
        _channels = channels;
        _patches = Conv2d(3, channels, Patch, Patch);
        _blocks = [.. Enumerable.Range(0, blocks).Select(_ => new TransformerBlock(channels, heads))];
        _norm = LayerNorm(channels, eps: 1e-6);
        register_parameter("cls_token", new Parameter(randn(1, 1, channels) * 1e-6));
        register_parameter("pos_embed", new Parameter(randn(1, 1 + (Trained * Trained), channels) * 0.02));
        register_module("patch_embed", new NamedModule("proj", _patches));
        register_module("blocks", Sequential(_blocks.Select((b, i) => ($"{i}", (Module<Tensor, Tensor>)b))));
        register_module("norm", _norm);
        foreach (var linear in modules().OfType<Linear>())
        {
            init.normal_(linear.weight, 0, 0.02);
            init.zeros_(linear.bias);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Strides => [Patch];

    /// <inheritdoc/>
    public override IReadOnlyList<int> Channels => [_channels];

    /// <inheritdoc/>
    public override IReadOnlyList<string> PassedOver => ["head.", "head_dist.", "dist_token", "fc_norm.", "pre_logits.", "fc."];

    /// <summary>The token that stands for the whole picture, <c>1×1×C</c>.</summary>
    internal Tensor ClassToken => Own("cls_token");

    /// <inheritdoc/>
    public override Tensor[] forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var map = _patches.call(input);
        var (batch, height, width) = (map.shape[0], map.shape[2], map.shape[3]);
        var positions = Positions(height, width);
        var x = cat([ClassToken.expand(batch, -1, -1).to_type(map.dtype), map.flatten(2).transpose(1, 2)], 1) + positions;
        foreach (var block in _blocks)
        {
            var before = x;
            x = block.call(x);
            before.Dispose();
        }

        return [_norm.call(x)[.., 1..].transpose(1, 2).reshape(batch, _channels, height, width).MoveToOuterDisposeScope()];
    }

    /// <summary>Position embeddings of the class token and of <paramref name="height"/>×<paramref name="width"/> patches: <c>1×(1+h·w)×C</c>.</summary>
    internal Tensor Positions(long height, long width)
    {
        var all = Own("pos_embed");
        if (height == Trained && width == Trained)
            return all;
        using var scope = NewDisposeScope();
        var grid = all[.., 1..].reshape(1, Trained, Trained, _channels).permute(0, 3, 1, 2);
        var resampled = functional.interpolate(grid, size: [height, width], mode: InterpolationMode.Bicubic, align_corners: false);
        return cat([all[.., ..1], resampled.flatten(2).transpose(1, 2)], 1).MoveToOuterDisposeScope();
    }
}

/// <summary>A child under a name of its own.</summary>
internal sealed class NamedModule : nn.Module
{
    public NamedModule(string name, nn.Module module)
        : base(nameof(NamedModule)) => register_module(name, module);
}

/// <summary>x + attention(norm(x)), then x + mlp(norm(x)).</summary>
internal sealed class TransformerBlock : Module<Tensor, Tensor>
{
    private readonly LayerNorm _norm1, _norm2;
    private readonly Attention _attention;
    private readonly Mlp _mlp;

    public TransformerBlock(int channels, int heads)
        : base(nameof(TransformerBlock))
    {
        _norm1 = LayerNorm(channels, eps: 1e-6);
        _attention = new Attention(channels, heads);
        _norm2 = LayerNorm(channels, eps: 1e-6);
        _mlp = new Mlp(channels, 4 * channels);
        register_module("norm1", _norm1);
        register_module("attn", _attention);
        register_module("norm2", _norm2);
        register_module("mlp", _mlp);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input + _attention.call(_norm1.call(input));
        return (x + _mlp.call(_norm2.call(x))).MoveToOuterDisposeScope();
    }
}

/// <summary>Softmax(q·kᵀ/√d)·v in each head, and a linear layer over all heads.</summary>
internal sealed class Attention : Module<Tensor, Tensor>
{
    private readonly Linear _qkv, _projection;

    public Attention(int channels, int heads)
        : base(nameof(Attention))
    {
        Heads = heads;
        _qkv = Linear(channels, 3 * channels);
        _projection = Linear(channels, channels);
        register_module("qkv", _qkv);
        register_module("proj", _projection);
    }

    public int Heads { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (batch, tokens, channels) = (input.shape[0], input.shape[1], input.shape[2]);
        var parts = _qkv.call(input).reshape(batch, tokens, 3, Heads, channels / Heads).permute(2, 0, 3, 1, 4).unbind(0);
        var attended = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
        return _projection.call(attended.transpose(1, 2).reshape(batch, tokens, channels)).MoveToOuterDisposeScope();
    }
}

/// <summary>Linear, GELU, linear.</summary>
internal sealed class Mlp : Module<Tensor, Tensor>
{
    private readonly Linear _fc1, _fc2;

    public Mlp(int channels, int hidden)
        : base(nameof(Mlp))
    {
        _fc1 = Linear(channels, hidden);
        _fc2 = Linear(hidden, channels);
        register_module("fc1", _fc1);
        register_module("fc2", _fc2);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _fc2.call(functional.gelu(_fc1.call(input))).MoveToOuterDisposeScope();
    }
}
