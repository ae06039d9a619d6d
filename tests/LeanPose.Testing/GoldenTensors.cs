using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace LeanPose.Testing;

/// <summary>One stored array, widened to double.</summary>
public sealed record GoldenTensor(string DType, int[] Shape, double[] Values)
{
    /// <summary>Number of elements.</summary>
    public int Count => Values.Length;

    /// <summary>The elements as float32.</summary>
    public float[] Floats => Array.ConvertAll(Values, v => (float)v);

    /// <summary>The elements as int.</summary>
    public int[] Ints => Array.ConvertAll(Values, v => checked((int)v));

    /// <summary>The element at an index of every dimension.</summary>
    public double this[params ReadOnlySpan<int> index]
    {
        get
        {
            if (index.Length != Shape.Length)
                throw new ArgumentException($"{index.Length} indices for {Shape.Length} dimensions.");
            var flat = 0;
            for (var d = 0; d < index.Length; d++)
                flat = (flat * Shape[d]) + index[d];
            return Values[flat];
        }
    }
}

/// <summary>A safetensors file, read by a parser of the tests' own, so that the product's reader is checked against another one.</summary>
public sealed class GoldenTensors
{
    private readonly Dictionary<string, GoldenTensor> _tensors = [];

    private GoldenTensors(string path) => Path = path;

    /// <summary>Where it was read.</summary>
    public string Path { get; }

    /// <summary>Strings of <c>__metadata__</c>.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>All names.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>A tensor by name.</summary>
    public GoldenTensor this[string name] => _tensors.TryGetValue(name, out var t)
        ? t
        : throw new KeyNotFoundException($"{Path} has no '{name}'. It has: {string.Join(", ", _tensors.Keys.Order())}");

    /// <summary>Whether the file holds that name.</summary>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>Opens a golden file; skips the calling test where it is absent.</summary>
    public static GoldenTensors Open(string file) => Read(TestMaterial.Golden(file));

    /// <summary>Reads a safetensors file.</summary>
    public static GoldenTensors Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        using var header = JsonDocument.Parse(Encoding.UTF8.GetString(bytes, 8, length));
        var result = new GoldenTensors(path);
        foreach (var entry in header.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                foreach (var m in entry.Value.EnumerateObject())
                    result.Metadata[m.Name] = m.Value.GetString()!;
                continue;
            }

            var dtype = entry.Value.GetProperty("dtype").GetString()!;
            var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()).ToArray();
            var start = 8 + length + entry.Value.GetProperty("data_offsets")[0].GetInt32();
            var count = shape.Aggregate(1, (a, b) => a * b);
            var values = new double[count];
            for (var i = 0; i < count; i++)
                values[i] = Element(bytes, start, i, dtype);
            result._tensors[entry.Name] = new GoldenTensor(dtype, shape, values);
        }

        return result;
    }

    private static double Element(byte[] bytes, int start, int i, string dtype) => dtype switch
    {
        "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(start + (4 * i))),
        "F64" => BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(start + (8 * i))),
        "I64" => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(start + (8 * i))),
        "I32" => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(start + (4 * i))),
        "F16" => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(start + (2 * i))),
        "BF16" => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(start + (2 * i))) << 16),
        "U8" or "BOOL" => bytes[start + i],
        _ => throw new InvalidDataException($"dtype {dtype}"),
    };
}
