using System.Text;
using LeanPose.Cli.Terminal;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli.Recipes;

/// <summary>Reads and checks a recipe; every problem it has is reported at once.</summary>
internal static class RecipeReader
{
    /// <summary>Reads a recipe file.</summary>
    /// <param name="file">YAML.</param>
    /// <param name="overrides"><c>key.path=value</c>, applied in order.</param>
    /// <exception cref="CommandException">The file cannot be read, or the recipe has problems.</exception>
    public static Recipe Read(string file, IReadOnlyList<string> overrides)
    {
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, "The recipe cannot be read.", file, "a recipe file (YAML)", File.Exists(file) ? "check that this user may read it" : "check the path; 'recipes/' holds some to start from");
        }

        return Parse(file, text, overrides);
    }

    /// <summary>The same from a text; <paramref name="name"/> stands for the file in messages.</summary>
    public static Recipe Parse(string name, string text, IReadOnlyList<string> overrides)
    {
        var tree = RecipeTree.Parse(name, text);
        foreach (var assignment in overrides)
            tree.Set(assignment);
        var binder = new RecipeBinder(tree);
        var recipe = binder.Bind();
        var bad = binder.Problems.Select(p => p.Problem.Path).ToHashSet();
        // A field that could not be read stands at its default; what the check says of that would mislead.
        var problems = binder.Problems
            .Concat(RecipeCheck.Validate(recipe)
                .Where(p => !bad.Any(b => b == p.Path || b.StartsWith(p.Path + ".", StringComparison.Ordinal) || p.Path.StartsWith(b + ".", StringComparison.Ordinal)))
                .Select(p => (Where: binder.WhereIs(p.Path) ?? name, Problem: p)))
            .ToList();
        return problems.Count == 0 ? recipe : throw new CommandException(ExitCode.Usage, Message(name, problems));
    }

    private static string Message(string name, List<(string Where, RecipeProblem Problem)> problems)
    {
        var text = new StringBuilder();
        text.Append(problems.Count == 1 ? $"The recipe {name} has a problem." : $"The recipe {name} has {problems.Count} problems.");
        foreach (var (where, problem) in problems)
            text.Append($"\n  where:    {where}: {problem.Path}: {problem.Found}\n  expected: {problem.Expected}");
        return text.Append("\n  do:       correct it in the recipe, or with --set key.path=value; docs/recipes.md describes every key").ToString();
    }
}
