using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace LeanPose.Learning.Tests.Weights;

/// <summary>Writes pickles and checkpoint files byte by byte, honest ones and others.</summary>
internal sealed class Pickled
{
    private readonly MemoryStream _bytes = new();

    public Pickled(bool header = true)
    {
        if (header)
            Raw(0x80, 2);
    }

    public byte[] Bytes => _bytes.ToArray();

    public Pickled Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public Pickled Raw(string ascii) => Raw(Encoding.ASCII.GetBytes(ascii));

    public Pickled Global(string module, string name) => Raw($"c{module}\n{name}\n");

    public Pickled Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return Raw("X").Raw(length).Raw(bytes);
    }

    public Pickled Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public Pickled Numbers(params IEnumerable<long> values)
    {
        Raw("(");
        foreach (var v in values)
            Number(v);
        return Raw("t");
    }

    /// <summary>What torch.save writes of one tensor.</summary>
    public Pickled Tensor(string storage, string key, long count, long offset, long[] shape, long[] strides, bool old = false)
    {
        Global("torch._utils", "_rebuild_tensor_v2").Raw("((").Text("storage").Global("torch", storage).Text(key).Text("cpu").Number(count);
        return Raw(old ? "NtQ" : "tQ").Number(offset).Numbers(shape).Numbers(strides).Raw(0x89).Global("collections", "OrderedDict").Raw(")RtR");
    }

    public Pickled Stop() => Raw(".");
}

/// <summary>The three forms of checkpoint files around a pickle.</summary>
internal static class CheckpointBytes
{
    public static byte[] Zip(byte[] pickle, params IEnumerable<(string Key, byte[] Bytes)> storages) => Zip(CompressionLevel.NoCompression, pickle, storages);

    public static byte[] Zip(CompressionLevel level, byte[] pickle, params IEnumerable<(string Key, byte[] Bytes)> storages)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in storages.Select(s => ("archive/data/" + s.Key, s.Bytes)).Prepend(("archive/data.pkl", pickle)))
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    public static byte[] Old(byte[] pickle, params IEnumerable<(string Key, int Size, byte[] Bytes)> storages)
    {
        byte[] magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];
        var keys = new Pickled().Raw("](");
        foreach (var (key, _, _) in storages)
            keys.Text(key);
        return
        [
            .. magic,
            .. new Pickled().Number(1001).Stop().Bytes,
            .. new Pickled().Raw("}").Text("little_endian").Raw(0x88).Raw("s").Stop().Bytes,
            .. pickle,
            .. keys.Raw("e").Stop().Bytes,
            .. storages.SelectMany(s => WithCount(s.Bytes, s.Size)),
        ];
    }

    public static byte[] Tar(byte[] storages, byte[] tensors, byte[] pickle)
    {
        using var stream = new MemoryStream();
        foreach (var (name, bytes) in new[] { ("sys_info", new Pickled().Raw("}").Stop().Bytes), ("storages", storages), ("tensors", tensors), ("pickle", pickle) })
        {
            var header = new byte[512];
            Encoding.ASCII.GetBytes(name, header);
            Encoding.ASCII.GetBytes(Convert.ToString(bytes.Length, 8).PadLeft(11, '0'), header.AsSpan(124));
            Encoding.ASCII.GetBytes("ustar\0" + "00", header.AsSpan(257));
            stream.Write(header);
            stream.Write(bytes);
            stream.Write(new byte[(512 - (bytes.Length % 512)) % 512]);
        }

        stream.Write(new byte[1024]);
        return stream.ToArray();
    }

    public static byte[] WithCount(byte[] bytes, int size)
    {
        var count = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(count, bytes.Length / size);
        return [.. count, .. bytes];
    }

    public static byte[] Floats(params IEnumerable<float> values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
