using System.CommandLine;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Verbs;
using LeanPose.Learning.Native;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli;

/// <summary>The root command: its verbs, its help, and how a command line becomes an exit code.</summary>
internal static class CommandTree
{
    private static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show the full trace of an error.",
        Recursive = true,
    };

    private static readonly Option<string?> LibTorch = new("--libtorch")
    {
        Description = $"Compute with the libtorch of an installed PyTorch (its folder 'torch') in place of the packaged one; also {NativeRuntime.LibTorchVariable}.",
        HelpName = "DIR",
        Recursive = true,
    };

    private static readonly string[] Examples =
    [
        "doctor                                     does this machine have what it takes?",
        "demo                                       few labels against few labels + SSPCM, in minutes",
        "train recipes/studio-50-sspcm.yaml         train as a recipe says",
        "eval runs/studio-50-sspcm --annotations val.json --images images",
        "predict runs/studio-50-sspcm photo.jpg --out drawn",
    ];

    /// <summary>All verbs; a new one is one line here.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("LeanPose trains 2D human-pose models from few labels and many unlabelled pictures, and puts them to use.")
        {
            DemoVerb.Create(),
            TrainVerb.Create(),
            EvalVerb.Create(),
            PredictVerb.Create(),
            PseudoVerb.Create(),
            ExportVerb.Create(),
            ReportVerb.Create(),
            CurveVerb.Create(),
            CompareVerb.Create(),
            DataVerb.Create(),
            WeightsVerb.Create(),
            DoctorVerb.Create(),
            BenchVerb.Create(),
        };
        root.HelpName = "leanpose";
        root.Options.Add(LibTorch);
        root.Options.Add(Verbose);
        Verb.ExtendHelp(root, Examples);
        return root;
    }

    /// <summary>Runs one command line; returns one of <see cref="ExitCode"/>.</summary>
    public static async Task<int> Run(string[] args)
    {
        var root = Create();
        var parse = root.Parse(args.Length == 0 ? ["--help"] : args);
        try
        {
            if (parse.Errors.Count > 0 && parse.Action is null or System.CommandLine.Invocation.ParseErrorAction)
                throw WrongUsage(parse);
            if (parse.GetValue(LibTorch) is { } libtorch)
                NativeRuntime.UseLibTorch(libtorch);
            using var interrupt = new Interrupt();
            // Signals are ours: saving a checkpoint may take longer than the library's time-out allows.
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parse.InvokeAsync(configuration, interrupt.Token);
        }
        catch (Exception e)
        {
            return ErrorReport.Show(e, parse.GetValue(Verbose));
        }
    }

    private static CommandException WrongUsage(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        var path = string.Join(' ', PathTo(parse.CommandResult));
        var names = command.Subcommands.Select(c => c.Name).Concat(command.Options.Select(o => o.Name));
        // That a verb is missing is no news where what stands in its place is reported, too.
        var problems = parse.Errors.Select(e => e.Message.TrimEnd('.')).Distinct().ToList();
        if (problems.Count > 1)
            problems.Remove("Required command was not provided");
        var nearest = parse.UnmatchedTokens.Select(t => NearestName.Of(t, names)).FirstOrDefault(n => n is not null);
        return new CommandException(
            ExitCode.Usage,
            string.Join("; ", problems) + (nearest is null ? "." : $" (did you mean '{nearest}'?)."),
            where: path,
            fix: $"'{path} --help' shows what there is, with examples");
    }

    private static IEnumerable<string> PathTo(System.CommandLine.Parsing.CommandResult command) =>
        (command.Parent is System.CommandLine.Parsing.CommandResult parent ? PathTo(parent) : [])
            .Append(command.Command is RootCommand ? "leanpose" : command.Command.Name);
}
