using System.CommandLine;
using System.CommandLine.Parsing;
using LeanPose.Cli.Recipes;
using LeanPose.Cli.Verbs;
using LeanPose.Datasets;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;

namespace LeanPose.Cli.Terminal;

/// <summary>What a command is given to read: no verb writes over it, whatever its options say.</summary>
internal static class Originals
{
    /// <summary>Names of options and arguments for what is written, the same in every verb; all others are read. A test holds verbs to it.</summary>
    public static readonly IReadOnlySet<string> Written = new HashSet<string> { "--out", "--json", "--onnx", "--coco", "--review", "--html", "--fix", "OUT" };

    private static readonly StringComparison Comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Looks at the command line alone, before any work.</summary>
    /// <exception cref="CommandException">A file is named both to read and to write, or twice to write.</exception>
    public static void Keep(ParseResult parse)
    {
        var written = Given(parse).Where(g => Written.Contains(g.Name)).ToList();
        foreach (var output in written)
            Keep(parse, output.Name, [output.Value]);
        foreach (var (first, second) in written.SelectMany((a, i) => written.Skip(i + 1).Select(b => (a, b))))
        {
            if (string.Equals(Path.GetFullPath(first.Value), Path.GetFullPath(second.Value), Comparison))
                throw new CommandException(ExitCode.Usage, "Two outputs would be written to the same place.", $"{first.Name} and {second.Name} {second.Value}", "a file for each", $"choose another name with {second.Name}");
        }
    }

    /// <summary>The same for files whose names only the verb knows.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="option">Which option makes them be written.</param>
    /// <param name="files">Files to be written; those that do not exist do no harm.</param>
    /// <exception cref="CommandException">One of them is read.</exception>
    public static void Keep(ParseResult parse, string option, IEnumerable<string> files)
    {
        var existing = files.Where(File.Exists).ToList();
        if (existing.Count == 0)
            return;
        var read = Read(parse).ToList();
        var folders = new Dictionary<string, string>();
        foreach (var file in existing)
        {
            // Of a folder of thousands the way to it is looked up once.
            var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
            if (!folders.TryGetValue(folder, out var real))
                folders.Add(folder, real = Real(folder));
            real = Real(Path.Combine(real, Path.GetFileName(file)), real);
            if (read.FirstOrDefault(r => r.Holds(real)) is { } original)
            {
                throw new CommandException(
                    ExitCode.Usage,
                    "The command would write over a file that it reads.",
                    $"{file} (given with {original.Option} {original.Given})",
                    "another place for what is written",
                    $"choose another name with {option}");
            }
        }
    }

    private static IEnumerable<(string Name, string Value)> Given(ParseResult parse) => parse.CommandResult.Children.SelectMany(c => c switch
    {
        OptionResult o when NamesFiles(o.Option.ValueType) => o.Tokens.Select(t => (o.Option.Name, t.Value)),
        ArgumentResult a when NamesFiles(a.Argument.ValueType) => a.Tokens.Select(t => (a.Argument.HelpName ?? a.Argument.Name, t.Value)),
        _ => [],
    });

    private static bool NamesFiles(Type type) => type == typeof(string) || type == typeof(string[]);

    private static IEnumerable<Original> Read(ParseResult parse)
    {
        var given = Given(parse).Where(g => !Written.Contains(g.Name)).ToList();
        string[] overrides = [.. given.Where(g => g.Name == "--set").Select(g => g.Value)];
        // What is named itself comes first: an error should name the option that the user has typed.
        return given.Select(g => (g, Path: g.Value))
            .Concat(given.SelectMany(g => Parts(g.Value, overrides).Select(part => (g, Path: part))))
            .Where(r => Path.Exists(r.Path))
            .Select(r => new Original(r.g.Name, r.g.Value, Real(r.Path)));
    }

    // What a run or a recipe consists of. Where one is wrong, its verb says so.
    private static IEnumerable<string> Parts(string path, string[] overrides)
    {
        try
        {
            if (Directory.Exists(path))
                return RunFolder.Open(path) is var run && File.Exists(run.RecipeFile) ? [.. run.Files, .. Parts(run.RecipeFile, [])] : run.Files;
            return Path.GetExtension(path) is ".yaml" or ".yml" ? RecipeFiles.Of(RecipeReader.Read(path, overrides)) : [];
        }
        catch (Exception e) when (e is DataException or CommandException)
        {
            return [];
        }
    }

    // A path without symbolic links on the way, so that one file has one name.
    private static string Real(string path, string? realFolder = null)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } folder)
            return full;
        var here = Path.Combine(realFolder ?? Real(folder), Path.GetFileName(full));
        FileSystemInfo entry = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
        return entry.LinkTarget is null ? here : Real(entry.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }

    private sealed record Original(string Option, string Given, string Path)
    {
        private readonly bool _isFolder = Directory.Exists(Path);

        // Of a folder a command reads pictures, or labels by way of data.yaml; of a run its own files, which are listed one by one.
        public bool Holds(string file) => _isFolder
            ? (PredictInput.IsPicture(file) || System.IO.Path.GetFileName(file) == "data.yaml") && file.StartsWith(System.IO.Path.TrimEndingDirectorySeparator(Path) + System.IO.Path.DirectorySeparatorChar, Comparison)
            : string.Equals(file, Path, Comparison);
    }
}
