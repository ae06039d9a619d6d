using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace LeanPose.Datasets;

/// <summary>
/// A JSON file of records, read record by record, so that memory holds the file's bytes and one record but never a tree of it all.
/// </summary>
internal sealed class JsonFile(string path)
{
    private readonly byte[] _bytes = ReadBytes(path);

    public string Path { get; } = path;

    /// <summary>What the file is at its top, for messages.</summary>
    public JsonTokenType TopLevel { get; private set; }

    /// <summary>The names at the top level, in file order.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>Walks over some arrays of an object; the rest is skipped.</summary>
    /// <param name="wanted">Names of the arrays.</param>
    /// <param name="record">Gets the array's name, the record's index in it and the record, which lives only during the call.</param>
    /// <exception cref="DataException">The file is no JSON, or one of these names holds something else than an array.</exception>
    public void ReadArrays(IReadOnlyCollection<string> wanted, Action<string, int, JsonElement> record)
    {
        var reader = Reader();
        Keys.Clear();
        try
        {
            reader.Read();
            TopLevel = reader.TokenType;
            if (TopLevel != JsonTokenType.StartObject)
            {
                reader.Skip();
                reader.Read();
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = Name(in reader);
                Keys.Add(key);
                reader.Read();
                if (!wanted.Contains(key))
                    reader.Skip();
                else if (reader.TokenType == JsonTokenType.StartArray)
                    ReadItems(ref reader, key, record);
                else
                    throw new DataException($"\"{key}\" holds {Describe(reader.TokenType)}.", Path, "a list");
            }

            reader.Read();
        }
        catch (JsonException e)
        {
            throw Invalid(e);
        }
    }

    /// <summary>Walks over a file that is one array.</summary>
    /// <exception cref="DataException">It is not.</exception>
    public void ReadList(string expected, Action<int, JsonElement> record)
    {
        var reader = Reader();
        try
        {
            reader.Read();
            TopLevel = reader.TokenType;
            if (TopLevel == JsonTokenType.StartArray)
                ReadItems(ref reader, "", (_, i, e) => record(i, e));
            else
                reader.Skip();
            reader.Read();
        }
        catch (JsonException e)
        {
            throw Invalid(e);
        }

        if (TopLevel != JsonTokenType.StartArray)
            throw new DataException($"The file holds {Describe(TopLevel)}, not a list.", Path, expected);
    }

    /// <summary>The whole file as a tree, for files that are one small record.</summary>
    /// <exception cref="DataException">The file is no JSON.</exception>
    public JsonDocument ReadWhole()
    {
        try
        {
            return JsonDocument.Parse(Content);
        }
        catch (JsonException e)
        {
            throw Invalid(e);
        }
    }

    /// <summary>What a JSON value is, in words.</summary>
    public static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "a JSON object",
        JsonTokenType.StartArray => "a JSON list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    private ReadOnlyMemory<byte> Content => _bytes.AsSpan().StartsWith("\uFEFF"u8) ? _bytes.AsMemory(3) : _bytes;

    private Utf8JsonReader Reader() => new(Content.Span);

    private void ReadItems(ref Utf8JsonReader reader, string key, Action<string, int, JsonElement> record)
    {
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            using var item = JsonDocument.ParseValue(ref reader);
            try
            {
                record(key, i, item.RootElement);
            }
            catch (InvalidOperationException e)
            {
                // System.Text.Json says so when it meets half of a surrogate pair, "\ud800".
                throw new DataException($"A text cannot be read: {e.Message}", $"{Path}, {key}[{i}]", "Unicode text", "correct the record", e);
            }
        }
    }

    // A name with half of a surrogate pair, "\ud800", is no text; it is none of those that are looked for, either.
    private static string Name(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private DataException Invalid(JsonException e)
    {
        var content = Content.Span;
        if (content.IsEmpty)
            return new("The file is empty.", Path, "JSON", "write or download it again");
        var (line, column) = (e.LineNumber.GetValueOrDefault(), e.BytePositionInLine.GetValueOrDefault());
        var (inside, cutOff) = Scan(content);
        var where = $"{Path}, line {line + 1}, column {column + 1}" + (inside.Length > 0 ? $", inside {inside}" : "");
        var rest = content[Offset(content, line, column)..];
        foreach (var word in new[] { "NaN", "Infinity" })
        {
            if (rest.StartsWith(Encoding.ASCII.GetBytes(word)))
                return new($"The file is not valid JSON: {word} is not a number in JSON.", where, "a finite number", "correct the record, or take it out; Python writes this for a value that is not a number");
        }

        if (cutOff)
            return new("The file is not valid JSON: it ends too early.", where, "whole JSON", "write or download it again");
        return new("The file is not valid JSON.", where, "JSON in UTF-8", "correct it there, or write or download it again");
    }

    /// <summary>Finds the record that cannot be read, and whether only the end is missing.</summary>
    private static (string Inside, bool CutOff) Scan(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content, isFinalBlock: false, state: default);
        var (key, listDepth, index) = ("", -1, -1);
        try
        {
            while (reader.Read())
            {
                var depth = reader.CurrentDepth;
                if (reader.TokenType == JsonTokenType.PropertyName && depth == 1)
                    (key, listDepth, index) = (Name(in reader), -1, -1);
                else if (reader.TokenType == JsonTokenType.StartArray && listDepth < 0 && depth == (key.Length > 0 ? 1 : 0))
                    listDepth = depth + 1;
                else if (depth == listDepth && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
                    index++;
            }

            return (Inside(key, index), true);
        }
        catch (JsonException)
        {
            return (Inside(key, index), false);
        }

        static string Inside(string key, int index) => index < 0 ? key : $"{key}[{index}]";
    }

    private static int Offset(ReadOnlySpan<byte> content, long line, long column)
    {
        var start = 0;
        for (; line > 0; line--)
        {
            var end = content[start..].IndexOf((byte)'\n');
            if (end < 0)
                break;
            start += end + 1;
        }

        return (int)Math.Min(content.Length, start + column);
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return Utf8.IsValid(bytes) ? bytes : throw new DataException("The file is not UTF-8 text.", path, "JSON in UTF-8", "convert it to UTF-8");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException("The file does not exist.", path, fix: "check the path", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The file cannot be read: {e.Message}", path, fix: "check the file's permissions and the disk", inner: e);
        }
    }
}
