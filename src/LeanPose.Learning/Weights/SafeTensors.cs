using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeanPose.Datasets;
using LeanPose.IO;
using static TorchSharp.torch;

namespace LeanPose.Learning.Weights;

/// <summary>
/// A safetensors file: an 8-byte little-endian header length, a JSON header (name → dtype, shape, offsets; strings under
/// <c>__metadata__</c>), then raw little-endian row-major values. Reading it can run no code.
/// </summary>
public sealed class SafeTensors : WeightsFile
{
    private const long MaxHeader = 100 << 20;

    private static readonly (string Name, ScalarType Type, int Size)[] Types =
    [
        ("F32", ScalarType.Float32, 4), ("F64", ScalarType.Float64, 8), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1), ("C64", ScalarType.ComplexFloat32, 8),
    ];

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    private SafeTensors(string path, IReadOnlyDictionary<string, string> metadata)
        : base(path) => Metadata = metadata;

    private sealed record Entry(ScalarType Type, long[] Shape, long Offset, long Bytes);

    /// <summary>The strings under <c>__metadata__</c>.</summary>
    public override IReadOnlyDictionary<string, string> Metadata { get; }

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Names => _entries.Keys;

    /// <inheritdoc/>
    public override bool Contains(string name) => _entries.ContainsKey(name);

    /// <inheritdoc/>
    public override IReadOnlyList<long> ShapeOf(string name) => _entries[name].Shape;

    /// <inheritdoc/>
    public override ScalarType TypeOf(string name) => _entries[name].Type;

    /// <summary>Reads and checks the header; values are read when asked for.</summary>
    /// <exception cref="DataException">The file is missing, no safetensors file, or cut off.</exception>
    public static new SafeTensors Open(string path)
    {
        if (!File.Exists(path))
            throw new DataException("The weights file does not exist.", path, fix: "Check the path.");
        using var stream = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[8];
        var length = stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length < 2 || length > MaxHeader || length > stream.Length - 8)
            throw Broken(path, "its header length does not fit the file");
        var header = new byte[length];
        stream.ReadExactly(header);
        JsonObject json;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            json = JsonNode.Parse(header, documentOptions: new() { AllowDuplicateProperties = false })?.AsObject() ?? throw Broken(path, "its header is empty");
            foreach (var (key, value) in json["__metadata__"]?.AsObject() ?? [])
                metadata[key] = value?.ToString() ?? "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Broken(path, "its header is not JSON of that form");
        }

        var file = new SafeTensors(path, metadata);
        foreach (var (name, value) in json)
        {
            if (name != "__metadata__")
                file._entries[name] = ReadEntry(path, name, value, 8 + length, stream.Length);
        }

        var places = file._entries.Where(e => e.Value.Bytes > 0).OrderBy(e => e.Value.Offset).ToList();
        foreach (var (before, after) in places.Zip(places.Skip(1)))
        {
            if (before.Value.Offset + before.Value.Bytes > after.Value.Offset)
                throw Broken(path, $"the places of '{before.Key}' and '{after.Key}' overlap");
        }

        return file;
    }

    /// <inheritdoc/>
    public override Tensor Read(string name)
    {
        var entry = _entries.TryGetValue(name, out var e) ? e : throw new KeyNotFoundException($"{Path} holds no tensor '{name}'.");
        var tensor = empty(entry.Shape, entry.Type).DetachFromDisposeScope();
        ReadBytes(tensor, entry.Offset, name);
        return tensor;
    }

    /// <summary>Writes tensors, whole or not at all.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="tensors">Names and values; any device and layout.</param>
    /// <param name="metadata">Strings kept under <c>__metadata__</c>.</param>
    /// <exception cref="DataException">The place cannot be written to, or a tensor's type has no place in the format.</exception>
    public static void Write(string path, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var list = tensors.ToList();
        var header = new JsonObject();
        var strings = new JsonObject();
        foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
            strings[key] = value;
        header["__metadata__"] = strings;
        long offset = 0;
        foreach (var (name, value) in list)
        {
            var (dtype, _, size) = Types.FirstOrDefault(t => t.Type == value.dtype);
            if (dtype is null)
                throw new DataException($"The type {value.dtype} of '{name}' has no place in a safetensors file.", path, string.Join(", ", Types.Select(t => t.Type)), "leave that tensor out");
            var bytes = value.numel() * size;
            header[name] = new JsonObject
            {
                ["dtype"] = dtype,
                ["shape"] = new JsonArray([.. value.shape.Select(s => JsonValue.Create(s))]),
                ["data_offsets"] = new JsonArray(offset, offset + bytes),
            };
            offset += bytes;
        }

        // The format asks for values aligned to 8 bytes; blanks after the JSON do that.
        var text = header.ToJsonString();
        text = text.PadRight(text.Length + ((8 - (Encoding.UTF8.GetByteCount(text) % 8)) % 8));
        var headerBytes = Encoding.UTF8.GetBytes(text);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, headerBytes.Length);
            stream.Write(prefix);
            stream.Write(headerBytes);
            foreach (var (_, value) in list)
            {
                using var scope = NewDisposeScope();
                using var noGradient = no_grad();
                var plain = value.detach().cpu().contiguous();
                if (plain.numel() > 0)
                    stream.Write(plain.bytes);
            }
        });
    }

    private static Entry ReadEntry(string path, string name, JsonNode? node, long start, long fileLength)
    {
        try
        {
            var dtype = node!["dtype"]!.GetValue<string>();
            var type = Types.FirstOrDefault(t => t.Name == dtype);
            if (type.Name is null)
                throw Broken(path, $"'{name}' has the unknown dtype '{dtype}'");
            var shape = node["shape"]!.AsArray().Select(s => s!.GetValue<long>()).ToArray();
            var offsets = node["data_offsets"]!.AsArray().Select(s => s!.GetValue<long>()).ToArray();
            var bytes = checked(shape.Aggregate(1L, (a, b) => checked(a * b)) * type.Size);
            if (shape.Any(s => s < 0) || offsets.Length != 2 || offsets[0] < 0 || offsets[1] - offsets[0] != bytes || offsets[1] > fileLength - start)
                throw Broken(path, $"the place of '{name}' does not fit its shape or the file");
            return new Entry(type.Type, shape, start + offsets[0], bytes);
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException or OverflowException)
        {
            throw Broken(path, $"the entry '{name}' is malformed");
        }
    }

    private static DataException Broken(string path, string why) =>
        new($"This is no whole safetensors file: {why}.", path, "a file written by safetensors or LeanPose", "Fetch or export the file again.");
}
