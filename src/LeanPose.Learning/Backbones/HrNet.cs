using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LeanPose.Learning.Backbones;

/// <summary>
/// HRNet (Sun et al., "Deep High-Resolution Representation Learning for Human Pose Estimation", CVPR 2019) with the names of
/// the published pose code. Branches of strides 4, 8, 16 and 32 run side by side and exchange what they found after every
/// fourth block. As published, the last module fuses into stride 4 only; the coarser maps that are returned are its branches.
/// </summary>
public sealed class HrNet : Backbone
{
    private static readonly int[] Modules = [1, 4, 3]; // of stages 2, 3 and 4

    private readonly Conv2d _conv1 = Conv2d(3, 64, 3, 2, 1, bias: false);
    private readonly BatchNorm2d _bn1 = BatchNorm2d(64);
    private readonly Conv2d _conv2 = Conv2d(64, 64, 3, 2, 1, bias: false);
    private readonly BatchNorm2d _bn2 = BatchNorm2d(64);
    private readonly Sequential _layer1;
    private readonly List<Module<Tensor[], Tensor[]>> _steps = [];

    /// <summary>Builds a network with random weights: convolutions N(0, 0.001), as published.</summary>
    /// <param name="width">Channels of the stride-4 branch (32 or 48); each coarser one has twice as many.</param>
    public HrNet(int width)
        : base(nameof(HrNet))
    {
        _layer1 = Sequential(Enumerable.Range(0, 4).Select(i => ($"{i}", (Module<Tensor, Tensor>)new ResidualBlock(i == 0 ? 64 : 256, 64, bottleneck: true, 1))));
        register_module("conv1", _conv1);
        register_module("bn1", _bn1);
        register_module("conv2", _conv2);
        register_module("bn2", _bn2);
        register_module("layer1", _layer1);
        int[] channels = [256];
        for (var stage = 2; stage <= 4; stage++)
        {
            int[] widths = [.. Enumerable.Range(0, stage).Select(b => width << b)];
            var transition = new HrTransition(channels, widths);
            var last = Modules[stage - 2] - 1;
            var modules = Enumerable.Range(0, last + 1).Select(m => new HrModule(widths, outputs: stage == 4 && m == last ? 1 : stage)).ToList();
            register_module($"transition{stage - 1}", transition);
            register_module($"stage{stage}", new NumberedModules<HrModule>(modules.Select((m, i) => (i, m))));
            _steps.Add(transition);
            _steps.AddRange(modules);
            channels = widths;
        }

        Channels = channels;
        foreach (var convolution in modules().OfType<Conv2d>())
            init.normal_(convolution.weight, 0, 0.001);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Channels { get; }

    /// <inheritdoc/>
    public override int HeadMap => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> PassedOver =>
        ["incre_modules.", "downsamp_modules.", "final_layer.0.", "final_layer.1.", "classifier.", "stage4.2.fuse_layers.1.", "stage4.2.fuse_layers.2.", "stage4.2.fuse_layers.3."];

    /// <summary>Transitions and modules in the order in which they run.</summary>
    internal IReadOnlyList<Module<Tensor[], Tensor[]>> Steps => _steps;

    /// <inheritdoc/>
    public override Tensor[] forward(Tensor input)
    {
        Tensor[] maps = [Stem(input)];
        foreach (var step in _steps)
        {
            var next = step.call(maps);
            // What a gradient needs is kept by the graph; nobody else looks at these again.
            foreach (var map in maps)
            {
                if (!next.Any(n => ReferenceEquals(n, map)))
                    map.Dispose();
            }

            maps = next;
        }

        return maps;
    }

    private Tensor Stem(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _bn1.call(_conv1.call(input)).relu_();
        return _layer1.call(_bn2.call(_conv2.call(x)).relu_()).MoveToOuterDisposeScope();
    }

    /// <summary>Convolution and batch norm as children 0 and 1, then what is given as child 2.</summary>
    internal static Sequential ConvolutionNorm(int input, int output, int kernel, int stride, Module<Tensor, Tensor>? then = null)
    {
        var stack = new List<(string, Module<Tensor, Tensor>)>
        {
            ("0", Conv2d(input, output, kernel, stride, kernel / 2, bias: false)),
            ("1", BatchNorm2d(output)),
        };
        if (then is not null)
            stack.Add(("2", then));
        return Sequential(stack);
    }
}

/// <summary>Changes the channels of maps where they differ, and adds one coarser map, made from the coarsest there is.</summary>
internal sealed class HrTransition : Module<Tensor[], Tensor[]>
{
    private readonly Sequential?[] _changes;

    public HrTransition(int[] before, int[] after)
        : base(nameof(HrTransition))
    {
        _changes = new Sequential?[after.Length];
        for (var i = 0; i < after.Length; i++)
        {
            _changes[i] = i >= before.Length
                ? Sequential(("0", HrNet.ConvolutionNorm(before[^1], after[i], 3, 2, ReLU(inplace: true))))
                : before[i] != after[i] ? HrNet.ConvolutionNorm(before[i], after[i], 3, 1, ReLU(inplace: true)) : null;
            if (_changes[i] is { } change)
                register_module($"{i}", change);
        }
    }

    /// <summary>What makes each map; null where it stays as it is.</summary>
    public IReadOnlyList<Sequential?> Changes => _changes;

    public override Tensor[] forward(Tensor[] maps) =>
        [.. _changes.Select((change, i) => change is null ? maps[i] : change.call(maps[Math.Min(i, maps.Length - 1)]))];
}

/// <summary>Four basic blocks on each branch, then each output is the sum of all branches, brought to its stride.</summary>
internal sealed class HrModule : Module<Tensor[], Tensor[]>
{
    private readonly Sequential[] _branches;
    private readonly NumberedModules<Sequential>[] _fusions;

    /// <param name="widths">Channels of the branches, fine to coarse.</param>
    /// <param name="outputs">How many maps are fused, from the finest on; the others are given on as their branches leave them.</param>
    public HrModule(int[] widths, int outputs)
        : base(nameof(HrModule))
    {
        _branches = [.. widths.Select(w => Sequential(Enumerable.Range(0, 4).Select(i => ($"{i}", (Module<Tensor, Tensor>)new ResidualBlock(w, w, bottleneck: false, 1)))))];
        _fusions = [.. Enumerable.Range(0, outputs).Select(to => new NumberedModules<Sequential>(
            Enumerable.Range(0, widths.Length).Where(from => from != to).Select(from => (from, Fusion(widths, from, to)))))];
        register_module("branches", new NumberedModules<Sequential>(_branches.Select((b, i) => (i, b))));
        register_module("fuse_layers", new NumberedModules<NumberedModules<Sequential>>(_fusions.Select((f, i) => (i, f))));
    }

    /// <summary>The branches, fine to coarse.</summary>
    public IReadOnlyList<Sequential> Branches => _branches;

    /// <summary>For each fused output, what brings a branch to it.</summary>
    public IReadOnlyList<NumberedModules<Sequential>> Fusions => _fusions;

    public override Tensor[] forward(Tensor[] maps)
    {
        using var scope = NewDisposeScope();
        var x = _branches.Zip(maps, (branch, map) => branch.call(map)).ToArray();
        var result = x.ToArray();
        for (var to = 0; to < _fusions.Length; to++)
            result[to] = Fuse(x, to);
        foreach (var map in result)
            map.MoveToOuterDisposeScope();
        return result;
    }

    private Tensor Fuse(Tensor[] x, int to)
    {
        using var scope = NewDisposeScope();
        // In the published order, so that sums round alike. A branch's own map is needed again: not in place.
        var sum = to == 0 ? x[0] + _fusions[0][1]!.call(x[1]) : _fusions[to][0]!.call(x[0]);
        for (var from = to == 0 ? 2 : 1; from < x.Length; from++)
            sum.add_(from == to ? x[from] : _fusions[to][from]!.call(x[from]));
        return sum.relu_().MoveToOuterDisposeScope();
    }

    // Coarse to fine: 1×1 and nearest upsampling. Fine to coarse: a 3×3 of stride 2 a step; only the last one changes the channels.
    private static Sequential Fusion(int[] widths, int from, int to)
    {
        if (from > to)
            return HrNet.ConvolutionNorm(widths[from], widths[to], 1, 1, new NearestUpsampling(1 << (from - to)));
        var steps = to - from;
        return Sequential(Enumerable.Range(0, steps).Select(s => ($"{s}", (Module<Tensor, Tensor>)(s == steps - 1
            ? HrNet.ConvolutionNorm(widths[from], widths[to], 3, 2)
            : HrNet.ConvolutionNorm(widths[from], widths[from], 3, 2, ReLU(inplace: true))))));
    }
}

/// <summary>Repeats every cell of a map.</summary>
internal sealed class NearestUpsampling(int factor) : Module<Tensor, Tensor>(nameof(NearestUpsampling))
{
    /// <summary>How often, in both directions.</summary>
    public int Factor { get; } = factor;

    public override Tensor forward(Tensor input) => functional.interpolate(input, scale_factor: [Factor, Factor], mode: InterpolationMode.Nearest);
}
