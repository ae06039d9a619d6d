using System.Text.RegularExpressions;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Documentation;

/// <summary>That links between the pages of the repository lead to a file, and to a heading in it.</summary>
public sealed partial class LinkTests
{
    private static readonly string s_root = TestMaterial.RepositoryRoot;

    public static TheoryData<string> Pages =>
    [
        .. Directory.GetFiles(s_root, "*.md"),
        .. new[] { "docs", "src", "samples" }.SelectMany(f => Directory.GetFiles(Path.Combine(s_root, f), "*.md", SearchOption.AllDirectories)).Where(f => !Built().IsMatch(f)),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_somewhere(string page) =>
        Assert.DoesNotContain(Links().Matches(WithoutCode(page)).Select(m => m.Groups[1].Value), link => !Leads(page, link));

    [Theory]
    [InlineData("## Labels alone, at the end", "labels-alone-at-the-end")]
    [InlineData("### `method`: how it learns", "method-how-it-learns")]
    [InlineData("# The [recipe](recipes.md)", "the-recipe")]
    public void A_heading_is_linked_to_by_its_words(string heading, string anchor) => Assert.Equal(anchor, Anchor(heading));

    private static bool Leads(string page, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal))
            return true;
        var parts = link.Split('#');
        var target = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        return parts.Length == 1 ? Path.Exists(target) : File.Exists(target) && WithoutCode(target).Split('\n').Where(l => l.StartsWith('#')).Any(h => Anchor(h) == parts[1]);
    }

    private static string WithoutCode(string page) => Code().Replace(File.ReadAllText(page), "");

    private static string Anchor(string heading) =>
        OtherThanWords().Replace(LinkedWords().Replace(heading, "$1").TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkedWords();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex OtherThanWords();

    [GeneratedRegex(@"[\\/](bin|obj)[\\/]")]
    private static partial Regex Built();
}
