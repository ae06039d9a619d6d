using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli.Recipes;

/// <summary>Which keys a recipe file has: the writable properties of the recipe records, in camelCase.</summary>
internal static class RecipeKeys
{
    /// <summary>The keys of one record, in the order of its fields.</summary>
    public static IEnumerable<(string Key, PropertyInfo Property)> Of(Type record) => record
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.CanWrite)
        .Select(p => (Camel(p.Name), p));

    /// <summary>Every key path there is, e.g. <c>training.batch</c>; those of all methods stand under <c>method</c>.</summary>
    public static IEnumerable<string> All() => Below(typeof(Recipe), "");

    public static bool IsRecord(Type type) => type.IsClass && type != typeof(string);

    public static bool IsArray(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    public static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private static IEnumerable<string> Below(Type type, string prefix)
    {
        foreach (var (key, property) in Of(type))
        {
            var path = prefix + key;
            yield return path;
            if (property.PropertyType == typeof(MethodOptions))
            {
                yield return $"{path}.name";
                foreach (var inner in MethodCatalog.Defaults.SelectMany(m => Below(m.GetType(), path + ".")).Distinct())
                    yield return inner;
            }
            else if (IsRecord(property.PropertyType))
            {
                foreach (var inner in Below(property.PropertyType, path + "."))
                    yield return inner;
            }
        }
    }
}
