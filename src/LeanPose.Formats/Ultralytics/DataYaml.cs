using System.Globalization;
using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using YamlDotNet.RepresentationModel;

namespace LeanPose.Formats.Ultralytics;

/// <summary>What a <c>data.yaml</c> says of a pose data set.</summary>
internal sealed record DataYaml
{
    private static readonly string[] PartNames = ["train", "val", "test"];

    public required string Path { get; init; }

    /// <summary>The folder to which the parts are relative.</summary>
    public required string Root { get; init; }

    /// <summary>Folders of pictures or lists of them, by part.</summary>
    public required IReadOnlyDictionary<string, string[]> Parts { get; init; }

    /// <summary>Number of keypoints and of values for each, 2 or 3; null where the file does not say.</summary>
    public (int Keypoints, int Values)? Shape { get; init; }

    public IReadOnlyList<int> FlipIndex { get; init; } = [];

    /// <summary>Class names by index.</summary>
    public required IReadOnlyDictionary<int, string> Names { get; init; }

    /// <summary>Keypoint names by class.</summary>
    public required IReadOnlyDictionary<int, string[]> KeypointNames { get; init; }

    /// <exception cref="DataException">The file is missing or not usable.</exception>
    public static DataYaml Read(string path)
    {
        var problems = new ProblemList();
        var root = YamlFile.Read(path, "data set description", "keys and values, as Ultralytics' data.yaml has them");
        var shape = Node(root, "kpt_shape") is { } s ? Integers(s, path, "kpt_shape", problems) : [];
        if (Node(root, "kpt_shape") is { } given && (shape.Length != 2 || shape[0] < 1 || shape[1] is not (2 or 3)))
            problems.Add("\"kpt_shape\" is not usable.", At(path, given), "[number of keypoints, 2 or 3]");
        var flip = Node(root, "flip_idx") is { } f ? Integers(f, path, "flip_idx", problems) : [];
        if (flip.Length > 0 && shape.Length == 2 && (flip.Length != shape[0] || flip.Where((to, from) => to < 0 || to >= flip.Length || flip[to] != from).Any()))
            problems.Add("\"flip_idx\" is no mirroring of the keypoints.", At(path, Node(root, "flip_idx")!), $"{shape[0]} indices; applied twice they give every keypoint back", "correct it, or take it out");
        var parts = PartNames.Select(p => (Part: p, Places: Node(root, p) is { } n ? Texts(n) : [])).Where(p => p.Places.Length > 0).ToDictionary(p => p.Part, p => p.Places);
        problems.ThrowIfAny();
        return new()
        {
            Path = path,
            Root = RootOf(path, Node(root, "path") is YamlScalarNode { Value: { Length: > 0 } folder } ? folder : null),
            Parts = parts,
            Shape = shape.Length == 2 ? (shape[0], shape[1]) : null,
            FlipIndex = flip,
            Names = Indexed(Node(root, "names")).ToDictionary(n => n.Index, n => (n.Node as YamlScalarNode)?.Value ?? ""),
            KeypointNames = Indexed(Node(root, "kpt_names")).ToDictionary(n => n.Index, n => Texts(n.Node)),
        };
    }

    /// <summary>Ultralytics looks in its own folder of data sets, too; here the file's folder stands for it.</summary>
    private static string RootOf(string path, string? named)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        if (named is null)
            return folder;
        var root = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, named));
        return Directory.Exists(root) ? root : folder;
    }

    private static YamlNode? Node(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(new YamlScalarNode(key), out var node) && node is not YamlScalarNode { Value: null or "" or "null" or "~" } ? node : null;

    private static int[] Integers(YamlNode node, string path, string key, ProblemList problems)
    {
        var texts = Texts(node);
        if (node is YamlSequenceNode && texts.All(t => int.TryParse(t, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)))
            return [.. texts.Select(t => int.Parse(t, CultureInfo.InvariantCulture))];
        problems.Add($"\"{key}\" is no list of whole numbers.", At(path, node), "[…]");
        return [];
    }

    private static string[] Texts(YamlNode node) => node switch
    {
        YamlSequenceNode list => [.. list.Children.Select(c => (c as YamlScalarNode)?.Value ?? "")],
        YamlScalarNode { Value: { } one } => [one],
        _ => [],
    };

    /// <summary>A list, or a mapping from index to value.</summary>
    private static IEnumerable<(int Index, YamlNode Node)> Indexed(YamlNode? node) => node switch
    {
        YamlSequenceNode list => list.Children.Select((c, i) => (i, c)),
        YamlMappingNode map => map.Children.Where(c => int.TryParse((c.Key as YamlScalarNode)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Select(c => (int.Parse(((YamlScalarNode)c.Key).Value!, CultureInfo.InvariantCulture), c.Value)),
        _ => [],
    };

    private static string At(string path, YamlNode node) => $"{path}, line {node.Start.Line}";
}
