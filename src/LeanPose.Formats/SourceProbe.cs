using System.Text;
using System.Text.Json;
using LeanPose.Datasets;

namespace LeanPose.Formats;

/// <summary>A first look at a file or folder, shared by all formats while they are asked whose it is.</summary>
public sealed class SourceProbe
{
    private const int HeadLength = 4096;
    private readonly Lazy<JsonSketch?> _json;
    private readonly Lazy<byte[]> _head;

    /// <summary>Looks at a path.</summary>
    /// <exception cref="DataException">There is nothing.</exception>
    public SourceProbe(string path)
    {
        Path = path;
        IsFolder = Directory.Exists(path);
        if (!IsFolder && !File.Exists(path))
            throw new DataException("The file or folder does not exist.", path, fix: "check the path");
        Extension = IsFolder ? "" : System.IO.Path.GetExtension(path).ToLowerInvariant();
        _json = new(() => Extension == ".json" ? JsonSketch.Of(path) : null);
        _head = new(() => IsFolder ? [] : ReadHead(path));
    }

    /// <summary>The file or folder.</summary>
    public string Path { get; }

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder { get; }

    /// <summary>Of a file, in lower case with its dot.</summary>
    public string Extension { get; }

    /// <summary>The first bytes of a file as text.</summary>
    public string Head => Encoding.UTF8.GetString(_head.Value);

    /// <summary>What a JSON file holds; null for other files and for folders.</summary>
    internal JsonSketch? Json => _json.Value;

    /// <summary>Whether the folder holds a file or folder of that name.</summary>
    public bool Holds(string name) => IsFolder && System.IO.Path.Exists(System.IO.Path.Combine(Path, name));

    /// <summary>The files of the folder with this ending, in ordinal order; none for a file.</summary>
    public IEnumerable<string> Files(string ending) => IsFolder ? Directory.EnumerateFiles(Path, "*" + ending).Order(StringComparer.Ordinal) : [];

    private static byte[] ReadHead(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var head = new byte[HeadLength];
            return head[..file.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The file cannot be read: {e.Message}", path, fix: "check the file's permissions and the disk", inner: e);
        }
    }
}

/// <summary>What stands where in a JSON file: top-level names and a first record of each list that matters.</summary>
internal sealed class JsonSketch
{
    private const int Looked = 50;

    /// <summary>Whether the file is one list.</summary>
    public bool IsList { get; private init; }

    /// <summary>The names at the top level.</summary>
    public IReadOnlyCollection<string> Keys { get; private init; } = [];

    /// <summary>The list's first record.</summary>
    public JsonElement Item { get; private set; }

    /// <summary>The first of COCO's <c>images</c>.</summary>
    public JsonElement Image { get; private set; }

    /// <summary>One of COCO's <c>annotations</c>, the first with keypoints if one of the first 50 has them.</summary>
    public JsonElement Annotation { get; private set; }

    /// <summary>Keypoint names of the first of COCO's <c>categories</c> that has some, in COCO's spelling.</summary>
    public IReadOnlyList<string> Keypoints { get; private set; } = [];

    /// <summary>How many numbers the annotation's <c>keypoints</c> have.</summary>
    public int Numbers => Annotation.ValueKind == JsonValueKind.Object && Annotation.TryGetProperty("keypoints", out var k) && k.ValueKind == JsonValueKind.Array ? k.GetArrayLength() : 0;

    public bool IsCoco => !IsList && Keys.Contains("images") && Keys.Contains("annotations") && Keys.Contains("categories");

    public static bool Has(JsonElement record, string field) => record.ValueKind == JsonValueKind.Object && record.TryGetProperty(field, out _);

    /// <exception cref="DataException">The file is no JSON.</exception>
    public static JsonSketch Of(string path)
    {
        var file = new JsonFile(path);
        var records = new JsonSketch();
        file.ReadArrays(["images", "annotations", "categories"], records.Look);
        if (file.TopLevel != JsonTokenType.StartArray)
            return new() { Keys = [.. file.Keys], Image = records.Image, Annotation = records.Annotation, Keypoints = records.Keypoints };
        var list = new JsonSketch { IsList = true };
        file.ReadList("a list", (i, e) =>
        {
            if (i == 0)
                list.Item = e.Clone();
        });
        return list;
    }

    private void Look(string section, int index, JsonElement record)
    {
        if (section == "images" && index == 0)
            Image = record.Clone();
        else if (section == "annotations" && (index == 0 || (index < Looked && Numbers == 0 && Has(record, "keypoints"))))
            Annotation = record.Clone();
        else if (section == "categories" && Keypoints.Count == 0 && Has(record, "keypoints") && record.GetProperty("keypoints") is { ValueKind: JsonValueKind.Array } names)
            Keypoints = [.. names.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => KeypointNames.Normalize(n.GetString()!))];
    }
}
