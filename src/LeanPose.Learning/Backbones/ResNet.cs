using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LeanPose.Learning.Backbones;

/// <summary>
/// Residual network (He et al., "Deep Residual Learning for Image Recognition", CVPR 2016) without its classifier; the
/// stride of a bottleneck stands on the 3×3 convolution, as in torchvision and SimpleBaseline.
/// </summary>
public sealed class ResNet : Backbone
{
    private readonly Conv2d _conv1;
    private readonly BatchNorm2d _bn1;
    private readonly Sequential[] _layers = new Sequential[4];

    /// <summary>Builds a network with random weights.</summary>
    /// <param name="blocks">Residual blocks in each of the four layers.</param>
    /// <param name="bottleneck">Three-convolution blocks (ResNet-50 and up) instead of two.</param>
    /// <param name="width">Channels of the first layer; 64 in the published networks, doubled layer by layer.</param>
    public ResNet(IReadOnlyList<int> blocks, bool bottleneck, int width = 64)
        : base(nameof(ResNet))
    {
        _conv1 = Conv2d(3, width, 7, 2, 3, bias: false);
        _bn1 = BatchNorm2d(width);
        register_module("conv1", _conv1);
        register_module("bn1", _bn1);

        var expansion = bottleneck ? 4 : 1;
        var input = width;
        var channels = new int[4];
        for (var layer = 0; layer < 4; layer++)
        {
            var planes = width << layer;
            var stack = new List<(string, Module<Tensor, Tensor>)>();
            for (var i = 0; i < blocks[layer]; i++)
            {
                stack.Add(($"{i}", new ResidualBlock(input, planes, bottleneck, i == 0 && layer > 0 ? 2 : 1)));
                input = planes * expansion;
            }

            channels[layer] = input;
            _layers[layer] = Sequential(stack);
            register_module($"layer{layer + 1}", _layers[layer]);
        }

        Channels = channels;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Channels { get; }

    /// <inheritdoc/>
    public override Tensor[] forward(Tensor input)
    {
        var x = Stem(input);
        var features = new Tensor[4];
        for (var layer = 0; layer < 4; layer++)
            x = features[layer] = _layers[layer].call(x);
        return features;
    }

    private Tensor Stem(Tensor input)
    {
        using var scope = NewDisposeScope();
        return functional.max_pool2d(_bn1.call(_conv1.call(input)).relu_(), 3, 2, 1).MoveToOuterDisposeScope();
    }
}

/// <summary>One residual block: two 3×3 convolutions, or 1×1, 3×3, 1×1 (bottleneck).</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly (Conv2d Conv, BatchNorm2d Norm)[] _steps;
    private readonly Sequential? _downsample;

    public ResidualBlock(int input, int planes, bool bottleneck, int stride)
        : base(nameof(ResidualBlock))
    {
        var output = bottleneck ? planes * 4 : planes;
        _steps = bottleneck
            ? [Step(input, planes, 1, 1), Step(planes, planes, 3, stride), Step(planes, output, 1, 1)]
            : [Step(input, planes, 3, stride), Step(planes, planes, 3, 1)];
        for (var i = 0; i < _steps.Length; i++)
        {
            register_module($"conv{i + 1}", _steps[i].Conv);
            register_module($"bn{i + 1}", _steps[i].Norm);
        }

        if (stride != 1 || input != output)
        {
            _downsample = Sequential(("0", Conv2d(input, output, 1, stride, bias: false)), ("1", BatchNorm2d(output)));
            register_module("downsample", _downsample);
        }
    }

    public override Tensor forward(Tensor input)
    {
        // What no gradient needs is freed block by block, not at the end of the step: passes without gradient keep almost nothing.
        using var scope = NewDisposeScope();
        var x = input;
        for (var i = 0; i < _steps.Length; i++)
        {
            x = _steps[i].Norm.call(_steps[i].Conv.call(x));
            if (i < _steps.Length - 1)
                x = x.relu_();
        }

        var shortcut = _downsample is null ? input : _downsample.call(input);
        return x.add_(shortcut).relu_().MoveToOuterDisposeScope();
    }

    private static (Conv2d Conv, BatchNorm2d Norm) Step(int input, int output, int kernel, int stride) =>
        (Conv2d(input, output, kernel, stride, kernel / 2, bias: false), BatchNorm2d(output));
}
