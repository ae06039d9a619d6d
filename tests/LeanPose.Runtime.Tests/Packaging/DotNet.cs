using System.Diagnostics;
using Xunit;

namespace LeanPose.Runtime.Tests.Packaging;

/// <summary>Runs <c>dotnet</c> as somebody else would: without this build's environment, and with a package folder of its own.</summary>
/// <param name="packages">Where packages are installed.</param>
internal sealed class DotNet(string packages)
{
    /// <summary>Runs a command in a folder and gives what it wrote; fails the test with that where it fails.</summary>
    public async Task<string> Run(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(inherited);
        start.Environment["NUGET_PACKAGES"] = packages;
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["DOTNET_NOLOGO"] = start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        // A compiler that stays behind would hold the pipes open.
        start.Environment["UseSharedCompilation"] = "false";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}\n{await error}");
        return (await output).ReplaceLineEndings("\n");
    }
}
