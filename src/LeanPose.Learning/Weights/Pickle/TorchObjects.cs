using System.Collections.Frozen;

namespace LeanPose.Learning.Weights.Pickle;

/// <summary>
/// Everything that a pickle of weights may name. What is not listed is refused; what is listed makes a tensor's description or a
/// plain container, and has no effect beyond that.
/// </summary>
internal static class TorchObjects
{
    private static readonly (string DType, int Size, string Storage)[] Types =
    [
        ("float32", 4, "FloatStorage"), ("float64", 8, "DoubleStorage"), ("float16", 2, "HalfStorage"), ("bfloat16", 2, "BFloat16Storage"),
        ("int64", 8, "LongStorage"), ("int32", 4, "IntStorage"), ("int16", 2, "ShortStorage"), ("int8", 1, "CharStorage"),
        ("uint8", 1, "ByteStorage"), ("bool", 1, "BoolStorage"), ("complex64", 8, "ComplexFloatStorage"), ("complex128", 16, "ComplexDoubleStorage"),
    ];

    private static readonly FrozenDictionary<string, PickleGlobal> Known = All().ToFrozenDictionary(g => g.Name, StringComparer.Ordinal);

    /// <summary>What a module's name stands for, or null.</summary>
    public static PickleGlobal? Find(string module, string name) => Known.GetValueOrDefault($"{module}.{name}");

    /// <summary>A name as a message shows it: short, and without control characters.</summary>
    public static string Shown(string name) => new([.. name.Take(60).Select(c => char.IsControl(c) ? '?' : c)]);

    private static IEnumerable<PickleGlobal> All()
    {
        foreach (var (dtype, size, storage) in Types)
        {
            var type = new ElementType(dtype, size);
            yield return new($"torch.{dtype}", Type: type);
            yield return new($"torch.{storage}", Type: type);
            yield return new($"torch.storage.{storage}", Type: type);
            yield return new($"torch.cuda.{storage}", Type: type);
        }

        yield return new("torch.UntypedStorage");
        yield return new("torch.storage.UntypedStorage");
        yield return new("torch._utils._rebuild_tensor", a => a is [PickleStorage s, long offset, var shape, var strides] && s.Type is { } type ? View(s, type, offset, shape, strides) : null);
        yield return new("torch._utils._rebuild_tensor_v2", a => a is [PickleStorage s, long offset, var shape, var strides, ..] && s.Type is { } type ? View(s, type, offset, shape, strides) : null);
        yield return new("torch._utils._rebuild_tensor_v3", a => a is [PickleStorage s, long offset, var shape, var strides, _, _, PickleGlobal { Type: { } type }, ..] ? View(s, type, offset, shape, strides) : null);
        yield return new("torch._utils._rebuild_parameter", a => a is [PickleTensor tensor, ..] ? tensor : null);
        yield return new("torch._utils._rebuild_parameter_with_state", a => a is [PickleTensor tensor, ..] ? tensor : null);
        yield return new("torch.Size", a => a is [PickleTuple size] ? size : null);
        yield return new("torch.device", a => a is [string or PickleTuple, ..] ? new PickleTuple(a) : null);
        yield return new("collections.OrderedDict", Dictionary);
        yield return new("collections.Counter", Dictionary);
        yield return new("collections.defaultdict", _ => new PickleDictionary());
        foreach (var builtins in new[] { "builtins", "__builtin__" })
        {
            yield return new($"{builtins}.set", List);
            yield return new($"{builtins}.frozenset", List);
            yield return new($"{builtins}.dict", Dictionary); // as the argument of defaultdict, too
            yield return new($"{builtins}.list", List);
        }
    }

    // What is given is not copied: a pickle of a megabyte could ask for a thousand copies of a large list.
    private static PickleDictionary? Dictionary(object?[] arguments) => arguments switch
    {
        [] => new PickleDictionary(),
        [PickleDictionary other] => other,
        [PickleList pairs] => pairs.AsDictionary, // as Python 2 wrote it
        _ => null,
    };

    private static PickleList? List(object?[] arguments) => arguments switch
    {
        [] => new PickleList(),
        [PickleList list] => list,
        _ => null,
    };

    // A view may not reach beyond its storage, nor be larger than it: a tensor of a billion elements that are all the same one
    // element is a valid view, and memory for it is not in the file.
    private static PickleTensor? View(PickleStorage storage, ElementType type, long offset, object? shape, object? strides)
    {
        if (Whole(shape) is not { } sizes || Whole(strides) is not { } steps || sizes.Length != steps.Length || offset < 0)
            return null;
        var there = storage.Type is null ? storage.Count / type.Size : storage.Count;
        var tensor = new PickleTensor(storage, type, offset, sizes, steps);
        try
        {
            return tensor.Count <= there && tensor.Reach <= there - Math.Min(offset, there) ? tensor : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static long[]? Whole(object? tuple) => tuple is PickleTuple { Items: { Length: <= 16 } items } && items.All(i => i is >= 0L) ? [.. items.Cast<long>()] : null;
}
