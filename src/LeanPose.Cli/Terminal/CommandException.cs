using LeanPose.Datasets;

namespace LeanPose.Cli.Terminal;

/// <summary>A failure that the user can mend; its message is ready to be shown, in the form every error has.</summary>
internal sealed class CommandException : Exception
{
    public CommandException(int exitCode, string message)
        : base(message) => ExitCode = exitCode;

    public CommandException(int exitCode, string problem, string where, string? expected = null, string? fix = null)
        : this(exitCode, new DataProblem(problem, where, expected, fix).ToString())
    {
    }

    /// <summary>One of <see cref="Terminal.ExitCode"/>.</summary>
    public int ExitCode { get; }
}
