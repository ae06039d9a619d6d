namespace LeanPose.Learning.Weights.Pickle;

/// <summary>The bytes are no pickle that may be read. <see cref="At"/> is the byte at which that showed.</summary>
internal sealed class PickleException(string why, long at) : Exception(why)
{
    public long At { get; } = at;
}

/// <summary>A Python tuple.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A Python list, set or frozen set.</summary>
internal sealed class PickleList
{
    private PickleDictionary? _dictionary;

    public List<object?> Items { get; } = [];

    /// <summary>A list of pairs as a dictionary; null where something else stands in it.</summary>
    public PickleDictionary? AsDictionary
    {
        get
        {
            if (_dictionary is not null)
                return _dictionary;
            var result = new PickleDictionary();
            foreach (var item in Items)
            {
                if (item is PickleTuple { Items: [var first, var second] })
                    result.Items.Add((first, second));
                else if (item is PickleList { Items: [var key, var value] })
                    result.Items.Add((key, value));
                else
                    return null;
            }

            return _dictionary = result;
        }
    }
}

/// <summary>A Python dictionary, in the order of its making. Keys are not hashed, so that no made-up key can cost time.</summary>
internal sealed class PickleDictionary
{
    public List<(object? Key, object? Value)> Items { get; } = [];

    /// <summary>The value of a text key, the last one if there are several; null where there is none.</summary>
    public object? this[string key] => Items.LastOrDefault(i => i.Key is string k && k == key).Value;
}

/// <summary>Something that a pickle names, and that we know: a function to rebuild tensors, a container, a type.</summary>
/// <param name="Name">Module and name, <c>torch._utils._rebuild_tensor_v2</c>.</param>
/// <param name="Call">What calling it gives; null for what cannot be called.</param>
/// <param name="Type">The element type that it stands for: of a storage class or a dtype.</param>
internal sealed record PickleGlobal(string Name, Func<object?[], object?>? Call = null, ElementType? Type = null);

/// <summary>One element type of PyTorch.</summary>
/// <param name="Name">PyTorch's name: <c>float32</c>.</param>
/// <param name="Size">Bytes per element.</param>
internal sealed record ElementType(string Name, int Size);

/// <summary>Numbers in the file that tensors are views of.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">Element type; null for a storage of bytes, whose tensors have types of their own.</param>
/// <param name="Count">Elements, bytes where there is no type.</param>
internal sealed record PickleStorage(string Key, ElementType? Type, long Count)
{
    /// <summary>The storage that this one is a part of, and from which element on; old files have such parts.</summary>
    public (string Key, long Offset)? PartOf { get; init; }

    /// <summary>First byte in the file; known when the file has been read to its end.</summary>
    public long Place { get; set; } = -1;
}

/// <summary>A tensor: a strided view of a storage. Offset and strides count elements.</summary>
internal sealed record PickleTensor(PickleStorage Storage, ElementType Type, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (a, b) => checked(a * b));

    /// <summary>Elements of the storage from the first to the last one that the view touches.</summary>
    public long Reach => Count == 0 ? 0 : 1 + Shape.Zip(Strides, (n, s) => checked((n - 1) * s)).Aggregate(0L, (a, b) => checked(a + b));

    /// <summary>Whether the elements lie row-major, without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (var d = Shape.Length - 1; d >= 0; d--)
            {
                if (Shape[d] != 1 && Strides[d] != expected)
                    return false;
                expected *= Shape[d];
            }

            return true;
        }
    }
}
