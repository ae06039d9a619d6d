using Spectre.Console;

namespace LeanPose.Cli.Terminal;

/// <summary>Standard output: colours and moving bars on a terminal, plain lines anywhere else.</summary>
internal static class Screen
{
    // Wide enough that no table breaks a line in a log file.
    private const int PlainWidth = 200;

    /// <summary>Whether someone looks at it now.</summary>
    public static bool IsTerminal { get; } = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    public static void Line(string text = "")
    {
        if (IsTerminal)
            AnsiConsole.WriteLine(text);
        else
            Console.Out.WriteLine(text);
    }

    public static void Warning(string text) => Console.Error.WriteLine($"warning: {text.ReplaceLineEndings("\n  ")}");

    /// <summary>Shows a table.</summary>
    /// <param name="table">With the borders of a terminal.</param>
    /// <param name="markdown">Whether to write it as Markdown, each row one line.</param>
    public static void Table(Table table, bool markdown = false)
    {
        if (!IsTerminal || markdown)
            AnsiConsole.Profile.Width = markdown ? 1000 : PlainWidth;
        if (markdown)
            table.Border(TableBorder.Markdown);
        else if (!IsTerminal)
            table.Border(TableBorder.None);

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine();
    }

    /// <summary>Where files lie, as aligned lines.</summary>
    public static void Files(params IEnumerable<(string What, string Path)> files)
    {
        var present = files.Where(f => File.Exists(f.Path) || Directory.Exists(f.Path)).ToList();
        foreach (var (what, path) in present)
            Line($"{what.PadRight(present.Max(f => f.What.Length))}  {Path.GetRelativePath(".", path)}");
    }

    /// <summary>Runs a piece of work that counts up to <paramref name="total"/>, with a bar on a terminal.</summary>
    public static T Progress<T>(string what, int total, Func<IProgress<int>, T> work)
    {
        if (!IsTerminal)
        {
            Line(what);
            return work(new Counter(_ => { }));
        }

        return AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(what), maxValue: Math.Max(1, total));
                return work(new Counter(done => task.Value = done));
            });
    }

    // System.Progress would report later, on another thread.
    private sealed class Counter(Action<int> show) : IProgress<int>
    {
        public void Report(int value) => show(value);
    }
}
