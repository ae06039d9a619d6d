using System.CommandLine;
using System.Reflection;
using LeanPose.Cli.Terminal;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

public sealed class HelpTests
{
    public static TheoryData<string> Verbs => [.. Below(CommandTree.Create(), "")];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_shows_examples_that_it_understands_and_the_files_it_writes(string verb)
    {
        var root = CommandTree.Create();
        var output = new StringWriter();
        root.Parse([.. verb.Split(' '), "--help"]).Invoke(new InvocationConfiguration { Output = output });
        Assert.Contains("Usage:\n  leanpose ", output.ToString().ReplaceLineEndings("\n"));

        var command = (Verb)root.Parse(verb).CommandResult.Command;
        Assert.Equal(command.Writes is not null, output.ToString().Contains("\nWrites:", StringComparison.Ordinal));
        Assert.True(command.Writes is not null || command.Subcommands.Count > 0, $"{verb} does not say what it writes");
        Assert.NotEmpty(command.Examples);
        Assert.All(command.Examples, example =>
        {
            Assert.Contains($"\n  leanpose {example}", output.ToString());
            Assert.Empty(root.Parse(example).Errors);
        });
    }

    [Fact]
    public void Exit_codes_are_documented()
    {
        var documented = File.ReadLines(Path.Combine(TestMaterial.RepositoryRoot, "docs", "cli.md"))
            .Select(l => l.Split('|'))
            .Where(c => c.Length > 2 && int.TryParse(c[1].Trim(), out _))
            .Select(c => int.Parse(c[1].Trim()));
        var codes = typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (int)f.GetRawConstantValue()!);
        Assert.Equal(codes, documented);
    }

    private static IEnumerable<string> Below(Command command, string prefix) =>
        command.Subcommands.SelectMany(c => Below(c, $"{prefix} {c.Name}".Trim()).Prepend($"{prefix} {c.Name}".Trim()));
}
