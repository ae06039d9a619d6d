using System.Runtime.InteropServices;
using static LeanPose.Learning.Export.OnnxMessages;

namespace LeanPose.Learning.Export;

/// <summary>
/// A graph under construction. Values are known by their names: an emitter is given the name of its input, adds nodes, and
/// returns the name of its output.
/// </summary>
internal sealed class OnnxGraph
{
    private readonly List<OnnxNode> _nodes = [];
    private readonly Dictionary<string, OnnxConstant> _constants = [];
    private readonly List<ProtobufMessage> _inputs = [];
    private readonly List<ProtobufMessage> _outputs = [];
    private int _made;

    /// <summary>Size of the pictures, pixels; what hangs on it is worked out when the model is made.</summary>
    public (int Height, int Width) Picture { get; init; }

    /// <summary>
    /// In what form constants that are no whole numbers are kept from now on. <see cref="ElementType.BFloat16"/> means only the form: weights of
    /// more than one dimension are turned to float32 before they are used, because operators of set 17 take no bf16.
    /// </summary>
    public ElementType Weights { get; set; } = ElementType.Float;

    /// <summary>The nodes in the order in which they were added, which is one in which they can be computed.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>The constants by name.</summary>
    public IReadOnlyDictionary<string, OnnxConstant> Constants => _constants;

    /// <summary>Declares an input <c>N×shape</c>.</summary>
    public string Input(string name, ElementType type, params ReadOnlySpan<long> shape)
    {
        _inputs.Add(BatchOf(name, type, shape));
        return name;
    }

    /// <summary>Gives a value out as <c>N×shape</c> float32.</summary>
    public void Output(string name, string value, params ReadOnlySpan<long> shape)
    {
        Add("Identity", [value], [name], []);
        _outputs.Add(BatchOf(name, ElementType.Float, shape));
    }

    /// <summary>Gives a value out under its own name, as float32 of any shape: to look at while a model is made.</summary>
    public void Watch(string value) => _outputs.Add(FloatOfAnyShape(value));

    /// <summary>Adds values of that shape, as <see cref="Weights"/> says.</summary>
    public string Constant(ReadOnlySpan<float> values, params IEnumerable<long> shape)
    {
        long[] lengths = [.. shape];
        switch (Weights)
        {
            case ElementType.Float16:
                return Constant(ElementType.Float16, lengths, MemoryMarshal.AsBytes<Half>(HalfPrecision.Round(values)).ToArray());
            case ElementType.BFloat16 when lengths.Length > 1:
                var kept = Constant(ElementType.BFloat16, lengths, MemoryMarshal.AsBytes<ushort>(HalfPrecision.RoundToBFloat16(values)).ToArray());
                return Node("Cast", [kept], Attribute("to", (long)ElementType.Float));
            default:
                return Constant(ElementType.Float, lengths, MemoryMarshal.AsBytes(values).ToArray());
        }
    }

    /// <summary>Adds one number, as <see cref="Weights"/> says.</summary>
    public string Scalar(float value) => Constant([value], []);

    /// <summary>Adds a vector of whole numbers.</summary>
    public string Constant(params ReadOnlySpan<long> values) => Constant(ElementType.Int64, [values.Length], MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Adds one whole number without dimension.</summary>
    public string Index(long value) => Constant(ElementType.Int64, [], BitConverter.GetBytes(value));

    /// <summary>Adds values of any type.</summary>
    /// <param name="type">Their type.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="littleEndian">Their bytes, row-major; not changed from now on.</param>
    public string Constant(ElementType type, long[] shape, byte[] littleEndian)
    {
        var name = $"constant_{_constants.Count}";
        _constants.Add(name, new(type, shape, littleEndian));
        return name;
    }

    /// <summary>Adds a node with one output.</summary>
    public string Node(string operation, IEnumerable<string> inputs, params IEnumerable<ProtobufMessage> attributes) =>
        Node(operation, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    public string[] Node(string operation, IEnumerable<string> inputs, int outputs, params IEnumerable<ProtobufMessage> attributes)
    {
        var names = Enumerable.Range(0, outputs).Select(i => $"{operation}_{_made}_{i}").ToArray();
        Add(operation, inputs, names, attributes);
        return names;
    }

    /// <summary>max(0, x).</summary>
    public string Relu(string input) => Node("Relu", [input]);

    /// <summary>Repeats every cell of a map <paramref name="factor"/> times in both directions.</summary>
    public string Upsample(string input, int factor)
    {
        float[] scales = [1, 1, factor, factor]; // float32 whatever the map is
        return Node(
            "Resize",
            [input, "", Constant(ElementType.Float, [4], MemoryMarshal.AsBytes<float>(scales).ToArray())],
            Attribute("mode", "nearest"),
            Attribute("coordinate_transformation_mode", "asymmetric"),
            Attribute("nearest_mode", "floor"));
    }

    /// <summary>Takes the nodes from <paramref name="first"/> on out, to be added again in another form.</summary>
    public IReadOnlyList<OnnxNode> TakeFrom(int first)
    {
        var taken = _nodes[first..];
        _nodes.RemoveRange(first, taken.Count);
        return taken;
    }

    /// <summary>Adds a node as it is.</summary>
    public void Add(OnnxNode node) => _nodes.Add(node);

    /// <summary>The finished model. Constants that no node reads are left out.</summary>
    public ProtobufMessage ToModel(string name, string version, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var read = _nodes.SelectMany(n => n.Inputs).ToHashSet();
        return Model(
            Graph(name, _nodes.Select(n => n.ToMessage()), _constants.Where(c => read.Contains(c.Key)).Select(c => Tensor(c.Key, c.Value)), _inputs, _outputs),
            version,
            metadata);
    }

    private void Add(string operation, IEnumerable<string> inputs, string[] outputs, IEnumerable<ProtobufMessage> attributes) =>
        _nodes.Add(new OnnxNode($"{operation}_{_made++}", operation, [.. inputs], outputs, [.. attributes]));
}

/// <summary>One operation of a graph.</summary>
/// <param name="Name">Its own name.</param>
/// <param name="Operation">ONNX's name of the operator.</param>
/// <param name="Inputs">Names of the values it reads; empty for one that is left out.</param>
/// <param name="Outputs">Names of the values it makes.</param>
/// <param name="Attributes">Its settings.</param>
internal sealed record OnnxNode(string Name, string Operation, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<ProtobufMessage> Attributes)
{
    public ProtobufMessage ToMessage() => OnnxMessages.Node(Name, Operation, Inputs, Outputs, Attributes);
}

/// <summary>Values that are part of the model.</summary>
/// <param name="Type">Their type.</param>
/// <param name="Shape">Their shape.</param>
/// <param name="Bytes">Little-endian, row-major.</param>
internal sealed record OnnxConstant(ElementType Type, long[] Shape, byte[] Bytes)
{
    /// <summary>The values of a float32 constant.</summary>
    public ReadOnlySpan<float> Floats => MemoryMarshal.Cast<byte, float>(Bytes);
}
