using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli.Recipes;

/// <summary>Writes a recipe as resolved: every field with its value, so that a run can be repeated when defaults change.</summary>
internal static partial class RecipeWriter
{
    /// <summary>YAML that <see cref="RecipeReader"/> reads back into an equal recipe.</summary>
    public static string Write(Recipe recipe)
    {
        var yaml = new StringBuilder();
        Record(yaml, recipe, "");
        return yaml.ToString();
    }

    private static void Record(StringBuilder yaml, object record, string indent)
    {
        if (record is MethodOptions method)
            yaml.Append($"{indent}name: {method.Name}\n");
        foreach (var (key, property) in RecipeKeys.Of(record.GetType()))
        {
            var value = property.GetValue(record);
            if (value is not null && RecipeKeys.IsRecord(property.PropertyType))
            {
                yaml.Append($"{indent}{key}:\n");
                Record(yaml, value, indent + "  ");
            }
            else
            {
                yaml.Append($"{indent}{key}: {Scalar(value)}\n");
            }
        }
    }

    private static string Scalar(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        string text => Text(text),
        Enum e => RecipeKeys.Camel(e.ToString()),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(Scalar))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"A recipe field of type {value.GetType()} cannot be written."),
    };

    private static string Text(string text)
    {
        if (PlainText().IsMatch(text) && text is not ("null" or "Null" or "NULL"))
            return text;
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF')
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"^[A-Za-z0-9_./][A-Za-z0-9_./-]*( [A-Za-z0-9_./(][A-Za-z0-9_./()-]*)*\z")]
    private static partial Regex PlainText();
}
