using System.Collections;
using System.CommandLine;
using System.Reflection;
using System.Text.RegularExpressions;
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

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Defaults_stand_in_the_help_as_one_types_them(string verb)
    {
        var root = CommandTree.Create();
        var output = new StringWriter();
        string[] words = verb.Split(' ');
        root.Parse([.. words, "--help"]).Invoke(new InvocationConfiguration { Output = output });
        foreach (var option in root.Parse(words).CommandResult.Command.Options)
        {
            var line = Regex.Match(output.ToString(), $@"^ +{option.Name} .*\[default: (.*)\]\r?$", RegexOptions.Multiline);
            Assert.True(line.Success || option is not ITypedOption, $"{verb} {option.Name} does not show its default");
            if (!line.Success)
                continue;
            var typed = root.Parse([.. words, option.Name, line.Groups[1].Value]);
            Assert.Empty(typed.GetResult(option)!.Errors);
            Assert.Equal(Value(root.Parse(words), option), Value(typed, option));
        }
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

    private static string Value(ParseResult parse, Option option)
    {
        var value = typeof(ParseResult).GetMethods().Single(m => m.Name == nameof(ParseResult.GetValue) && m.GetParameters()[0].ParameterType.Name == typeof(Option<>).Name)
            .MakeGenericMethod(option.ValueType).Invoke(parse, [option]);
        return value is IEnumerable several and not string ? string.Join(' ', several.Cast<object>()) : $"{value}";
    }

    private static IEnumerable<string> Below(Command command, string prefix) =>
        command.Subcommands.SelectMany(c => Below(c, $"{prefix} {c.Name}".Trim()).Prepend($"{prefix} {c.Name}".Trim()));
}
