using System.Buffers.Binary;
using System.Text;

namespace LeanPose.Learning.Weights.Pickle;

/// <summary>
/// What <c>torch.save</c> wrote, in any of its three forms: a zip file (PyTorch 1.6 and later), pickles followed by the
/// storages, or a tar file (before 0.2). Gives the pickled object, with the places of its storages in the file.
/// </summary>
internal static class TorchArchive
{
    private static readonly byte[] OldMagic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    /// <summary>Which form the file has.</summary>
    public enum Form
    {
        /// <summary>None of ours.</summary>
        Other,

        /// <summary>PyTorch 1.6 and later.</summary>
        Zip,

        /// <summary>PyTorch 0.2 to 1.5.</summary>
        Old,

        /// <summary>PyTorch 0.1.</summary>
        Tar,

        /// <summary>A pickle that is not PyTorch's.</summary>
        Pickle,
    }

    /// <summary>Looks at the first bytes.</summary>
    public static Form Look(Stream file)
    {
        var head = StoredZip.Part(file, 0, Math.Min(512, file.Length));
        file.Position = 0;
        return head.AsSpan().StartsWith("PK"u8) ? Form.Zip
            : head.AsSpan().StartsWith(OldMagic) ? Form.Old
            : head.Length == 512 && head.AsSpan(257).StartsWith("ustar"u8) ? Form.Tar
            : head is [0x80, >= 2 and <= 5, ..] ? Form.Pickle
            : Form.Other;
    }

    /// <summary>Reads the object.</summary>
    /// <exception cref="PickleException">The file is cut off, malformed, or asks for what is not allowed.</exception>
    public static object? Read(Stream file, Form form) => form switch
    {
        Form.Zip => Zip(file),
        Form.Old => Old(file),
        Form.Tar => LegacyTar.Read(file),
        _ => throw new PickleException("it is a pickle of another program", 0),
    };

    /// <summary>Takes a storage's place: the number of its elements stands there, then they do. Moves behind them.</summary>
    public static void Place(Stream file, PickleStorage storage)
    {
        var count = BinaryPrimitives.ReadInt64LittleEndian(StoredZip.Part(file, file.Position, 8));
        if (count != storage.Count)
            throw new PickleException($"its storage '{TorchObjects.Shown(storage.Key)}' has {count} elements in one place and {storage.Count} in another", file.Position);
        storage.Place = file.Position;
        var bytes = (Int128)count * (storage.Type?.Size ?? 1);
        if (bytes < 0 || bytes > file.Length - file.Position)
            throw new PickleException($"its storage '{TorchObjects.Shown(storage.Key)}' is cut off", file.Length);
        file.Position += (long)bytes;
    }

    private static object? Zip(Stream file)
    {
        var entries = StoredZip.Read(file);
        var main = entries.Keys.Where(n => n == "data.pkl" || n.EndsWith("/data.pkl", StringComparison.Ordinal)).OrderBy(n => n.Length).FirstOrDefault()
            ?? throw new PickleException("it is a zip file without 'data.pkl'", 0);
        var folder = main[..^"data.pkl".Length];
        if (entries.TryGetValue(folder + "byteorder", out var order) && Encoding.ASCII.GetString(StoredZip.Part(file, order.Place, Math.Min(16, order.Bytes))).Trim() != "little")
            throw new PickleException("it was written on a machine that stores the high byte first", order.Place);
        var (place, bytes) = entries[main];
        using var pickle = new MemoryStream(StoredZip.Part(file, place, bytes));
        return new PickleReader(pickle, Storage).Read();

        PickleStorage? Storage(object? id)
        {
            if (Describe(id) is not { } storage)
                return null;
            if (!entries.TryGetValue($"{folder}data/{storage.Key}", out var record))
                throw new PickleException($"it has no storage '{TorchObjects.Shown(storage.Key)}'", place + pickle.Position);
            if ((Int128)storage.Count * (storage.Type?.Size ?? 1) > record.Bytes)
                throw new PickleException($"its storage '{TorchObjects.Shown(storage.Key)}' has {record.Bytes} bytes, too few for {storage.Count} elements", record.Place);
            storage.Place = record.Place;
            return storage;
        }
    }

    private static object? Old(Stream file)
    {
        var storages = new Dictionary<string, PickleStorage>(StringComparer.Ordinal);
        file.Position = OldMagic.Length;
        if (new PickleReader(file, _ => null).Read() is not 1001L)
            throw new PickleException("its version is not 1001", file.Position);
        if (new PickleReader(file, _ => null).Read() is PickleDictionary system && system["little_endian"] is false)
            throw new PickleException("it was written on a machine that stores the high byte first", file.Position);
        var result = new PickleReader(file, id => Remember(id)).Read();
        if (new PickleReader(file, _ => null).Read() is not PickleList keys)
            throw new PickleException("the list of its storages is missing", file.Position);
        foreach (var key in keys.Items)
        {
            if (key is not string name || !storages.TryGetValue(name, out var storage))
                throw new PickleException("it holds a storage that nothing refers to", file.Position);
            Place(file, storage);
        }

        Resolve(storages, file.Position);
        return result;

        PickleStorage? Remember(object? id)
        {
            if (Describe(id) is not { } storage)
                return null;
            var known = Add(storage);
            if (id is not PickleTuple { Items: [_, _, _, _, _, PickleTuple view, ..] })
                return known;
            return view.Items is [string key, long offset and >= 0, long count and >= 0]
                ? Add(new PickleStorage(key, storage.Type, count) { PartOf = (storage.Key, offset) })
                : null;
        }

        PickleStorage Add(PickleStorage storage)
        {
            if (!storages.TryAdd(storage.Key, storage) && storages[storage.Key] != storage)
                throw new PickleException($"its storage '{TorchObjects.Shown(storage.Key)}' is described in two ways", file.Position);
            return storages[storage.Key];
        }
    }

    /// <summary>Gives storages that are parts of others their places.</summary>
    /// <exception cref="PickleException">One has none, or reaches beyond what it is part of.</exception>
    internal static void Resolve(Dictionary<string, PickleStorage> storages, long at)
    {
        foreach (var storage in storages.Values.Where(s => s.Place < 0))
        {
            if (storage.PartOf is not var (key, offset) || !storages.TryGetValue(key, out var root) || root.Place < 0 || root.PartOf is not null
                || offset > root.Count || storage.Count > root.Count - offset || root.Type != storage.Type)
                throw new PickleException($"its storage '{TorchObjects.Shown(storage.Key)}' is missing", at);
        }

        foreach (var storage in storages.Values.Where(s => s.Place < 0).ToList())
        {
            var (key, offset) = storage.PartOf!.Value;
            storage.Place = storages[key].Place + (offset * (storage.Type?.Size ?? 1));
        }
    }

    // ('storage', type, key, location, count, ...)
    private static PickleStorage? Describe(object? id) => id is PickleTuple { Items: ["storage", PickleGlobal type, string key, _, long count and >= 0, ..] } && IsStorage(type)
        ? new PickleStorage(key, type.Type, count)
        : null;

    internal static bool IsStorage(PickleGlobal type) => type.Name.EndsWith("Storage", StringComparison.Ordinal);
}
