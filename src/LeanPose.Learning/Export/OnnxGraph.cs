namespace LeanPose.Learning.Export;

/// <summary>
/// A graph under construction. Values are known by their names: an emitter is given the name of its input, adds nodes, and
/// returns the name of its output.
/// </summary>
internal sealed class OnnxGraph
{
    private readonly List<ProtobufMessage> _nodes = [];
    private readonly List<ProtobufMessage> _constants = [];
    private readonly List<ProtobufMessage> _inputs = [];
    private readonly List<ProtobufMessage> _outputs = [];

    /// <summary>Size of the pictures, pixels; what hangs on it is worked out when the model is made.</summary>
    public (int Height, int Width) Picture { get; init; }

    /// <summary>Declares an input <c>N×shape</c>.</summary>
    public string Input(string name, OnnxMessages.ElementType type, params ReadOnlySpan<long> shape)
    {
        _inputs.Add(OnnxMessages.BatchOf(name, type, shape));
        return name;
    }

    /// <summary>Gives a value out as <c>N×shape</c> float32.</summary>
    public void Output(string name, string value, params ReadOnlySpan<long> shape)
    {
        Add("Identity", [value], [name], []);
        _outputs.Add(OnnxMessages.BatchOf(name, OnnxMessages.ElementType.Float, shape));
    }

    /// <summary>Adds float32 values of that shape.</summary>
    public string Constant(ReadOnlySpan<float> values, params IEnumerable<long> shape)
    {
        var name = $"constant_{_constants.Count}";
        _constants.Add(OnnxMessages.Tensor(name, shape, values));
        return name;
    }

    /// <summary>Adds one float32 number.</summary>
    public string Scalar(float value) => Constant([value], []);

    /// <summary>Adds a vector of whole numbers.</summary>
    public string Constant(params ReadOnlySpan<long> values)
    {
        var name = $"constant_{_constants.Count}";
        _constants.Add(OnnxMessages.Tensor(name, [values.Length], values));
        return name;
    }

    /// <summary>Adds a node with one output.</summary>
    public string Node(string operation, IEnumerable<string> inputs, params IEnumerable<ProtobufMessage> attributes) =>
        Node(operation, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    public string[] Node(string operation, IEnumerable<string> inputs, int outputs, params IEnumerable<ProtobufMessage> attributes)
    {
        var names = Enumerable.Range(0, outputs).Select(i => $"{operation}_{_nodes.Count}_{i}").ToArray();
        Add(operation, inputs, names, attributes);
        return names;
    }

    /// <summary>max(0, x).</summary>
    public string Relu(string input) => Node("Relu", [input]);

    /// <summary>Repeats every cell of a map <paramref name="factor"/> times in both directions.</summary>
    public string Upsample(string input, int factor) => Node(
        "Resize",
        [input, "", Constant([1f, 1f, factor, factor], 4)],
        OnnxMessages.Attribute("mode", "nearest"),
        OnnxMessages.Attribute("coordinate_transformation_mode", "asymmetric"),
        OnnxMessages.Attribute("nearest_mode", "floor"));

    /// <summary>The finished model.</summary>
    public ProtobufMessage ToModel(string name, string version, IEnumerable<KeyValuePair<string, string>> metadata) =>
        OnnxMessages.Model(OnnxMessages.Graph(name, _nodes, _constants, _inputs, _outputs), version, metadata);

    private void Add(string operation, IEnumerable<string> inputs, string[] outputs, IEnumerable<ProtobufMessage> attributes) =>
        _nodes.Add(OnnxMessages.Node($"{operation}_{_nodes.Count}", operation, inputs, outputs, attributes));
}
