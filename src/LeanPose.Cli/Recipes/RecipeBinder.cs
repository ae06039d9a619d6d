using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LeanPose.Cli.Recipes;

/// <summary>Fills recipe records from YAML by reflection. Goes on after a problem, so that all are found in one pass.</summary>
internal sealed class RecipeBinder(RecipeTree tree)
{
    private readonly NullabilityInfoContext _nullability = new();
    private readonly List<(string Where, RecipeProblem Problem)> _problems = [];
    private readonly Dictionary<string, string> _where = [];

    /// <summary>What was wrong, in file order.</summary>
    public IReadOnlyList<(string Where, RecipeProblem Problem)> Problems => _problems;

    /// <summary>The recipe; fields with problems keep their defaults.</summary>
    public Recipe Bind() => (Recipe)Record(tree.Root, typeof(Recipe), "");

    /// <summary>Where a key path stands: itself or the nearest one above it that the file has; null when it has none of them.</summary>
    public string? WhereIs(string path)
    {
        for (var p = path; p.Length > 0; p = p.LastIndexOf('.') is var dot and > 0 ? p[..dot] : "")
        {
            if (_where.TryGetValue(p, out var where))
                return where;
        }

        return null;
    }

    private object Record(YamlMappingNode mapping, Type type, string prefix)
    {
        var record = Activator.CreateInstance(type)!;
        var keys = RecipeKeys.Of(type).ToDictionary(k => k.Key, k => k.Property);
        foreach (var (keyNode, value) in mapping.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? keyNode.ToString();
            var path = prefix + key;
            _where[path] = tree.WhereIs(keyNode);
            if (keys.TryGetValue(key, out var property))
            {
                var nullable = _nullability.Create(property).WriteState == NullabilityState.Nullable;
                if (Value(value, property.PropertyType, path, nullable, out var bound))
                    property.SetValue(record, bound);
            }
            else if (!(key == "name" && record is MethodOptions))
            {
                Problem(path, "unknown key" + Suggestion(key, keys.Keys, path), keys.Count == 0 ? "no key besides name" : $"one of {string.Join(", ", keys.Keys)}");
            }
        }

        return record;
    }

    private bool Value(YamlNode node, Type type, string path, bool nullable, out object? value)
    {
        value = null;
        if (IsNull(node))
            return nullable || Problem(path, "found nothing", Expectation(type));
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(MethodOptions))
            return Method(node, path, out value);
        if (RecipeKeys.IsRecord(type))
            return Mapping(node, path, out var mapping) && (value = Record(mapping, type, path + ".")) is not null;
        if (RecipeKeys.IsArray(type))
            return Array(node, type, path, out value);
        return node is YamlScalarNode { Value: { } text } && Scalar(text, type, out value)
            || Problem(path, $"found {Show(node)}{SuggestedValue(node, type)}", Expectation(type));
    }

    private bool Method(YamlNode node, string path, out object? value)
    {
        value = null;
        if (!Mapping(node, path, out var mapping))
            return false;
        var names = MethodCatalog.Defaults.Select(m => m.Name).ToList();
        var expected = $"one of {string.Join(", ", names)}";
        if (!mapping.Children.TryGetValue("name", out var nameNode) || nameNode is not YamlScalarNode { Value: { } name })
            return Problem(path, "found no name", $"name: {expected}");
        _where[path + ".name"] = tree.WhereIs(nameNode);
        if (MethodCatalog.Defaults.FirstOrDefault(m => m.Name == name) is not { } method)
            return Problem(path + ".name", $"found '{name}'{Suggestion(name, names)}", expected);
        value = Record(mapping, method.GetType(), path + ".");
        return true;
    }

    private bool Array(YamlNode node, Type type, string path, out object? value)
    {
        value = null;
        var element = type.GetGenericArguments()[0];
        if (node is not YamlSequenceNode sequence)
            return Problem(path, $"found {Show(node)}", Expectation(type));
        var items = System.Array.CreateInstance(element, sequence.Children.Count);
        var good = true;
        for (var i = 0; i < items.Length; i++)
        {
            var itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
            _where[itemPath] = tree.WhereIs(sequence.Children[i]);
            if (Value(sequence.Children[i], element, itemPath, nullable: false, out var item))
                items.SetValue(item, i);
            else
                good = false;
        }

        value = ToImmutable.MakeGenericMethod(element).Invoke(null, [items]);
        return good;
    }

    private static readonly MethodInfo ToImmutable = typeof(RecipeBinder).GetMethod(nameof(Immutable), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static ImmutableArray<T> Immutable<T>(IEnumerable items) => [.. items.Cast<T>()];

    private static bool Scalar(string text, Type type, out object? value)
    {
        value = null;
        if (type == typeof(string))
            value = text;
        else if (type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            value = whole;
        else if (type == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            value = number;
        else if (type == typeof(bool) && text is "true" or "false")
            value = text == "true";
        else if (type.IsEnum && Enum.GetNames(type).FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name)
            value = Enum.Parse(type, name);
        return value is not null;
    }

    private bool Mapping(YamlNode node, string path, out YamlMappingNode mapping)
    {
        mapping = (node as YamlMappingNode)!;
        return mapping is not null || Problem(path, $"found {Show(node)}", "keys below it, indented");
    }

    private static string Expectation(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(int) => "a whole number",
            _ when type == typeof(double) => "a number",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(string) => "a text",
            { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type).Select(RecipeKeys.Camel))}",
            _ when RecipeKeys.IsArray(type) => "a list in brackets, for example [60, 90]",
            _ => "keys below it, indented",
        };
    }

    // A key that is right elsewhere ('batch' at the top) is most likely in the wrong place.
    private static string Suggestion(string name, IEnumerable<string> names, string path = "")
    {
        var nearest = NearestName.Of(name, names) ?? RecipeKeys.All().FirstOrDefault(p => p != path && p.EndsWith("." + name, StringComparison.Ordinal));
        return nearest is null ? "" : $" (did you mean '{nearest}'?)";
    }

    private static string SuggestedValue(YamlNode node, Type type) =>
        type.IsEnum && node is YamlScalarNode { Value: { } text } ? Suggestion(text, Enum.GetNames(type).Select(RecipeKeys.Camel)) : "";

    private static string Show(YamlNode node) => node switch
    {
        YamlScalarNode scalar => $"'{scalar.Value}'",
        YamlSequenceNode => "a list",
        _ => "keys",
    };

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    private bool Problem(string path, string found, string expected)
    {
        _problems.Add((WhereIs(path)!, new RecipeProblem(path, found, expected)));
        return false;
    }
}
