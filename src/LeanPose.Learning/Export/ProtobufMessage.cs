using Google.Protobuf;

namespace LeanPose.Learning.Export;

/// <summary>
/// One protobuf message under construction. In protobuf's wire format a length stands before its content, so a message is
/// complete before it is added to another; sizes are then known at once, and weights are written from where they lie.
/// </summary>
internal sealed class ProtobufMessage
{
    private readonly List<Action<CodedOutputStream>> _fields = [];

    /// <summary>Bytes of the whole message.</summary>
    public int Size { get; private set; }

    /// <summary>Adds a whole number.</summary>
    public ProtobufMessage Add(int field, long value) =>
        Add(field, WireFormat.WireType.Varint, CodedOutputStream.ComputeInt64Size(value), output => output.WriteInt64(value));

    /// <summary>Adds a float32 number.</summary>
    public ProtobufMessage Add(int field, float value) =>
        Add(field, WireFormat.WireType.Fixed32, CodedOutputStream.ComputeFloatSize(value), output => output.WriteFloat(value));

    /// <summary>Adds text.</summary>
    public ProtobufMessage Add(int field, string value) =>
        Add(field, WireFormat.WireType.LengthDelimited, CodedOutputStream.ComputeStringSize(value), output => output.WriteString(value));

    /// <summary>Adds bytes, which must not change before they are written.</summary>
    public ProtobufMessage Add(int field, byte[] value)
    {
        var bytes = UnsafeByteOperations.UnsafeWrap(value);
        return Add(field, WireFormat.WireType.LengthDelimited, CodedOutputStream.ComputeBytesSize(bytes), output => output.WriteBytes(bytes));
    }

    /// <summary>Adds a message that is complete.</summary>
    public ProtobufMessage Add(int field, ProtobufMessage value)
    {
        var size = value.Size;
        return Add(field, WireFormat.WireType.LengthDelimited, checked(CodedOutputStream.ComputeLengthSize(size) + size), output =>
        {
            output.WriteLength(size);
            value.WriteTo(output);
        });
    }

    /// <summary>Adds a repeated field, unpacked.</summary>
    public ProtobufMessage AddEach<T>(IEnumerable<T> values, Action<ProtobufMessage, T> add)
    {
        foreach (var value in values)
            add(this, value);
        return this;
    }

    /// <summary>The message in wire format.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        using var output = new CodedOutputStream(bytes);
        WriteTo(output);
        output.CheckNoSpaceLeft();
        return bytes;
    }

    private void WriteTo(CodedOutputStream output)
    {
        foreach (var field in _fields)
            field(output);
    }

    private ProtobufMessage Add(int field, WireFormat.WireType type, int size, Action<CodedOutputStream> write)
    {
        Size = checked(Size + CodedOutputStream.ComputeTagSize(field) + size);
        _fields.Add(output =>
        {
            output.WriteTag(field, type);
            write(output);
        });
        return this;
    }
}
