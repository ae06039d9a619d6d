using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace LeanPose.Learning.Weights.Pickle;

/// <summary>
/// Reads one Python pickle of protocol 2 to 5 as plain values. A pickle is a program for a small stack machine that may name and
/// call anything in Python; this machine knows numbers, text, tuples, lists and dictionaries, and asks
/// <see cref="TorchObjects"/> for all else, which knows a handful of names and refuses the others. It calls nothing, it does not
/// recurse, and it never sets memory aside for more than the bytes that are there.
/// </summary>
internal sealed class PickleReader(Stream stream, Func<object?, object?> persistent)
{
    // A state dictionary of HRNet takes some 80 000 operations. An operation of one byte may make an object of some hundred.
    private const int MostOperations = 4_000_000;

    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private readonly byte[] _number = new byte[8];

    /// <summary>Reads up to and with the operation STOP; the stream stands behind it then.</summary>
    /// <exception cref="PickleException">The bytes are cut off, malformed, or ask for something that is not allowed.</exception>
    public object? Read()
    {
        for (var operations = 0; ; operations++)
        {
            if (operations == MostOperations)
                throw Wrong($"it has more than {MostOperations} operations, which no weights need");
            var code = stream.ReadByte();
            switch (code)
            {
                case '.':
                    var result = Pop();
                    return _stack.Count == 0 && _marks.Count == 0 ? result : throw Wrong("something is left on its stack at the end");
                case 0x80: // PROTO
                    var protocol = Byte();
                    if (protocol is < 2 or > 5)
                        throw Wrong($"it is of protocol {protocol}; 2 to 5 are read");
                    break;
                case 0x95: // FRAME
                    if (Number(8) > (ulong)Left)
                        throw Wrong("a frame is longer than what is left of it");
                    break;
                case < 0:
                    throw Wrong("it is cut off");
                default:
                    if (!Scalar(code) && !Container(code) && !Memo(code) && !Object(code))
                        throw Wrong($"it has the operation 0x{code:x2}, which weights do not need");
                    break;
            }
        }
    }

    private long Left => stream.Length - stream.Position;

    private bool Scalar(int code)
    {
        object? value;
        switch (code)
        {
            case 'N': value = null; break;
            case 0x88: value = true; break;
            case 0x89: value = false; break;
            case 'K': value = (long)Byte(); break;
            case 'M': value = (long)Number(2); break;
            case 'J': value = (long)(int)Number(4); break;
            case 0x8a: value = Long(Byte()); break;
            case 0x8b: value = Long(Number(4)); break;
            case 'G': value = BinaryPrimitives.ReadDoubleBigEndian(Bytes(8)); break;
            case 'X': value = Text(Number(4), Encoding.UTF8); break;
            case 0x8c: value = Text(Byte(), Encoding.UTF8); break;
            case 0x8d: value = Text(Number(8), Encoding.UTF8); break;
            case 'U': value = Text(Byte(), Encoding.Latin1); break; // Python 2's str
            case 'T': value = Text(Number(4), Encoding.Latin1); break;
            case 'B': value = Bytes(Number(4)); break;
            case 'C': value = Bytes(Byte()); break;
            case 0x8e or 0x96: value = Bytes(Number(8)); break;
            default: return false;
        }

        _stack.Add(value);
        return true;
    }

    private bool Container(int code)
    {
        switch (code)
        {
            case '(': _marks.Push(_stack.Count); break;
            case '0': Pop(); break;
            case '1': FromMark(); break;
            case '2': _stack.Add(Peek()); break;
            case ')': _stack.Add(new PickleTuple([])); break;
            case 't': _stack.Add(new PickleTuple(FromMark())); break;
            case >= 0x85 and <= 0x87: _stack.Add(new PickleTuple(Last(code - 0x84))); break;
            case ']' or 0x8f: _stack.Add(new PickleList()); break;
            case 'l' or 0x91:
                var list = new PickleList();
                list.Items.AddRange(FromMark());
                _stack.Add(list);
                break;
            case 'a': Append([Pop()]); break;
            case 'e' or 0x90: Append(FromMark()); break;
            case '}': _stack.Add(new PickleDictionary()); break;
            case 'd':
                var pairs = FromMark();
                _stack.Add(new PickleDictionary());
                Put(pairs);
                break;
            case 's': Put(Last(2)); break;
            case 'u': Put(FromMark()); break;
            default: return false;
        }

        return true;
    }

    private bool Memo(int code)
    {
        switch (code)
        {
            case 'q': _memo[Byte()] = Peek(); break;
            case 'r': _memo[(uint)Number(4)] = Peek(); break;
            case 0x94: _memo[(uint)_memo.Count] = Peek(); break;
            case 'h': _stack.Add(Remembered(Byte())); break;
            case 'j': _stack.Add(Remembered((uint)Number(4))); break;
            default: return false;
        }

        return true;
    }

    private bool Object(int code)
    {
        switch (code)
        {
            case 'c': _stack.Add(Named(Line(), Line())); break;
            case 0x93:
                var parts = Last(2);
                _stack.Add(parts is [string module, string name] ? Named(module, name) : throw Wrong("a name is not text"));
                break;
            case 'R' or 0x81: // REDUCE and NEWOBJ: both call the one with the other
                var call = Last(2);
                if (call is not [PickleGlobal { Call: { } function } called, PickleTuple arguments])
                    throw Wrong(call[0] is PickleGlobal { Name: var other } ? $"it calls {other}, which cannot be called" : "it calls something that is no function");
                _stack.Add(function(arguments.Items) ?? throw Wrong($"it calls {called.Name} with other arguments than PyTorch does"));
                break;
            case 'b': // BUILD: attributes of a dictionary (PyTorch keeps versions in '_metadata'); nothing looks at them
                Pop();
                if (Peek() is not PickleDictionary)
                    throw Wrong("it sets attributes of something that has none");
                break;
            case 'Q': _stack.Add(persistent(Pop()) ?? throw Wrong("it refers to something that is no storage")); break;
            default: return false;
        }

        return true;
    }

    private PickleGlobal Named(string module, string name) => TorchObjects.Find(module, name)
        ?? throw Wrong($"it asks for '{TorchObjects.Shown(module)}.{TorchObjects.Shown(name)}', which is nothing that weights need and might run code");

    private object? Remembered(uint number) => _memo.TryGetValue(number, out var value) ? value : throw Wrong($"it recalls number {number}, which it has not kept");

    private void Append(object?[] items)
    {
        if (Peek() is not PickleList list)
            throw Wrong("it appends to something that is no list");
        list.Items.AddRange(items);
    }

    private void Put(object?[] pairs)
    {
        if (Peek() is not PickleDictionary dictionary || pairs.Length % 2 != 0)
            throw Wrong("it sets entries of something that is no dictionary");
        for (var i = 0; i < pairs.Length; i += 2)
            dictionary.Items.Add((pairs[i], pairs[i + 1]));
    }

    // Values under the last mark stay where they are: a stack that may be taken from ends at that mark.
    private int Floor => _marks.TryPeek(out var mark) ? mark : 0;

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Wrong("it takes from an empty stack");

    private object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object?[] Last(int count)
    {
        if (_stack.Count - count < Floor)
            throw Wrong("it takes from an empty stack");
        return Cut(_stack.Count - count);
    }

    private object?[] FromMark() => _marks.TryPop(out var mark) ? Cut(mark) : throw Wrong("a mark is missing");

    private object?[] Cut(int from)
    {
        var items = _stack.GetRange(from, _stack.Count - from).ToArray();
        _stack.RemoveRange(from, items.Length);
        return items;
    }

    private byte Byte() => stream.ReadByte() is var value and >= 0 ? (byte)value : throw Wrong("it is cut off");

    private ulong Number(int bytes)
    {
        Array.Clear(_number);
        if (stream.ReadAtLeast(_number.AsSpan(0, bytes), bytes, throwOnEndOfStream: false) < bytes)
            throw Wrong("it is cut off");
        return BinaryPrimitives.ReadUInt64LittleEndian(_number);
    }

    private byte[] Bytes(ulong count)
    {
        if (count > (ulong)Left)
            throw Wrong($"it wants {count} bytes, and {Left} are left");
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private string Text(ulong bytes, Encoding encoding) => encoding.GetString(Bytes(bytes));

    private object Long(ulong bytes)
    {
        if (bytes > 64)
            throw Wrong($"it has a whole number of {bytes} bytes");
        var value = new BigInteger(Bytes(bytes));
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    // Names of modules and classes are short; a line without an end is not read on.
    private string Line()
    {
        var text = new StringBuilder();
        for (int c; (c = stream.ReadByte()) != '\n'; text.Append((char)c))
        {
            if (c < 0 || text.Length == 1000)
                throw Wrong("a name in it has no end");
        }

        return text.ToString();
    }

    private PickleException Wrong(string why) => new(why, stream.Position);
}
