using LeanPose.Cli.Terminal;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LeanPose.Cli.Recipes;

/// <summary>The YAML of a recipe file with the <c>--set</c> overrides laid over it; knows where each node came from.</summary>
internal sealed class RecipeTree
{
    private readonly string _file;
    private readonly Dictionary<YamlNode, string> _overrides = new(ReferenceEqualityComparer.Instance);

    private RecipeTree(string file, YamlMappingNode root)
    {
        _file = file;
        Root = root;
    }

    public YamlMappingNode Root { get; }

    /// <summary>Parses a recipe.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="text">YAML.</param>
    /// <exception cref="CommandException">Not YAML, or no mapping.</exception>
    public static RecipeTree Parse(string file, string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 0)
                return new RecipeTree(file, new YamlMappingNode());
            return stream.Documents[0].RootNode is YamlMappingNode root
                ? new RecipeTree(file, root)
                : throw new CommandException(ExitCode.Usage, "The recipe does not consist of 'key: value' lines.", $"{file}:{stream.Documents[0].RootNode.Start.Line}", "keys such as data:, model:, method:, training:", "see docs/recipes.md");
        }
        catch (YamlException e)
        {
            throw new CommandException(ExitCode.Usage, $"The recipe is not YAML: {Plain(e.Message)}.", $"{file}:{e.Start.Line}, column {e.Start.Column}", null, "check indentation (spaces, no tabs), colons and quotes around there");
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet says so of some malformed texts, without a place.
            throw new CommandException(ExitCode.Usage, "The recipe is not YAML.", file, "keys such as data:, model:, method:, training:", "check indentation (spaces, no tabs), colons, brackets and quotes");
        }
    }

    /// <summary>Lays one <c>key.path=value</c> over the tree.</summary>
    /// <exception cref="CommandException">No <c>=</c>, no key, or a value that is not YAML.</exception>
    public void Set(string assignment)
    {
        var equals = assignment.IndexOf('=');
        var keys = equals < 0 ? [] : assignment[..equals].Trim().Split('.');
        if (keys.Length == 0 || keys.Any(k => k.Length == 0))
            throw new CommandException(ExitCode.Usage, "An override cannot be read.", $"--set {assignment}", "key.path=value, for example training.batch=8");

        var origin = $"--set {assignment}";
        var node = Root;
        foreach (var key in keys.SkipLast(1))
        {
            if (!node.Children.TryGetValue(key, out var child) || child is not YamlMappingNode mapping)
            {
                mapping = new YamlMappingNode();
                _overrides[mapping] = origin;
                node.Children[Key(key, origin)] = mapping;
            }

            node = mapping;
        }

        node.Children.Remove(keys[^1]);
        node.Children[Key(keys[^1], origin)] = Value(assignment[(equals + 1)..], origin);
    }

    /// <summary>Where a node stands: <c>file:line</c>, or the override that made it.</summary>
    public string WhereIs(YamlNode node) => _overrides.TryGetValue(node, out var origin) ? origin : $"{_file}:{node.Start.Line}";

    private YamlScalarNode Key(string key, string origin)
    {
        var node = new YamlScalarNode(key);
        _overrides[node] = origin;
        return node;
    }

    private YamlNode Value(string text, string origin)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            var value = stream.Documents.Count == 0 ? new YamlScalarNode("") : stream.Documents[0].RootNode;
            foreach (var node in value.AllNodes)
                _overrides[node] = origin;
            return value;
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException)
        {
            throw new CommandException(ExitCode.Usage, $"The value of an override is not YAML: {Plain(e.Message)}.", origin, "a value as a recipe writes it; put quotes around texts with special characters");
        }
    }

    // YamlDotNet puts '(Line: 3, Col: 1, Idx: 20) - (…): ' before the message proper.
    private static string Plain(string message) => message[(message.LastIndexOf("): ", StringComparison.Ordinal) is var i and >= 0 ? i + 3 : 0)..].TrimEnd('.');
}
