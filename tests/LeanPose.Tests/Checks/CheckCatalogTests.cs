using LeanPose.Checks;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Checks;

public sealed class CheckCatalogTests
{
    private static readonly string Folder = Path.Combine(TestMaterial.RepositoryRoot, "docs", "checks");

    public static TheoryData<string> Codes => [.. CheckCatalog.All.Select(c => c.Code)];

    [Fact]
    public void Every_code_has_a_page_and_every_page_a_code() =>
        Assert.Equal(
            CheckCatalog.All.Select(c => c.Code + ".md").Append("README.md").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_page_says_what_why_how_and_what_to_do(string code)
    {
        var page = File.ReadAllText(Path.Combine(Folder, code + ".md"));
        Assert.StartsWith($"# {code}\n", page);
        foreach (var heading in new[] { "What", "Why it matters", "How it is found", "How to fix it", "How to silence it" })
            Assert.Contains($"**{heading}.**", page);
        Assert.Contains(CheckCatalog.Find(code)!.Severity.ToString().ToLowerInvariant(), page);
        Assert.Contains($"--ignore {code}", page);
        Assert.Contains($"]({code}.md)", File.ReadAllText(Path.Combine(Folder, "README.md")));
    }

    [Fact]
    public void Codes_are_unique_and_all_are_listed()
    {
        Assert.Equal(CheckCatalog.All.Length, CheckCatalog.All.Select(c => c.Code).Distinct().Count());
        var fields = typeof(CheckCatalog).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic).Where(f => f.FieldType == typeof(CheckCode));
        Assert.Equal(fields.Count(), CheckCatalog.All.Length);
    }
}
