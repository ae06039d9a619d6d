using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace LeanPose.Formats.Tests.Matlab;

/// <summary>Writes MATLAB files of version 5, after MathWorks' description and apart from the product's reader.</summary>
internal static class MatBytes
{
    public static byte[] File(bool compressed, params (string Name, byte[] Matrix)[] variables)
    {
        var bytes = new List<byte>(Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file, Platform: GLNXA64".PadRight(124)));
        bytes.AddRange([0x00, 0x01, (byte)'I', (byte)'M']);
        foreach (var (_, matrix) in variables)
            bytes.AddRange(compressed ? Compressed(matrix) : matrix);
        return [.. bytes];
    }

    public static (string, byte[]) Doubles(string name, int[] dimensions, params double[] values) =>
        (name, Matrix(6, dimensions, name, Element(9, [.. values.SelectMany(BitConverter.GetBytes)])));

    /// <summary>MATLAB stores doubles that are small whole numbers as bytes.</summary>
    public static (string, byte[]) Bytes(string name, int[] dimensions, params byte[] values) => (name, Matrix(6, dimensions, name, Element(2, values)));

    public static (string, byte[]) Text(string name, string value) =>
        (name, Matrix(4, [1, value.Length], name, Element(4, Encoding.Unicode.GetBytes(value))));

    public static (string, byte[]) Empty(string name) => (name, Matrix(6, [0, 0], name, Element(9, [])));

    public static (string, byte[]) Cells(string name, params (string, byte[])[] values) =>
        (name, Matrix(1, [1, values.Length], name, [.. values.SelectMany(v => v.Item2)]));

    /// <summary>Structures with the same fields, each a list of nameless values.</summary>
    public static (string, byte[]) Struct(string name, string[] fields, params (string, byte[])[][] structures)
    {
        const int length = 32;
        var names = fields.SelectMany(f => Encoding.ASCII.GetBytes(f.PadRight(length, '\0'))).ToArray();
        byte[] body = [.. Small(5, BitConverter.GetBytes(length)), .. Element(1, names), .. structures.SelectMany(s => s.SelectMany(v => v.Item2))];
        return (name, Matrix(2, [1, structures.Length], name, body));
    }

    private static byte[] Matrix(byte kind, int[] dimensions, string name, byte[] body)
    {
        byte[] flags = [kind, 0, 0, 0, 0, 0, 0, 0];
        var label = Encoding.ASCII.GetBytes(name);
        byte[] content =
        [
            .. Element(6, flags),
            .. Element(5, [.. dimensions.SelectMany(BitConverter.GetBytes)]),
            .. label.Length is > 0 and <= 4 ? Small(1, label) : Element(1, label),
            .. body,
        ];
        return Element(14, content);
    }

    private static byte[] Element(int type, byte[] data)
    {
        var bytes = new byte[8 + ((data.Length + 7) / 8 * 8)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, type);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), data.Length);
        data.CopyTo(bytes, 8);
        return bytes;
    }

    /// <summary>Up to four bytes stand in the tag.</summary>
    private static byte[] Small(int type, byte[] data)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt16LittleEndian(bytes, (short)type);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2), (short)data.Length);
        data.CopyTo(bytes, 4);
        return bytes;
    }

    private static byte[] Compressed(byte[] element)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(element);
        byte[] tag = [.. BitConverter.GetBytes(15), .. BitConverter.GetBytes((int)packed.Length)];
        return [.. tag, .. packed.ToArray()];
    }
}
