using System.Text;
using System.Text.Json;

namespace LeanPose.Learning.Training;

/// <summary>Says in which keys of the recipe two texts of <see cref="RunPlan.RecipeKey"/> differ.</summary>
internal static class RecipeDifference
{
    private const int Shown = 5;
    private static readonly string[] Parts = ["Model", "Method", "Augmentation", "Seed"];

    /// <summary>One sentence with the keys and both values, beginning with a space; empty where nothing can be told.</summary>
    public static string Between(string? then, string now)
    {
        var (before, after) = (Values(then ?? ""), Values(now));
        var keys = before.Keys.Union(after.Keys).Where(k => before.GetValueOrDefault(k) != after.GetValueOrDefault(k)).Order(StringComparer.Ordinal).ToArray();
        if (keys.Length == 0)
            return "";
        var listed = keys.Take(Shown).Select(k => $"{k} was {before.GetValueOrDefault(k, "not set")} and now is {after.GetValueOrDefault(k, "not set")}");
        return $" {string.Join("; ", listed)}{(keys.Length > Shown ? $"; and {keys.Length - Shown} more" : "")}.";
    }

    // The text begins with a JSON object; what follows it are switches of their own.
    private static Dictionary<string, string> Values(string key)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(key), isFinalBlock: false, default);
        try
        {
            if (JsonDocument.TryParseValue(ref reader, out var document))
            {
                using (document)
                {
                    foreach (var part in document.RootElement.EnumerateObject())
                        Add(values, Parts.Contains(part.Name) ? Camel(part.Name) : "training." + Camel(part.Name), part.Value);
                }
            }
        }
        catch (JsonException)
        {
            values.Clear(); // a checkpoint that was not written by this program
        }

        return values;
    }

    private static void Add(Dictionary<string, string> values, string path, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            values[Name(path)] = value.GetRawText();
            return;
        }

        foreach (var inner in value.EnumerateObject())
            Add(values, $"{path}.{Camel(inner.Name)}", inner.Value);
    }

    private static string Name(string path) => path switch
    {
        "training.totalSteps" => "training.steps",
        "training.useBf16" => "training.precision: bf16",
        _ => path,
    };

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
