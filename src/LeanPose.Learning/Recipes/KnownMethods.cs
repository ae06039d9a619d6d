using LeanPose.Learning.Methods;

namespace LeanPose.Learning.Recipes;

/// <summary>A learning method as recipes see it.</summary>
/// <param name="Defaults">Its options with every default; the record's type is what <c>method:</c> is read into.</param>
/// <param name="NeedsUnlabelled">Whether it learns from <c>data.unlabelled</c>.</param>
public sealed record KnownMethod(MethodOptions Defaults, bool NeedsUnlabelled)
{
    /// <summary>As recipes write it under <c>method.name</c>.</summary>
    public string Name => Defaults.Name;
}

/// <summary>The methods a recipe can name. A new one is one line here.</summary>
public static class KnownMethods
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<KnownMethod> All { get; } =
    [
        new(new SupervisedOptions(), NeedsUnlabelled: false),
        new(new SspcmOptions(), NeedsUnlabelled: true),
    ];

    /// <summary>The method of that name, or null.</summary>
    public static KnownMethod? Find(string name) => All.FirstOrDefault(m => m.Name == name);
}
