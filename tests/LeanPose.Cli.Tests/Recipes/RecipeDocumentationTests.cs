using System.Text.RegularExpressions;
using LeanPose.Cli.Recipes;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Recipes;

/// <summary>docs/recipes.md and the recipes of the repository against the recipe records.</summary>
public sealed partial class RecipeDocumentationTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Path.Combine(TestMaterial.RepositoryRoot, "recipes"), "*.yaml").Select(f => Path.GetFileName(f)!)];

    [Fact]
    public void Every_key_is_described_with_its_default()
    {
        var rows = Row().Matches(File.ReadAllText(Path.Combine(TestMaterial.RepositoryRoot, "docs", "recipes.md")))
            .ToDictionary(m => m.Groups["key"].Value, m => m.Groups["default"].Value);
        // The two other sources have the keys of data.labelled and are described with it.
        var keys = Defaults().Where(k => !k.Path.StartsWith("data.unlabelled.", StringComparison.Ordinal) && !k.Path.StartsWith("data.validation.", StringComparison.Ordinal)).ToList();
        Assert.All(keys, k => Assert.Equal(k.Default, rows.GetValueOrDefault(k.Path, $"no row for {k.Path}")));
        Assert.Empty(rows.Keys.Except(keys.Select(k => k.Path)));
    }

    [Fact]
    public void The_recipe_in_the_documentation_is_one()
    {
        var text = File.ReadAllText(Path.Combine(TestMaterial.RepositoryRoot, "docs", "recipes.md"));
        Assert.Equal("first-try", RecipeReader.Parse("recipes.md", text.Split("```yaml")[1].Split("```")[0], []).Name);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Recipes_of_the_repository_have_no_problems_and_say_what_they_need(string file)
    {
        var path = Path.Combine(TestMaterial.RepositoryRoot, "recipes", file);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), RecipeReader.Read(path, []).Name);
        Assert.Contains("Needs", string.Concat(File.ReadLines(path).TakeWhile(l => l.StartsWith('#'))));
    }

    [Theory]
    [InlineData("demo-supervised.yaml", "demo-sspcm.yaml")]
    [InlineData("studio-50-supervised.yaml", "studio-50-sspcm.yaml")]
    [InlineData("lspet-500-supervised.yaml", "lspet-500-sspcm.yaml")]
    public void Recipes_that_are_compared_differ_in_method_and_unlabelled_persons_only(string supervised, string sspcm)
    {
        Recipe Read(string file) => RecipeReader.Read(Path.Combine(TestMaterial.RepositoryRoot, "recipes", file), []);
        string Rest(Recipe recipe) => RecipeWriter.Write(recipe with { Name = "", Description = "", Method = new SupervisedOptions(), Data = recipe.Data with { Unlabelled = null } });
        Assert.IsType<SupervisedOptions>(Read(supervised).Method);
        Assert.IsType<SspcmOptions>(Read(sspcm).Method);
        Assert.Equal(Rest(Read(supervised)), Rest(Read(sspcm)));
    }

    // Every key path that holds a value, with the value a recipe has where it says nothing, as YAML.
    private static IEnumerable<(string Path, string Default)> Defaults() => MethodCatalog.Defaults
        .SelectMany(method => Flatten(RecipeWriter.Write(new Recipe { Method = method })))
        .Where(k => k.Path != "data.unlabelled" && k.Path != "data.validation")
        .Select(k => k.Path == "method.name" ? (k.Path, new Recipe().Method.Name) : k)
        .Distinct();

    private static IEnumerable<(string Path, string Default)> Flatten(string yaml)
    {
        var parents = new Stack<string>();
        foreach (var line in yaml.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var depth = line.TakeWhile(c => c == ' ').Count() / 2;
            while (parents.Count > depth)
                parents.Pop();
            var (key, value) = (line.Trim().Split(':')[0], line[(line.IndexOf(':') + 1)..].Trim());
            if (value.Length == 0)
                parents.Push(key);
            else
                yield return (string.Join('.', parents.Reverse().Append(key)), value);
        }
    }

    [GeneratedRegex(@"^\| `(?<key>[\w.]+)` \| `(?<default>[^`]*)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
