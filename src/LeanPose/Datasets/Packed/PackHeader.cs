using System.Buffers.Binary;
using LeanPose.IO;

namespace LeanPose.Datasets.Packed;

/// <summary>The first 48 bytes of a packed file, little-endian.</summary>
/// <param name="IndexOffset">From the start of the file, bytes; the pictures lie between header and index.</param>
/// <param name="IndexLength">Bytes; the file ends with the index.</param>
/// <param name="IndexCrc">CRC-32C of the index.</param>
internal readonly record struct PackHeader(long IndexOffset, long IndexLength, uint IndexCrc)
{
    public const int Length = 48;
    private const int Version = 1;

    // As PNG's, it shows at once when a transfer took the file for text.
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'L', (byte)'P', (byte)'P', (byte)'K', (byte)'\r', (byte)'\n', 0x1A];

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), IndexCrc);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), IndexOffset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), IndexLength);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Length - 4), Crc32C.Of(bytes.AsSpan(0, Length - 4)));
        return bytes;
    }

    /// <exception cref="DataException">It is no packed file, one of another version, a damaged one or a part of one.</exception>
    public static PackHeader Parse(ReadOnlySpan<byte> bytes, long fileLength, string path)
    {
        const string again = "copy the file again, or pack the data again";
        if (bytes.Length < Magic.Length || !bytes.StartsWith(Magic))
            throw new DataException("The file is no packed data set.", path, "a file that 'leanpose data pack' wrote", "check the path; pictures with a COCO file are given as images and annotations");
        if (bytes.Length < Length)
            throw CutOff(path, fileLength, null);
        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (version != Version)
            throw new DataException($"The packed file has version {version}.", path, $"version {Version}", "use the LeanPose that wrote it, or pack the data again");
        if (Crc32C.Of(bytes[..(Length - 4)]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[(Length - 4)..]))
            throw new DataException("The packed file is damaged.", $"{path}, header (bytes 0–{Length - 1})", "its checksum", again);
        var header = new PackHeader(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
        if (fileLength < header.IndexOffset + header.IndexLength)
            throw CutOff(path, fileLength, header.IndexOffset + header.IndexLength);
        if (header.IndexOffset < Length || header.IndexLength is < 2 or > int.MaxValue || fileLength != header.IndexOffset + header.IndexLength)
            throw new DataException("The packed file is damaged: its length is wrong.", path, $"{header.IndexOffset + header.IndexLength} bytes; found {fileLength}", again);
        return header;

        static DataException CutOff(string path, long found, long? expected) =>
            new($"The packed file ends too early: it has {found} bytes.", path, expected is { } e ? $"{e} bytes" : "a whole file", again);
    }
}
