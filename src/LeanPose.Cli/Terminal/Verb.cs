using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using LeanPose.Learning.Native;

namespace LeanPose.Cli.Terminal;

/// <summary>A command whose help ends with examples and the files it writes.</summary>
internal sealed class Verb : Command
{
    private bool _computes = true;

    public Verb(string name, string description, string? writes, params string[] examples)
        : base(name, description)
    {
        Writes = writes;
        Examples = examples;
    }

    /// <summary>Which files appear where; null for a command that only groups others.</summary>
    public string? Writes { get; }

    /// <summary>Command lines, without the program's name.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>For a verb that needs no tensors: it runs also where libtorch does not load.</summary>
    public Verb ComputesNothing()
    {
        _computes = false;
        return this;
    }

    /// <summary>What the verb does; runs synchronously and returns an exit code. It never writes over a file that the command line gives it to read.</summary>
    public Verb Does(Func<ParseResult, CancellationToken, int> action)
    {
        SetAction((parse, stop) =>
        {
            Originals.Keep(parse);
            if (_computes)
                LoadLibTorch();
            return Task.FromResult(action(parse, stop));
        });
        return this;
    }

    /// <summary>Makes the help of a root command and all below it end with examples.</summary>
    public static void ExtendHelp(RootCommand root, IReadOnlyList<string> rootExamples)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, rootExamples);
    }

    private static void LoadLibTorch()
    {
        foreach (var finding in NativeRuntime.Require().Where(f => f.Severity >= NativeFindingSeverity.Warning))
            Screen.Warning($"{finding.What} {finding.Do}");
    }

    private sealed class HelpWithExamples(HelpAction help, IReadOnlyList<string> rootExamples) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parse)
        {
            var output = parse.InvocationConfiguration.Output;
            var text = new StringWriter();
            parse.InvocationConfiguration.Output = text;
            var code = help.Invoke(parse);
            parse.InvocationConfiguration.Output = output;
            output.Write(parse.CommandResult.Command.Options.OfType<ITypedOption>().Aggregate(text.ToString(), (shown, option) => option.Typed(shown)));
            var verb = parse.CommandResult.Command as Verb;
            if (verb?.Writes is { } writes)
                output.WriteLine($"Writes:\n  {writes.ReplaceLineEndings("\n  ")}\n");
            var examples = verb?.Examples ?? rootExamples;
            if (examples.Count > 0)
                output.WriteLine($"Examples:\n{string.Join('\n', examples.Select(e => $"  leanpose {e}"))}\n");
            return code;
        }
    }
}
