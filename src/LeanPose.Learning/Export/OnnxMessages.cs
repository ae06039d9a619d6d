namespace LeanPose.Learning.Export;

/// <summary>
/// The messages of ONNX that a pose network needs, with the field numbers of the published schema
/// (<c>onnx/onnx.proto</c> of github.com/onnx/onnx, IR version 8, operator set 17).
/// </summary>
internal static class OnnxMessages
{
    private const int IrVersion = 8, OperatorSet = 17;

    /// <summary>TensorProto.DataType.</summary>
    public enum ElementType
    {
        Float = 1,
        UInt8 = 2,
        Int8 = 3,
        Int32 = 6,
        Int64 = 7,
        Float16 = 10,
        BFloat16 = 16,
    }

    // AttributeProto.AttributeType
    private const int FloatAttribute = 1, IntAttribute = 2, StringAttribute = 3, IntsAttribute = 7;

    /// <summary>ModelProto.</summary>
    public static ProtobufMessage Model(ProtobufMessage graph, string version, IEnumerable<KeyValuePair<string, string>> metadata) => new ProtobufMessage()
        .Add(1, IrVersion)
        .Add(2, "LeanPose")
        .Add(3, version)
        .Add(7, graph)
        .Add(8, new ProtobufMessage().Add(1, "").Add(2, OperatorSet))
        .AddEach(metadata, (m, entry) => m.Add(14, new ProtobufMessage().Add(1, entry.Key).Add(2, entry.Value)));

    /// <summary>GraphProto.</summary>
    public static ProtobufMessage Graph(
        string name, IEnumerable<ProtobufMessage> nodes, IEnumerable<ProtobufMessage> initializers, IEnumerable<ProtobufMessage> inputs, IEnumerable<ProtobufMessage> outputs) => new ProtobufMessage()
        .AddEach(nodes, (m, node) => m.Add(1, node))
        .Add(2, name)
        .AddEach(initializers, (m, tensor) => m.Add(5, tensor))
        .AddEach(inputs, (m, value) => m.Add(11, value))
        .AddEach(outputs, (m, value) => m.Add(12, value));

    /// <summary>NodeProto.</summary>
    public static ProtobufMessage Node(string name, string operation, IEnumerable<string> inputs, IEnumerable<string> outputs, IEnumerable<ProtobufMessage> attributes) => new ProtobufMessage()
        .AddEach(inputs, (m, input) => m.Add(1, input))
        .AddEach(outputs, (m, output) => m.Add(2, output))
        .Add(3, name)
        .Add(4, operation)
        .AddEach(attributes, (m, attribute) => m.Add(5, attribute));

    /// <summary>AttributeProto with one float32 number.</summary>
    public static ProtobufMessage Attribute(string name, float value) => new ProtobufMessage().Add(1, name).Add(2, value).Add(20, FloatAttribute);

    /// <summary>AttributeProto with one whole number.</summary>
    public static ProtobufMessage Attribute(string name, long value) => new ProtobufMessage().Add(1, name).Add(3, value).Add(20, IntAttribute);

    /// <summary>AttributeProto with a text.</summary>
    public static ProtobufMessage Attribute(string name, string value) => new ProtobufMessage().Add(1, name).Add(4, value).Add(20, StringAttribute);

    /// <summary>AttributeProto with a list of whole numbers.</summary>
    public static ProtobufMessage Attribute(string name, IEnumerable<long> values) => new ProtobufMessage()
        .Add(1, name)
        .AddEach(values, (m, value) => m.Add(8, value))
        .Add(20, IntsAttribute);

    /// <summary>TensorProto.</summary>
    public static ProtobufMessage Tensor(string name, OnnxConstant constant) => new ProtobufMessage()
        .AddEach(constant.Shape, (m, length) => m.Add(1, length))
        .Add(2, (long)constant.Type)
        .Add(8, name)
        .Add(9, constant.Bytes);

    /// <summary>ValueInfoProto: an input or output of the graph. The first dimension is <c>N</c>, whatever the caller gives.</summary>
    public static ProtobufMessage BatchOf(string name, ElementType type, params ReadOnlySpan<long> shape)
    {
        var dimensions = new ProtobufMessage().Add(1, new ProtobufMessage().Add(2, "N"));
        foreach (var length in shape)
            dimensions.Add(1, new ProtobufMessage().Add(1, length));
        var tensor = new ProtobufMessage().Add(1, (long)type).Add(2, dimensions);
        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, tensor));
    }

    /// <summary>ValueInfoProto: an output of which only the type is said.</summary>
    public static ProtobufMessage FloatOfAnyShape(string name) => new ProtobufMessage().Add(1, name)
        .Add(2, new ProtobufMessage().Add(1, new ProtobufMessage().Add(1, (long)ElementType.Float)));
}
