using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LeanPose.Learning.Backbones;

/// <summary>
/// CSPNeXt, the backbone of RTMDet and RTMPose (Lyu et al., "RTMDet", arXiv 2212.07784; Jiang et al., "RTMPose",
/// arXiv 2303.07399), with OpenMMLab's names: half of the channels go through blocks of a 3×3 and a depthwise 5×5 convolution,
/// the other half pass by, and the channels of both are weighed.
/// </summary>
public sealed class CspNeXt : Backbone
{
    private static readonly (int Output, int Blocks, bool Residual)[] Stages = [(128, 3, true), (256, 6, true), (512, 6, true), (1024, 3, false)];

    private readonly Sequential _stem;
    private readonly Sequential[] _stages;

    /// <summary>Builds a network with random weights.</summary>
    /// <param name="depth">Factor of the numbers of blocks (tiny 0.167, small 0.33).</param>
    /// <param name="width">Factor of the channels (tiny 0.375, small 0.5).</param>
    public CspNeXt(double depth, double width)
        : base(nameof(CspNeXt))
    {
        int Wide(int channels) => (int)(channels * width);
        var input = Wide(64);
        _stem = Stack(new ConvolutionUnit(3, input / 2, 3, 2), new ConvolutionUnit(input / 2, input / 2, 3), new ConvolutionUnit(input / 2, input, 3));
        register_module("stem", _stem);
        _stages = new Sequential[Stages.Length];
        for (var i = 0; i < Stages.Length; i++)
        {
            var (channels, blocks, residual) = Stages[i];
            var output = Wide(channels);
            var csp = new CspLayer(output, Math.Max(1, (int)Math.Round(blocks * depth)), residual);
            _stages[i] = i == Stages.Length - 1
                ? Stack(new ConvolutionUnit(input, output, 3, 2), new PyramidPooling(output), csp)
                : Stack(new ConvolutionUnit(input, output, 3, 2), csp);
            register_module($"stage{i + 1}", _stages[i]);
            input = output;
        }

        Channels = [.. Stages.Select(s => Wide(s.Output))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Channels { get; }

    /// <inheritdoc/>
    public override Tensor[] forward(Tensor input)
    {
        var x = _stem.call(input);
        var stem = x;
        var maps = new Tensor[_stages.Length];
        for (var i = 0; i < maps.Length; i++)
            x = maps[i] = _stages[i].call(x);
        stem.Dispose();
        return maps;
    }

    internal static Sequential Stack(params IEnumerable<Module<Tensor, Tensor>> modules) => Sequential(modules.Select((m, i) => ($"{i}", m)));
}

/// <summary>Convolution, batch norm and SiLU.</summary>
internal sealed class ConvolutionUnit : Module<Tensor, Tensor>
{
    private readonly Conv2d _conv;
    private readonly BatchNorm2d _bn;

    public ConvolutionUnit(int input, int output, int kernel, int stride = 1, int groups = 1)
        : base(nameof(ConvolutionUnit))
    {
        _conv = Conv2d(input, output, kernel, stride, kernel / 2, groups: groups, bias: false);
        _bn = BatchNorm2d(output, eps: 1e-3, momentum: 0.03);
        register_module("conv", _conv);
        register_module("bn", _bn);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return functional.silu(_bn.call(_conv.call(input))).MoveToOuterDisposeScope();
    }
}

/// <summary>A depthwise convolution and a 1×1 after it.</summary>
internal sealed class SeparableUnit : Module<Tensor, Tensor>
{
    private readonly ConvolutionUnit _depthwise, _pointwise;

    public SeparableUnit(int channels, int kernel)
        : base(nameof(SeparableUnit))
    {
        _depthwise = new ConvolutionUnit(channels, channels, kernel, groups: channels);
        _pointwise = new ConvolutionUnit(channels, channels, 1);
        register_module("depthwise_conv", _depthwise);
        register_module("pointwise_conv", _pointwise);
    }

    public override Tensor forward(Tensor input)
    {
        using var x = _depthwise.call(input);
        return _pointwise.call(x);
    }
}

/// <summary>3×3, then depthwise 5×5; what came in is added.</summary>
internal sealed class CspBlock : Module<Tensor, Tensor>
{
    private readonly ConvolutionUnit _conv1;
    private readonly SeparableUnit _conv2;

    public CspBlock(int channels, bool residual)
        : base(nameof(CspBlock))
    {
        _conv1 = new ConvolutionUnit(channels, channels, 3);
        _conv2 = new SeparableUnit(channels, 5);
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
        IsResidual = residual;
    }

    /// <summary>Whether what came in is added.</summary>
    public bool IsResidual { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _conv2.call(_conv1.call(input));
        return (IsResidual ? x + input : x).MoveToOuterDisposeScope();
    }
}

/// <summary>Half of the channels through blocks, half past them, then one weight per channel.</summary>
internal sealed class CspLayer : Module<Tensor, Tensor>
{
    private readonly ConvolutionUnit _main, _short, _final;
    private readonly Sequential _blocks;
    private readonly ChannelAttention _attention;

    public CspLayer(int channels, int blocks, bool residual)
        : base(nameof(CspLayer))
    {
        var half = channels / 2;
        _main = new ConvolutionUnit(channels, half, 1);
        _short = new ConvolutionUnit(channels, half, 1);
        _final = new ConvolutionUnit(2 * half, channels, 1);
        _blocks = CspNeXt.Stack(Enumerable.Range(0, blocks).Select(_ => new CspBlock(half, residual)));
        _attention = new ChannelAttention(2 * half);
        register_module("main_conv", _main);
        register_module("short_conv", _short);
        register_module("final_conv", _final);
        register_module("blocks", _blocks);
        register_module("attention", _attention);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var both = cat([_blocks.call(_main.call(input)), _short.call(input)], 1);
        return _final.call(_attention.call(both)).MoveToOuterDisposeScope();
    }
}

/// <summary>x · hardsigmoid(fc(mean of x)).</summary>
internal sealed class ChannelAttention : Module<Tensor, Tensor>
{
    private readonly Conv2d _fc;

    public ChannelAttention(int channels)
        : base(nameof(ChannelAttention))
    {
        _fc = Conv2d(channels, channels, 1);
        register_module("fc", _fc);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return (input * functional.hardsigmoid(_fc.call(input.mean([2, 3], keepdim: true)))).MoveToOuterDisposeScope();
    }
}

/// <summary>Maxima over 5×5, 9×9 and 13×13 cells beside the map itself.</summary>
internal sealed class PyramidPooling : Module<Tensor, Tensor>
{
    /// <summary>Sizes of the windows.</summary>
    public static readonly int[] Kernels = [5, 9, 13];

    private readonly ConvolutionUnit _conv1, _conv2;

    public PyramidPooling(int channels)
        : base(nameof(PyramidPooling))
    {
        _conv1 = new ConvolutionUnit(channels, channels / 2, 1);
        _conv2 = new ConvolutionUnit(channels / 2 * (Kernels.Length + 1), channels, 1);
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _conv1.call(input);
        return _conv2.call(cat([x, .. Kernels.Select(k => functional.max_pool2d(x, k, 1, k / 2))], 1)).MoveToOuterDisposeScope();
    }
}
