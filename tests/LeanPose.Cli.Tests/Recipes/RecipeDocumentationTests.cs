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
        var rows = Rows().ToDictionary(r => (r.Method, r.Key), r => r.Default);
        var described = new HashSet<(string, string)>();
        foreach (var method in MethodCatalog.Defaults)
        {
            foreach (var (key, value) in Defaults(method))
            {
                // A method's own table comes first, for keys with a default of its own.
                var row = rows.ContainsKey((method.Name, key)) ? (method.Name, key) : ("", key);
                Assert.Equal((method.Name, key, value), (method.Name, key, rows.GetValueOrDefault(row, "no row")));
                described.Add(row);
            }
        }

        Assert.Empty(rows.Keys.Except(described));
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
    [InlineData("studio-50-supervised.yaml", "studio-50-posecons.yaml")]
    [InlineData("studio-50-supervised.yaml", "studio-50-posedual.yaml")]
    [InlineData("studio-50-supervised.yaml", "studio-50-multi-augs-single.yaml")]
    [InlineData("studio-50-supervised.yaml", "studio-50-multi-augs-dual.yaml")]
    [InlineData("studio-50-supervised.yaml", "studio-50-sspcm-multi.yaml")]
    [InlineData("studio-50-supervised.yaml", "studio-50-dual-correct.yaml")]
    [InlineData("studio-50-supervised.yaml", "studio-50-averaged-teacher.yaml")]
    [InlineData("lspet-500-supervised.yaml", "lspet-500-averaged-teacher.yaml")]
    [InlineData("lspet-500-supervised.yaml", "lspet-500-sspcm.yaml")]
    [InlineData("lspet-500-supervised.yaml", "lspet-500-posecons.yaml")]
    [InlineData("lspet-500-supervised.yaml", "lspet-500-posedual.yaml")]
    [InlineData("lspet-500-supervised.yaml", "lspet-500-multi-augs-dual.yaml")]
    [InlineData("lspet-500-supervised.yaml", "lspet-500-dual-correct.yaml")]
    public void Recipes_that_are_compared_differ_in_method_and_unlabelled_persons_only(string supervised, string semiSupervised)
    {
        Recipe Read(string file) => RecipeReader.Read(Path.Combine(TestMaterial.RepositoryRoot, "recipes", file), []);
        string Rest(Recipe recipe) => RecipeWriter.Write(recipe with { Name = "", Description = "", Method = new SupervisedOptions(), Data = recipe.Data with { Unlabelled = null }, Training = recipe.Training with { UnlabelledBatch = null } });
        Assert.IsType<SupervisedOptions>(Read(supervised).Method);
        Assert.IsAssignableFrom<ConsistencyOptions>(Read(semiSupervised).Method);
        Assert.Equal(Rest(Read(supervised)), Rest(Read(semiSupervised)));
    }

    // Every key path that holds a value, with the value a recipe has where it says nothing, as YAML. The two other sources
    // have the keys of data.labelled and are described with it.
    private static IEnumerable<(string Path, string Default)> Defaults(MethodOptions method) => Flatten(RecipeWriter.Write(new Recipe { Method = method }))
        .Where(k => !k.Path.StartsWith("data.unlabelled", StringComparison.Ordinal) && !k.Path.StartsWith("data.validation", StringComparison.Ordinal))
        .Select(k => k.Path == "method.name" ? (k.Path, new Recipe().Method.Name) : k);

    // The tables of docs/recipes.md; those under a heading like "### `sspcm`" are that method's.
    private static IEnumerable<(string Method, string Key, string Default)> Rows()
    {
        var method = "";
        foreach (var line in File.ReadLines(Path.Combine(TestMaterial.RepositoryRoot, "docs", "recipes.md")))
        {
            if (line.StartsWith('#'))
                method = MethodHeading().Match(line) is { Success: true } heading ? heading.Groups["name"].Value : "";
            else if (Row().Match(line) is { Success: true } row)
                yield return (method, row.Groups["key"].Value, row.Groups["default"].Value);
        }
    }

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

    [GeneratedRegex(@"^\| `(?<key>[\w.]+)` \| `(?<default>[^`]*)` \|")]
    private static partial Regex Row();

    [GeneratedRegex("^### `(?<name>[^`]+)`$")]
    private static partial Regex MethodHeading();
}
