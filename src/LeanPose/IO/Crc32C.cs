using System.Numerics;
using System.Runtime.InteropServices;

namespace LeanPose.IO;

/// <summary>CRC-32C (Castagnoli), which processors compute in hardware: finds damage, is no protection against malice.</summary>
public static class Crc32C
{
    /// <summary>The checksum of some bytes, as RFC 3720 B.4 defines it; 0xE3069283 for the text "123456789".</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        // A word is taken with its lowest byte first, which is the order in memory on little-endian machines.
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        foreach (var b in bytes[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
