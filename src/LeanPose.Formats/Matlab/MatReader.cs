using System.Buffers.Binary;
using System.Text;

namespace LeanPose.Formats.Matlab;

/// <summary>Walks over the data elements of a MATLAB file of version 5: a tag with type and size, then the data, up to the next 8 bytes.</summary>
internal sealed class MatReader(ReadOnlyMemory<byte> bytes, int depth)
{
    public const int Matrix = 14;
    public const int Compressed = 15;

    // Cells and structures may hold one another; a file that nests deeper than this is not honest.
    private const int DeepestNesting = 40;

    private const int CellClass = 1;
    private const int StructClass = 2;
    private const int CharClass = 4;
    private const int FirstNumberClass = 6;
    private const int LastNumberClass = 15;
    private int _at;

    /// <summary>The next element, or null at the end.</summary>
    /// <exception cref="InvalidDataException">It reaches beyond the end.</exception>
    public (int Type, ReadOnlyMemory<byte> Data)? Next()
    {
        if (bytes.Length - _at < 8)
            return null;
        var tag = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[_at..]);
        int type, size, start;
        if (tag >> 16 != 0)
        {
            // Up to 4 bytes of data stand in the tag itself.
            (type, size, start) = ((int)(tag & 0xffff), (int)(tag >> 16), _at + 4);
            if (size > 4)
                throw new InvalidDataException($"a short element of {size} bytes");
            _at += 8;
        }
        else
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[(_at + 4)..]);
            if (length > bytes.Length - _at - 8)
                throw new InvalidDataException($"an element of {length} bytes reaches beyond the end");
            (type, size, start) = ((int)tag, (int)length, _at + 8);
            _at = start + (type == Compressed ? size : Math.Min((size + 7) & ~7, bytes.Length - start));
        }

        return (type, bytes.Slice(start, size));
    }

    /// <summary>A variable's name and value.</summary>
    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static (string Name, MatValue Value) Variable(ReadOnlyMemory<byte> matrix, int depth)
    {
        if (depth > DeepestNesting)
            throw new InvalidDataException("cells and structures are nested too deeply");
        if (matrix.IsEmpty)
            return ("", new MatNumbers([0, 0], []));
        return new MatReader(matrix, depth).Value();
    }

    private (string, MatValue) Value()
    {
        var flags = Required();
        if (flags.Data.Length < 4)
            throw new InvalidDataException("an array without flags");
        var kind = flags.Data.Span[0];
        int[] dimensions = [.. Numbers(Required()).Select(d => checked((int)d))];
        var name = Encoding.UTF8.GetString(Required().Data.Span);
        if (dimensions.Any(d => d < 0))
            throw new InvalidDataException("a size below 0");
        var count = dimensions.Aggregate(1L, (a, b) => checked(a * b));
        // Every element takes at least a byte, so that a wrong count is found before memory is asked for.
        if (count > bytes.Length)
            throw new InvalidDataException($"{count} elements in {bytes.Length} bytes");
        return (name, kind switch
        {
            CellClass => new MatCells(dimensions, [.. Many(count)]),
            StructClass => Structures(dimensions, (int)count),
            CharClass => new MatText(dimensions, Text(Next())),
            >= FirstNumberClass and <= LastNumberClass => Array(dimensions, count),
            _ => new MatOther($"class {kind}"),
        });
    }

    private MatNumbers Array(int[] dimensions, long count)
    {
        var values = Next() is { } data ? Numbers(data) : [];
        return values.Length == count ? new MatNumbers(dimensions, values) : throw new InvalidDataException($"{values.Length} numbers for {count} elements");
    }

    private MatStruct Structures(int[] dimensions, int count)
    {
        var length = (int)Numbers(Required())[0];
        var names = Required().Data.Span;
        if (length <= 0)
            throw new InvalidDataException("field names of no length");
        var fields = new List<string>();
        for (var i = 0; i + length <= names.Length; i += length)
            fields.Add(Encoding.UTF8.GetString(names.Slice(i, length)).TrimEnd('\0').Split('\0')[0]);
        var values = fields.ToDictionary(f => f, _ => new MatValue[count], StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            foreach (var field in fields)
                values[field][i] = Variable(Inner(), depth + 1).Value;
        }

        return new MatStruct(dimensions, count, values);
    }

    private IEnumerable<MatValue> Many(long count)
    {
        for (var i = 0L; i < count; i++)
            yield return Variable(Inner(), depth + 1).Value;
    }

    private ReadOnlyMemory<byte> Inner() =>
        Required() is { Type: Matrix } element ? element.Data : throw new InvalidDataException("a cell or field that is no array");

    private (int Type, ReadOnlyMemory<byte> Data) Required() => Next() ?? throw new InvalidDataException("an array ends too early");

    private static string Text((int Type, ReadOnlyMemory<byte> Data)? element) => element switch
    {
        null => "",
        (1 or 2 or 16, var data) => Encoding.UTF8.GetString(data.Span),
        (4 or 17, var data) => Encoding.Unicode.GetString(data.Span),
        (18, var data) => Encoding.UTF32.GetString(data.Span),
        var (type, _) => throw new InvalidDataException($"a text of type {type}"),
    };

    private static double[] Numbers((int Type, ReadOnlyMemory<byte> Data) element)
    {
        var (size, read) = Decoder(element.Type);
        var numbers = new double[element.Data.Length / size];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = read(element.Data.Span[(i * size)..]);
        return numbers;
    }

    private delegate double Decode(ReadOnlySpan<byte> bytes);

    private static (int Size, Decode Read) Decoder(int type) => type switch
    {
        1 => (1, b => (sbyte)b[0]),
        2 => (1, b => b[0]),
        3 => (2, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
        4 => (2, b => BinaryPrimitives.ReadUInt16LittleEndian(b)),
        5 => (4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
        6 => (4, b => BinaryPrimitives.ReadUInt32LittleEndian(b)),
        7 => (4, b => BinaryPrimitives.ReadSingleLittleEndian(b)),
        9 => (8, b => BinaryPrimitives.ReadDoubleLittleEndian(b)),
        12 => (8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
        13 => (8, b => BinaryPrimitives.ReadUInt64LittleEndian(b)),
        _ => throw new InvalidDataException($"numbers of type {type}"),
    };
}
