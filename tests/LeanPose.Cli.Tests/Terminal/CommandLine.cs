using System.Diagnostics;

namespace LeanPose.Cli.Tests.Terminal;

/// <summary>What a run of the real program left behind.</summary>
/// <param name="ExitCode">Of the process.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record Finished(int ExitCode, string Output, string Error);

/// <summary>Runs the built program in a process of its own.</summary>
public static class CommandLine
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "LeanPose.Cli.dll");

    /// <summary>Runs <c>leanpose</c> with these arguments in a folder and waits for its end.</summary>
    public static Task<Finished> Run(string folder, params string[] arguments) => Run(folder, [], arguments);

    /// <summary>Runs <c>leanpose</c> with further environment variables.</summary>
    public static async Task<Finished> Run(string folder, Dictionary<string, string> variables, params string[] arguments)
    {
        using var process = Start(folder, variables, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Finished(process.ExitCode, (await output).ReplaceLineEndings("\n"), (await error).ReplaceLineEndings("\n"));
    }

    /// <summary>Starts <c>leanpose</c> with these arguments in a folder.</summary>
    public static Process Start(string folder, params string[] arguments) => Start(folder, [], arguments);

    private static Process Start(string folder, Dictionary<string, string> variables, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
