namespace LeanPose.Cli.Terminal;

/// <summary>A failure that the user can mend; its message is ready to be shown.</summary>
internal sealed class CommandException : Exception
{
    public CommandException(int exitCode, string message)
        : base(message) => ExitCode = exitCode;

    public CommandException(int exitCode, string problem, string? where, string? expected = null, string? fix = null)
        : this(exitCode, Compose(problem, where, expected, fix))
    {
    }

    /// <summary>One of <see cref="Terminal.ExitCode"/>.</summary>
    public int ExitCode { get; }

    /// <summary>The block every error has: a sentence, then indented lines.</summary>
    public static string Compose(string problem, string? where, string? expected, string? fix)
    {
        var text = problem;
        if (where is not null)
            text += $"\n  where:    {where}";
        if (expected is not null)
            text += $"\n  expected: {expected}";
        if (fix is not null)
            text += $"\n  do:       {fix}";
        return text;
    }
}
