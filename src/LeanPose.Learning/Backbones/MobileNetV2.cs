using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LeanPose.Learning.Backbones;

/// <summary>
/// MobileNetV2 (Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018) at full width, with
/// torchvision's names, without its classifier.
/// </summary>
public sealed class MobileNetV2 : Backbone
{
    // Expansion, channels, blocks, stride of the first block: the paper's table 2.
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    // The last feature of each stride from 4 on.
    private static readonly int[] Taken = [3, 6, 13, 18];

    private readonly Module<Tensor, Tensor>[] _features;

    /// <summary>Builds a network with random weights.</summary>
    public MobileNetV2()
        : base(nameof(MobileNetV2))
    {
        var features = new List<Module<Tensor, Tensor>> { Unit(3, 32, 3, 2) };
        var input = 32;
        foreach (var (expansion, channels, blocks, stride) in Stages)
        {
            for (var i = 0; i < blocks; i++, input = channels)
                features.Add(new InvertedResidual(input, channels, expansion, i == 0 ? stride : 1));
        }

        features.Add(Unit(input, 1280, 1, 1));
        _features = [.. features];
        register_module("features", Sequential(_features.Select((f, i) => ($"{i}", f))));
        foreach (var convolution in modules().OfType<Conv2d>())
            init.kaiming_normal_(convolution.weight, mode: init.FanInOut.FanOut);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Channels => [24, 32, 96, 1280];

    /// <inheritdoc/>
    public override Tensor[] forward(Tensor input)
    {
        var maps = new List<Tensor>();
        var x = input;
        for (var i = 0; i < _features.Length; i++)
        {
            var before = x;
            x = _features[i].call(x);
            // What a gradient needs is kept by the graph; nobody else looks at it again.
            if (i > 0 && !Taken.Contains(i - 1))
                before.Dispose();
            if (Taken.Contains(i))
                maps.Add(x);
        }

        return [.. maps];
    }

    /// <summary>Convolution, batch norm and ReLU6 as children 0 to 2.</summary>
    internal static Sequential Unit(int input, int output, int kernel, int stride, int groups = 1) => Sequential(
        ("0", Conv2d(input, output, kernel, stride, kernel / 2, groups: groups, bias: false)),
        ("1", BatchNorm2d(output)),
        ("2", ReLU6(inplace: true)));
}

/// <summary>1×1 to many channels, 3×3 on each of them, 1×1 to few; what came in is added where the shapes agree.</summary>
internal sealed class InvertedResidual : Module<Tensor, Tensor>
{
    private readonly Sequential _conv;

    public InvertedResidual(int input, int output, int expansion, int stride)
        : base(nameof(InvertedResidual))
    {
        var hidden = input * expansion;
        var stack = new List<Module<Tensor, Tensor>>();
        if (expansion != 1)
            stack.Add(MobileNetV2.Unit(input, hidden, 1, 1));
        stack.Add(MobileNetV2.Unit(hidden, hidden, 3, stride, groups: hidden));
        stack.Add(Conv2d(hidden, output, 1, bias: false));
        stack.Add(BatchNorm2d(output));
        _conv = Sequential(stack.Select((m, i) => ($"{i}", m)));
        register_module("conv", _conv);
        IsResidual = stride == 1 && input == output;
    }

    /// <summary>Whether what came in is added.</summary>
    public bool IsResidual { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _conv.call(input);
        return (IsResidual ? x.add_(input) : x).MoveToOuterDisposeScope();
    }
}
