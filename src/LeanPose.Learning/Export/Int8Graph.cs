using System.Runtime.InteropServices;
using static LeanPose.Learning.Export.OnnxMessages;

namespace LeanPose.Learning.Export;

/// <summary>
/// Static quantisation in ONNX's QDQ form: what is to be computed in integers gets its inputs through QuantizeLinear and
/// DequantizeLinear, and a runtime with integer kernels joins them. Weights are symmetric int8 with a scale for each output channel,
/// activations uint8 with one scale and zero point. The first and the last convolution stay in float32 with all that is no
/// convolution, linear layer or join of such, of each network where there are several.
/// </summary>
internal static class Int8Graph
{
    private const string Quantize = "QuantizeLinear", Dequantize = "DequantizeLinear";

    /// <summary>The values whose ranges must be measured.</summary>
    /// <param name="graph">In float32, complete up to the heatmaps.</param>
    /// <param name="starts">Number of nodes before each network's own.</param>
    public static IReadOnlyList<string> Measured(OnnxGraph graph, IReadOnlyList<int> starts) => [.. new Plan(graph, starts).RangeOf.Where(r => r.Key == r.Value).Select(r => r.Key)];

    /// <summary>Gives the networks' nodes their new form.</summary>
    /// <param name="graph">Made as for <see cref="Measured"/>.</param>
    /// <param name="starts">Number of nodes before each network's own.</param>
    /// <param name="ranges">Of each value that was measured.</param>
    public static void Rewrite(OnnxGraph graph, IReadOnlyList<int> starts, IReadOnlyDictionary<string, ActivationRange> ranges)
    {
        var plan = new Plan(graph, starts);
        var readable = new Dictionary<string, string>(); // a value of 8 bits, turned back into numbers
        foreach (var node in graph.TakeFrom(starts[0]))
        {
            string[] inputs = [.. node.Inputs.Select(i => readable.GetValueOrDefault(i, i))];
            if (plan.OutputAxis(node) is { } axis)
            {
                var bias = node.Operation == "Conv" ? inputs[2] : null;
                var input = ranges[plan.RangeOf[node.Inputs[0]]].Scale;
                var scales = Scales(graph.Constants[inputs[1]], axis, bias is null ? [] : graph.Constants[bias].Floats, input);
                inputs[1] = Weight(graph, graph.Constants[inputs[1]], axis, scales);
                if (bias is not null)
                    inputs[2] = Bias(graph, graph.Constants[bias], [.. scales.Select(s => s * input)]);
            }

            graph.Add(node with { Inputs = inputs });
            foreach (var output in node.Outputs.Where(plan.RangeOf.ContainsKey))
                readable[output] = Activation(graph, output, ranges[plan.RangeOf[output]]);
        }
    }

    private static string Activation(OnnxGraph graph, string value, ActivationRange range)
    {
        var scale = graph.Scalar(range.Scale);
        var zero = graph.Constant(ElementType.UInt8, [], [range.Zero]);
        return graph.Node(Dequantize, [graph.Node(Quantize, [value, scale, zero]), scale, zero]);
    }

    // The largest weight of an output channel is ±127. Where weights are all but 0, the scale is what the bias needs to fit into 32 bits.
    private static float[] Scales(OnnxConstant weight, int axis, ReadOnlySpan<float> bias, float input)
    {
        var scales = new float[weight.Shape[axis]];
        var (values, inner) = (weight.Floats.ToArray(), Inner(weight.Shape, axis));
        for (var i = 0; i < values.Length; i++)
        {
            ref var scale = ref scales[i / inner % scales.Length];
            scale = Math.Max(scale, Math.Abs(values[i]) / 127);
        }

        for (var c = 0; c < scales.Length; c++)
        {
            var least = bias.IsEmpty ? 0 : Math.Abs(bias[c]) / (input * (1 << 30));
            scales[c] = Math.Max(scales[c], Math.Max(least, 1e-30f));
        }

        return scales;
    }

    private static string Weight(OnnxGraph graph, OnnxConstant weight, int axis, float[] scales)
    {
        var (values, inner) = (weight.Floats.ToArray(), Inner(weight.Shape, axis));
        var rounded = new byte[values.Length];
        for (var i = 0; i < rounded.Length; i++)
            rounded[i] = (byte)(sbyte)Math.Clamp(MathF.Round(values[i] / scales[i / inner % scales.Length]), -127, 127);
        var kept = graph.Constant(ElementType.Int8, weight.Shape, rounded);
        return graph.Node(Dequantize, [kept, graph.Constant(scales, scales.Length), graph.Constant(ElementType.Int8, [scales.Length], new byte[scales.Length])], Attribute("axis", axis));
    }

    private static string Bias(OnnxGraph graph, OnnxConstant bias, float[] scales)
    {
        var rounded = new int[scales.Length];
        for (var c = 0; c < rounded.Length; c++)
            rounded[c] = (int)Math.Round((double)bias.Floats[c] / scales[c]);
        var kept = graph.Constant(ElementType.Int32, [rounded.Length], MemoryMarshal.AsBytes<int>(rounded).ToArray());
        return graph.Node(Dequantize, [kept, graph.Constant(scales, scales.Length)], Attribute("axis", 0));
    }

    // Numbers that follow one another in one channel.
    private static int Inner(long[] shape, int axis) => (int)shape.Skip(axis + 1).Aggregate(1L, (a, b) => a * b);

    /// <summary>Which values have 8 bits.</summary>
    private sealed class Plan
    {
        // Their integer forms give out the range of what they are given.
        private static readonly HashSet<string> s_keepRange = ["MaxPool", "Resize", "DepthToSpace"];
        private static readonly HashSet<string> s_join = ["Add", "Concat"];

        private readonly OnnxGraph _graph;
        private readonly ILookup<string, OnnxNode> _readers;
        private readonly HashSet<OnnxNode> _integer;

        public Plan(OnnxGraph graph, IReadOnlyList<int> starts)
        {
            _graph = graph;
            OnnxNode[] nodes = [.. graph.Nodes.Skip(starts[0])];
            _readers = nodes.SelectMany(n => n.Inputs.Select(i => (Value: i, Node: n))).ToLookup(p => p.Value, p => p.Node);
            var networks = starts.Zip(starts.Skip(1).Append(graph.Nodes.Count), (from, to) => graph.Nodes.Take(from..to).Where(n => n.Operation == "Conv"));
            _integer = [.. networks.SelectMany(convolutions => convolutions.Skip(1).SkipLast(1)), .. nodes.Where(n => n.Operation == "MatMul" && graph.Constants.ContainsKey(n.Inputs[1]))];
            foreach (var node in nodes.Where(_integer.Contains))
            {
                RangeOf.TryAdd(node.Inputs[0], node.Inputs[0]);
                if (node.Operation == "Conv")
                    Add(node, null);
            }

            foreach (var node in nodes)
            {
                var inputs = node.Inputs.Where(i => i.Length > 0 && !graph.Constants.ContainsKey(i)).ToArray();
                if (!inputs.All(RangeOf.ContainsKey))
                    continue;
                if (s_join.Contains(node.Operation))
                    Add(node, null);
                else if (s_keepRange.Contains(node.Operation))
                    Add(node, RangeOf[inputs[0]]);
            }
        }

        /// <summary>The values that have 8 bits, each with the value whose range it has: itself, or one before it.</summary>
        public Dictionary<string, string> RangeOf { get; } = [];

        /// <summary>The dimension of a node's weights that is its output channels; null where the node is to compute in float32.</summary>
        public int? OutputAxis(OnnxNode node) => !_integer.Contains(node) ? null : node.Operation == "MatMul" ? 1 : 0;

        // What follows a ReLU alone is rounded after it: the integer form has it for nothing.
        private void Add(OnnxNode node, string? range)
        {
            var value = node.Outputs[0];
            if (range is null && _readers[value].ToArray() is [{ Operation: "Relu" or "Clip" } only])
                value = only.Outputs[0];
            RangeOf[value] = range ?? value;
        }
    }
}
