using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace LeanPose.Learning.Weights.Pickle;

/// <summary>PyTorch 0.1's checkpoints: a tar file with the entries <c>storages</c>, <c>tensors</c> and <c>pickle</c>.</summary>
internal static class LegacyTar
{
    private const int Block = 512;

    /// <summary>Reads the object.</summary>
    /// <exception cref="PickleException">The file is cut off, malformed, or asks for what is not allowed.</exception>
    public static object? Read(Stream file)
    {
        var entries = Entries(file);
        var storages = Storages(file, Entry("storages"));
        var tensors = Tensors(file, Entry("tensors"), storages);
        file.Position = Entry("pickle");
        return new PickleReader(file, id => Key(id) is not { } key ? null : tensors.TryGetValue(key, out var tensor) ? tensor : storages.GetValueOrDefault(key)).Read();

        long Entry(string name) => entries.TryGetValue(name, out var place) ? place : throw new PickleException($"it is a tar file without '{name}'", file.Length);
    }

    private static Dictionary<string, long> Entries(Stream file)
    {
        var entries = new Dictionary<string, long>(StringComparer.Ordinal);
        for (long place = 0; place <= file.Length - Block;)
        {
            var header = StoredZip.Part(file, place, Block);
            if (header[0] == 0)
                break;
            var name = Encoding.ASCII.GetString(header, 0, 100).TrimEnd('\0');
            var octal = Encoding.ASCII.GetString(header, 124, 12).Trim('\0', ' ');
            long size = 0;
            foreach (var digit in octal)
                size = digit is >= '0' and <= '7' ? (size * 8) + (digit - '0') : throw new PickleException("its list of entries is malformed", place);
            if (size > file.Length - place - Block)
                throw new PickleException($"its entry '{TorchObjects.Shown(name)}' is cut off", file.Length);
            entries.TryAdd(name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name, place + Block);
            place += Block + ((size + Block - 1) / Block * Block);
        }

        return entries;
    }

    // How many; for each its key, location and type, then its values; then which storages are parts of which.
    private static Dictionary<string, PickleStorage> Storages(Stream file, long place)
    {
        var storages = new Dictionary<string, PickleStorage>(StringComparer.Ordinal);
        file.Position = place;
        for (var left = Count(file); left > 0; left--)
        {
            if (new PickleReader(file, _ => null).Read() is not PickleTuple { Items: [var id, _, PickleGlobal type] } || Key(id) is not { } key || type.Type is null || !TorchArchive.IsStorage(type))
                throw new PickleException("a storage's description is malformed", file.Position);
            var count = BinaryPrimitives.ReadInt64LittleEndian(StoredZip.Part(file, file.Position, 8));
            file.Position -= 8;
            var storage = new PickleStorage(key, type.Type, count);
            if (!storages.TryAdd(key, storage))
                throw new PickleException($"it has two storages '{TorchObjects.Shown(key)}'", file.Position);
            TorchArchive.Place(file, storage);
        }

        if (new PickleReader(file, _ => null).Read() is not PickleList parts)
            throw new PickleException("the list of its storages is malformed", file.Position);
        foreach (var part in parts.Items)
        {
            if (part is not PickleTuple { Items: [var id, var rootId, long offset and >= 0, long count and >= 0] } || Key(id) is not { } key || Key(rootId) is not { } root || !storages.TryGetValue(root, out var whole))
                throw new PickleException("the list of its storages is malformed", file.Position);
            storages.TryAdd(key, new PickleStorage(key, whole.Type, count) { PartOf = (root, offset) });
        }

        TorchArchive.Resolve(storages, file.Position);
        return storages;
    }

    // How many; for each its key, its storage's and its type, then rank (in 8 bytes), shape, strides and offset.
    private static Dictionary<string, PickleTensor> Tensors(Stream file, long place, Dictionary<string, PickleStorage> storages)
    {
        var tensors = new Dictionary<string, PickleTensor>(StringComparer.Ordinal);
        file.Position = place;
        for (var left = Count(file); left > 0; left--)
        {
            if (new PickleReader(file, _ => null).Read() is not PickleTuple { Items: [var id, var storageId, ..] } || Key(id) is not { } key || Key(storageId) is not { } storageKey || !storages.TryGetValue(storageKey, out var storage))
                throw new PickleException("a tensor's description is malformed", file.Position);
            var rank = BinaryPrimitives.ReadInt32LittleEndian(StoredZip.Part(file, file.Position, 8));
            if (rank is < 0 or > 16)
                throw new PickleException($"a tensor has {rank} dimensions", file.Position);
            var numbers = StoredZip.Part(file, file.Position, 8 * ((2 * rank) + 1));
            object?[] values = [.. Enumerable.Range(0, (2 * rank) + 1).Select(i => (object?)BinaryPrimitives.ReadInt64LittleEndian(numbers.AsSpan(8 * i)))];
            object?[] view = [storage, values[^1], new PickleTuple(values[..rank]), new PickleTuple(values[rank..^1])];
            var made = TorchObjects.Find("torch._utils", "_rebuild_tensor")!.Call!(view) as PickleTensor;
            if (made is null || !tensors.TryAdd(key, made))
                throw new PickleException($"the tensor '{TorchObjects.Shown(key)}' does not fit its storage, or is there twice", file.Position);
        }

        return tensors;
    }

    private static long Count(Stream file) => new PickleReader(file, _ => null).Read() is long count and >= 0 ? count : throw new PickleException("a count is missing", file.Position);

    // Keys are whole numbers, written as numbers or as text.
    private static string? Key(object? id) => id switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
