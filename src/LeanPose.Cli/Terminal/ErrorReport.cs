using LeanPose.Datasets;
using LeanPose.Learning.Native;

namespace LeanPose.Cli.Terminal;

/// <summary>Turns whatever went wrong into one readable block and an exit code.</summary>
internal static class ErrorReport
{
    /// <summary>Writes the block to standard error and returns the exit code.</summary>
    public static int Show(Exception exception, bool verbose)
    {
        var (text, code) = Describe(exception);
        Console.Error.WriteLine("error: " + text);
        if (verbose)
            Console.Error.WriteLine(exception);
        return code;
    }

    /// <summary>The block without writing it, for work that goes on after a failure.</summary>
    public static string Text(Exception exception) => Describe(exception).Text;

    private static (string Text, int Code) Describe(Exception exception) => exception switch
    {
        CommandException e => (e.Message, e.ExitCode),
        DataException { InnerException: (IOException or UnauthorizedAccessException) and not (FileNotFoundException or DirectoryNotFoundException) } e => (e.Message, ExitCode.Environment),
        DataException e => (e.Message, ExitCode.Data),
        OperationCanceledException => ("Stopped before the end.", ExitCode.Stopped),
        AggregateException { InnerExceptions.Count: > 0 } e => Describe(e.InnerExceptions[0]),
        _ when Innermost(exception) is NativeRuntimeException e => (Block(e.Finding.What, "this machine", null, e.Finding.Do + " 'leanpose doctor' shows all"), ExitCode.Environment),
        _ when IsNative(exception) => (Block(
            "The native part of LeanPose could not be loaded.",
            FirstLine(Innermost(exception).Message),
            "the native libraries that come with LeanPose, and what they need of the system",
            "run 'leanpose doctor'; it names what is missing"), ExitCode.Environment),
        UnauthorizedAccessException or IOException => (Block(
            "A file or folder could not be used.",
            FirstLine(exception.Message),
            null,
            "check that the path exists, that this user may use it, and that the disk has space"), ExitCode.Environment),
        OutOfMemoryException => (Block(
            "Memory ran out.",
            "this process",
            null,
            "make training.batch or evaluation.batch smaller"), ExitCode.Environment),
        _ => Unexpected(exception),
    };

    private static (string Text, int Code) Unexpected(Exception exception)
    {
        var what = $"A mistake inside LeanPose: {exception.GetType().Name}: {FirstLine(exception.Message)}";
        var trace = Path.Combine(Path.GetTempPath(), $"leanpose-error-{Environment.ProcessId}.txt");
        try
        {
            File.WriteAllText(trace, exception.ToString());
            return (Block(what, $"full trace in {trace}", null, "report it with that file"), ExitCode.Unexpected);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (Block(what, "no trace could be written", null, "run again with --verbose, and report it with the trace"), ExitCode.Unexpected);
        }
    }

    private static string Block(string problem, string where, string? expected, string fix) => new DataProblem(problem, where, expected, fix).ToString();

    private static bool IsNative(Exception exception) =>
        Innermost(exception) is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException;

    private static Exception Innermost(Exception exception) =>
        exception.InnerException is { } inner ? Innermost(inner) : exception;

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
