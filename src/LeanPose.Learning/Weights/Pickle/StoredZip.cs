using System.Buffers.Binary;
using System.Text;

namespace LeanPose.Learning.Weights.Pickle;

/// <summary>
/// The directory of a zip file whose entries are stored as they are, which is how PyTorch writes its checkpoints: each entry is a
/// range of the file. Compressed entries are refused; PyTorch writes none, and a few bytes could become any number of them.
/// (APPNOTE.TXT 6.3.10 of PKWARE, with Zip64.)
/// </summary>
internal static class StoredZip
{
    private const int EndSize = 22, LocatorSize = 20, End64Size = 56, EntrySize = 46, LocalSize = 30;

    /// <summary>Name → first byte and number of bytes.</summary>
    /// <exception cref="PickleException">The directory is missing or malformed, or an entry is compressed.</exception>
    public static Dictionary<string, (long Place, long Bytes)> Read(Stream file)
    {
        var (place, size, count) = Directory(file);
        var directory = Part(file, place, size);
        var entries = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        var at = 0;
        for (long i = 0; i < count; i++)
        {
            var entry = directory.AsSpan(Math.Min(at, directory.Length));
            if (entry.Length < EntrySize || U32(entry) != 0x02014b50)
                throw new PickleException("its list of entries is malformed", place + at);
            int nameLength = U16(entry[28..]), extraLength = U16(entry[30..]), commentLength = U16(entry[32..]);
            if (entry.Length < EntrySize + nameLength + extraLength + commentLength)
                throw new PickleException("its list of entries is cut off", place + at);
            var name = Encoding.UTF8.GetString(entry.Slice(EntrySize, nameLength));
            var (bytes, stored, local) = Sizes(entry, entry.Slice(EntrySize + nameLength, extraLength), place + at);
            if (U16(entry[10..]) != 0 || bytes != stored || (U16(entry[8..]) & 1) != 0)
                throw new PickleException($"its entry '{TorchObjects.Shown(name)}' is compressed or encrypted", place + at);
            var header = Part(file, local, LocalSize);
            if (U32(header) != 0x04034b50)
                throw new PickleException($"its entry '{TorchObjects.Shown(name)}' is not where the list says", local);
            var start = local + LocalSize + U16(header.AsSpan(26)) + U16(header.AsSpan(28));
            if (bytes < 0 || bytes > file.Length - start)
                throw new PickleException($"its entry '{TorchObjects.Shown(name)}' reaches beyond the file", local);
            if (!entries.TryAdd(name, (start, bytes)))
                throw new PickleException($"it has two entries '{TorchObjects.Shown(name)}'", place + at);
            at += EntrySize + nameLength + extraLength + commentLength;
        }

        return entries;
    }

    /// <summary>Bytes of the file.</summary>
    /// <exception cref="PickleException">They reach beyond it.</exception>
    public static byte[] Part(Stream file, long place, long size)
    {
        if (place < 0 || size < 0 || place > file.Length || size > file.Length - place)
            throw new PickleException("it is cut off", file.Length);
        var bytes = new byte[size];
        file.Position = place;
        file.ReadExactly(bytes);
        return bytes;
    }

    // The directory is found from the end of the file, where a comment of up to 65535 bytes may stand behind its address.
    private static (long Place, long Size, long Count) Directory(Stream file)
    {
        var tailSize = Math.Min(file.Length, EndSize + ushort.MaxValue);
        var tail = Part(file, file.Length - tailSize, tailSize);
        for (var i = tail.Length - EndSize; i >= 0; i--)
        {
            var end = tail.AsSpan(i);
            if (U32(end) != 0x06054b50 || U16(end[20..]) != end.Length - EndSize)
                continue;
            long place = U32(end[16..]), size = U32(end[12..]), count = U16(end[10..]);
            if (i >= LocatorSize && U32(tail.AsSpan(i - LocatorSize)) == 0x07064b50)
            {
                var end64 = Part(file, I64(tail.AsSpan(i - LocatorSize + 8)), End64Size);
                if (U32(end64) != 0x06064b50)
                    throw new PickleException("its list of entries is not where its end says", file.Length);
                (place, size, count) = (I64(end64.AsSpan(48)), I64(end64.AsSpan(40)), I64(end64.AsSpan(32)));
            }

            return (place, size, count);
        }

        throw new PickleException("its end is missing, as that of a file that was cut off", file.Length);
    }

    // What does not fit into 32 bits stands in the extra field 1, in this order.
    private static (long Bytes, long Stored, long Local) Sizes(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra, long at)
    {
        long stored = U32(entry[20..]), bytes = U32(entry[24..]), local = U32(entry[42..]);
        while (extra.Length >= 4)
        {
            var length = U16(extra[2..]);
            if (extra.Length < 4 + length)
                break;
            if (U16(extra) == 1)
            {
                var wide = extra.Slice(4, length);
                Take(ref bytes, ref wide, at);
                Take(ref stored, ref wide, at);
                Take(ref local, ref wide, at);
            }

            extra = extra[(4 + length)..];
        }

        return (bytes, stored, local);
    }

    private static void Take(ref long value, ref ReadOnlySpan<byte> wide, long at)
    {
        if (value != uint.MaxValue)
            return;
        if (wide.Length < 8)
            throw new PickleException("a size in its list of entries is missing", at);
        value = I64(wide);
        wide = wide[8..];
    }

    private static ushort U16(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static long I64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);
}
