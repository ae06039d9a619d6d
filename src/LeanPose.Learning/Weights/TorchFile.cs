using System.Collections.Frozen;
using System.Globalization;
using LeanPose.Datasets;
using LeanPose.Learning.Weights.Pickle;
using static TorchSharp.torch;

namespace LeanPose.Learning.Weights;

/// <summary>
/// A PyTorch checkpoint (<c>.pth</c>, <c>.pt</c>, <c>.pth.tar</c>, <c>.bin</c>): a state dictionary, or a training checkpoint
/// that holds one under a usual key. Such a file is a program; this reader understands what describes tensors and plain
/// containers, refuses everything else by its name, and runs nothing.
/// </summary>
public sealed class TorchFile : WeightsFile
{
    // In the order in which they are preferred. 'state_dict' is the most usual one.
    private static readonly string[] Keys = ["state_dict", "model_state_dict", "model", "module", "network", "net", "weights", "params"];

    // Names of half a dozen tied copies are usual; thousands of large views of one storage are not.
    private const int MostTimesTheFile = 64;

    private static readonly FrozenDictionary<string, ScalarType> Types = new Dictionary<string, ScalarType>
    {
        ["float32"] = ScalarType.Float32,
        ["float64"] = ScalarType.Float64,
        ["float16"] = ScalarType.Float16,
        ["bfloat16"] = ScalarType.BFloat16,
        ["int64"] = ScalarType.Int64,
        ["int32"] = ScalarType.Int32,
        ["int16"] = ScalarType.Int16,
        ["int8"] = ScalarType.Int8,
        ["uint8"] = ScalarType.Byte,
        ["bool"] = ScalarType.Bool,
        ["complex64"] = ScalarType.ComplexFloat32,
        ["complex128"] = ScalarType.ComplexFloat64,
    }.ToFrozenDictionary();

    private readonly Dictionary<string, PickleTensor> _tensors = new(StringComparer.Ordinal);

    private TorchFile(string path, string? key, IEnumerable<(string Name, PickleTensor Tensor)> tensors)
        : base(path)
    {
        Key = key;
        foreach (var (name, tensor) in tensors)
            _tensors[name] = tensor;
    }

    /// <summary>Where in the file the state dictionary stood, <c>state_dict</c> for example; null where the file is one.</summary>
    public string? Key { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata { get; } = FrozenDictionary<string, string>.Empty;

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <inheritdoc/>
    public override bool Contains(string name) => _tensors.ContainsKey(name);

    /// <inheritdoc/>
    public override IReadOnlyList<long> ShapeOf(string name) => _tensors[name].Shape;

    /// <inheritdoc/>
    public override ScalarType TypeOf(string name) => Types[_tensors[name].Type.Name];

    /// <summary>Reads what the file says of its tensors.</summary>
    /// <exception cref="DataException">It is missing, cut off, malformed, holds no state dictionary, or asks for code to be run.</exception>
    public static new TorchFile Open(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var root = TorchArchive.Read(file, TorchArchive.Look(file));
            var (key, tensors) = StateDictionary(root, null, 0)
                ?? throw new DataException("The checkpoint holds no state dictionary.", path, $"a dictionary of tensors, alone or under {string.Join(", ", Keys)}", "In Python: torch.save(model.state_dict(), \"weights.pth\").");
            long bytes = 0;
            foreach (var (_, tensor) in tensors)
                bytes = checked(bytes + (tensor.Count * tensor.Type.Size));
            if (bytes / MostTimesTheFile > file.Length)
                throw new PickleException($"its tensors are {MostTimesTheFile} times as large as the file and more", file.Length);
            return new TorchFile(path, key, tensors);
        }
        catch (PickleException e)
        {
            throw new DataException(
                $"This checkpoint is not read: {e.Message}.",
                string.Create(CultureInfo.InvariantCulture, $"{path}, byte {e.At}"),
                "a whole file that torch.save wrote of a state dictionary: tensors in plain containers",
                "Fetch the file again. If it holds more than tensors and its source is trusted, in Python: torch.save(model.state_dict(), \"weights.pth\").");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException("The weights file cannot be read.", path, fix: e.Message, inner: e);
        }
    }

    /// <inheritdoc/>
    public override Tensor Read(string name)
    {
        var found = _tensors.TryGetValue(name, out var t) ? t : throw new KeyNotFoundException($"{Path} holds no tensor '{name}'.");
        // Any byte but 0 means true, and libtorch counts on there being only one such.
        var isBool = TypeOf(name) == ScalarType.Bool;
        var type = isBool ? ScalarType.Byte : TypeOf(name);
        var place = found.Storage.Place + (found.Offset * found.Type.Size);
        using var scope = NewDisposeScope();
        Tensor result;
        if (found.IsContiguous)
        {
            result = empty(found.Shape, type);
            ReadBytes(result, place, name);
        }
        else
        {
            var reach = empty(found.Reach, type);
            ReadBytes(reach, place, name);
            result = reach.as_strided(found.Shape, found.Strides).contiguous();
        }

        return (isBool ? result.ne(0) : result).DetachFromDisposeScope();
    }

    /// <summary>Whether the file begins as one that <c>torch.save</c> or another program pickled.</summary>
    internal static bool Recognises(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return TorchArchive.Look(file) != TorchArchive.Form.Other;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // A training checkpoint may hold single tensors beside its state dictionary, so usual keys are looked at first.
    private static (string? Key, List<(string, PickleTensor)> Tensors)? StateDictionary(object? value, string? key, int depth)
    {
        if (value is not PickleDictionary dictionary || depth > 4)
            return null;
        foreach (var inner in Keys)
        {
            if (StateDictionary(dictionary[inner], key is null ? inner : $"{key}.{inner}", depth + 1) is { } found)
                return found;
        }

        var tensors = new List<(string, PickleTensor)>();
        foreach (var (name, item) in dictionary.Items)
        {
            if (name is string text && item is PickleTensor tensor)
                tensors.Add((text, tensor));
        }

        return tensors.Count > 0 ? (key, tensors) : null;
    }
}
