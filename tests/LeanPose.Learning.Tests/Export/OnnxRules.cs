using Google.Protobuf;
using Xunit;

namespace LeanPose.Learning.Tests.Export;

/// <summary>
/// The rules of ONNX's checker, held against a file as it is read back from its bytes: versions, names, the order of nodes, operators
/// with their number of inputs and their attributes (operator set 17), sizes of constants.
/// </summary>
internal sealed class OnnxRules
{
    // Operator: fewest and most inputs, attributes.
    private static readonly Dictionary<string, (int Min, int Max, string[] Attributes)> s_operators = new()
    {
        ["Add"] = (2, 2, []),
        ["And"] = (2, 2, []),
        ["Cast"] = (1, 1, ["to"]),
        ["Clip"] = (1, 3, []),
        ["Concat"] = (1, int.MaxValue, ["axis"]),
        ["Conv"] = (2, 3, ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"]),
        ["DepthToSpace"] = (1, 1, ["blocksize", "mode"]),
        ["DequantizeLinear"] = (2, 3, ["axis"]),
        ["Div"] = (2, 2, []),
        ["Equal"] = (2, 2, []),
        ["Erf"] = (1, 1, []),
        ["Exp"] = (1, 1, []),
        ["Expand"] = (2, 2, []),
        ["Gather"] = (2, 2, ["axis"]),
        ["GatherElements"] = (2, 2, ["axis"]),
        ["GlobalAveragePool"] = (1, 1, []),
        ["Greater"] = (2, 2, []),
        ["HardSigmoid"] = (1, 1, ["alpha", "beta"]),
        ["Identity"] = (1, 1, []),
        ["LayerNormalization"] = (2, 3, ["axis", "epsilon", "stash_type"]),
        ["Less"] = (2, 2, []),
        ["Log"] = (1, 1, []),
        ["MatMul"] = (2, 2, []),
        ["Max"] = (1, int.MaxValue, []),
        ["MaxPool"] = (1, 1, ["auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"]),
        ["Mean"] = (1, int.MaxValue, []),
        ["Min"] = (1, int.MaxValue, []),
        ["Mul"] = (2, 2, []),
        ["Not"] = (1, 1, []),
        ["Or"] = (2, 2, []),
        ["QuantizeLinear"] = (2, 3, ["axis"]),
        ["ReduceMax"] = (1, 1, ["axes", "keepdims"]),
        ["ReduceMin"] = (1, 1, ["axes", "keepdims"]),
        ["ReduceSum"] = (1, 2, ["keepdims", "noop_with_empty_axes"]),
        ["Relu"] = (1, 1, []),
        ["Reshape"] = (2, 2, ["allowzero"]),
        ["Resize"] = (1, 4, ["coordinate_transformation_mode", "cubic_coeff_a", "exclude_outside", "extrapolation_value", "mode", "nearest_mode"]),
        ["Shape"] = (1, 1, ["end", "start"]),
        ["Sigmoid"] = (1, 1, []),
        ["Sign"] = (1, 1, []),
        ["Slice"] = (3, 5, []),
        ["Softmax"] = (1, 1, ["axis"]),
        ["Split"] = (1, 2, ["axis"]),
        ["Sub"] = (2, 2, []),
        ["TopK"] = (2, 2, ["axis", "largest", "sorted"]),
        ["Transpose"] = (1, 1, ["perm"]),
        ["Where"] = (3, 3, []),
    };

    // TensorProto.DataType: bytes of one number.
    private static readonly Dictionary<long, int> s_sizes = new() { [1] = 4, [2] = 1, [3] = 1, [6] = 4, [7] = 8, [10] = 2, [16] = 2 };

    private readonly ILookup<int, object> _model;
    private readonly ILookup<int, object> _graph;

    private OnnxRules(byte[] file)
    {
        _model = Fields(file);
        _graph = Message(_model, 7);
    }

    /// <summary>The operators of the nodes, in order.</summary>
    public IReadOnlyList<string> Operators => [.. Messages(_graph, 1).Select(n => Text(n, 4))];

    /// <summary>Types of the constants (TensorProto.DataType) with their bytes.</summary>
    public IReadOnlyList<(long Type, int Bytes)> Constants => [.. Messages(_graph, 5).Select(t => (Number(t, 2), Bytes(t, 9).Length))];

    /// <summary>Fails where a rule is broken.</summary>
    public static OnnxRules Hold(byte[] file)
    {
        var rules = new OnnxRules(file);
        rules.Versions();
        rules.ConstantsAreWhole();
        rules.NodesAreInOrder();
        return rules;
    }

    private void Versions()
    {
        Assert.Equal(8, Number(_model, 1));
        var set = Assert.Single(Messages(_model, 8));
        Assert.Equal(("", 17L), (Text(set, 1), Number(set, 2)));
        Assert.NotEmpty(Text(_graph, 2));
        Assert.NotEmpty(Text(_model, 2));
        string[] keys = [.. Messages(_model, 14).Select(m => Text(m, 1))];
        Assert.Equal(keys.Distinct(), keys);
    }

    private void ConstantsAreWhole()
    {
        foreach (var tensor in Messages(_graph, 5))
        {
            var count = tensor[1].Aggregate(1L, (n, length) => n * (long)length);
            Assert.True(s_sizes.TryGetValue(Number(tensor, 2), out var size), $"{Text(tensor, 8)} has the type {Number(tensor, 2)}");
            Assert.Equal(count * size, Bytes(tensor, 9).Length);
        }
    }

    private void NodesAreInOrder()
    {
        var known = new HashSet<string>();
        var names = new HashSet<string>();
        foreach (var input in Messages(_graph, 11))
        {
            Assert.True(known.Add(Text(input, 1)));
            Assert.NotEmpty(Message(Message(input, 2), 1));
        }

        foreach (var tensor in Messages(_graph, 5))
            Assert.True(known.Add(Text(tensor, 8)), $"two constants are named {Text(tensor, 8)}");
        var read = new HashSet<string>();
        foreach (var node in Messages(_graph, 1))
        {
            var (name, operation) = (Text(node, 3), Text(node, 4));
            Assert.True(name.Length > 0 && names.Add(name), $"two nodes are named '{name}'");
            Assert.True(s_operators.TryGetValue(operation, out var rule), $"{operation} is none of the operators that are known here");
            string[] inputs = [.. node[1].Select(i => Utf8((byte[])i))];
            Assert.InRange(inputs.Length, rule.Min, rule.Max);
            Assert.All(inputs, i => Assert.True(i.Length == 0 || known.Contains(i), $"{name} reads '{i}' before it is made"));
            read.UnionWith(inputs);
            foreach (var output in node[2].Select(o => Utf8((byte[])o)))
                Assert.True(output.Length > 0 && known.Add(output), $"'{output}' is made twice");
            string[] attributes = [.. Messages(node, 5).Select(a => Text(a, 1))];
            Assert.Equal(attributes.Distinct(), attributes);
            Assert.All(attributes, a => Assert.Contains(a, rule.Attributes));
            Assert.All(Messages(node, 5), a => Assert.InRange(Number(a, 20), 1, 8));
        }

        foreach (var output in Messages(_graph, 12))
        {
            Assert.Contains(Text(output, 1), known);
            Assert.Equal(1, Number(Message(Message(output, 2), 1), 1));
        }

        Assert.All(Messages(_graph, 5), t => Assert.Contains(Text(t, 8), read));
    }

    private static ILookup<int, object> Fields(byte[] message)
    {
        var fields = new List<(int Field, object Value)>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadInt64(),
                WireFormat.WireType.LengthDelimited => input.ReadBytes().ToByteArray(),
                WireFormat.WireType.Fixed32 => (object)input.ReadFloat(),
                var other => throw new InvalidDataException($"ONNX has no fields of the wire type {other}."),
            }));
        }

        return fields.ToLookup(f => f.Field, f => f.Value);
    }

    private static IEnumerable<ILookup<int, object>> Messages(ILookup<int, object> of, int field) => of[field].Select(v => Fields((byte[])v));

    private static ILookup<int, object> Message(ILookup<int, object> of, int field) => Messages(of, field).Single();

    private static byte[] Bytes(ILookup<int, object> of, int field) => (byte[])(of[field].SingleOrDefault() ?? Array.Empty<byte>());

    private static string Text(ILookup<int, object> of, int field) => Utf8(Bytes(of, field));

    private static string Utf8(byte[] text) => System.Text.Encoding.UTF8.GetString(text);

    private static long Number(ILookup<int, object> of, int field) => (long)of[field].Single();
}
