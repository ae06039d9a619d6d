using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace LeanPose.Learning.Native;

/// <summary>Where the native libraries lie, and why they do not load where they do not.</summary>
internal static partial class NativeLoading
{
    // Each after those it needs, so that the first one that fails is the culprit.
    private static readonly string[] Linux = ["libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so"];
    private static readonly string[] MacOS = ["libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib", "libLibTorchSharp.dylib"];
    private static readonly string[] Windows = ["c10.dll", "torch_cpu.dll", "torch.dll", "LibTorchSharp.dll"];

    // Those TorchSharp is published for.
    private static readonly string[] Systems = ["linux-x64", "win-x64", "osx-arm64"];

    /// <summary>This system's identifier in .NET's terms, without a distribution: <c>linux-x64</c>.</summary>
    public static string Platform { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>
    /// Loads libtorch and TorchSharp's bridge as TorchSharp does at first, but without touching TorchSharp: where that fails,
    /// it writes a page to the console and copies half a gigabyte beside the program before it gives up.
    /// </summary>
    public static bool Try() =>
        NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out _)
        && NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out _);

    /// <summary>Folders below a program's own that are searched, in order.</summary>
    public static IReadOnlyList<string> Folders(string program) =>
        [Path.Combine(program, "runtimes", Platform, "native"), Path.TrimEndingDirectorySeparator(program)];

    /// <summary>The path of a native library of a program, or null.</summary>
    public static string? Locate(string program, string library) =>
        Folders(program).Select(f => Path.Combine(f, library)).FirstOrDefault(File.Exists);

    /// <summary>Says why libtorch does not load for a program in that folder.</summary>
    public static NativeFinding Explain(string program)
    {
        if (!Systems.Contains(Platform))
        {
            return Error($"TorchSharp has no native library for {Platform}.",
                $"Train on one of {string.Join(", ", Systems)}.");
        }

        foreach (var library in OperatingSystem.IsWindows() ? Windows : OperatingSystem.IsMacOS() ? MacOS : Linux)
        {
            if (Locate(program, library) is not { } path)
            {
                return Error($"{library} was not found. Looked in {string.Join(" and ", Folders(program))}.",
                    "Build again, or copy the whole output folder with its 'runtimes' folder.");
            }

            try
            {
                NativeLibrary.Load(path);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                return Explain(path, e.Message);
            }
        }

        return Error($"Every native library in {Folders(program)[0]} loads by itself, but not for TorchSharp.",
            "Delete bin and obj and build again; if that changes nothing, please report it with the output of 'leanpose doctor'.");
    }

    /// <summary>Puts the dynamic linker's words into plain ones.</summary>
    public static NativeFinding Explain(string path, string linker)
    {
        if (MissingVersion().Match(linker) is { Success: true } version)
        {
            return Error($"{path} needs {version.Groups["version"].Value} of {version.Groups["library"].Value}, which this system's does not have.",
                version.Groups["version"].Value == LibTorchSharpCompatibility.Version
                    ? "Build again on this system (the build then makes a copy that does without), or install libstdc++ of GCC 13 or newer."
                    : "Use a newer system: Debian 12, Ubuntu 22.04 or later.");
        }

        if (MissingLibrary().Match(linker) is { Success: true } library)
        {
            return Error($"{path} needs {library.Groups["library"].Value}, which is not on this system.",
                $"Install the package that holds {library.Groups["library"].Value}.");
        }

        return Error($"{path} does not load: {linker.ReplaceLineEndings(" ").Trim()}",
            OperatingSystem.IsWindows()
                ? "Install the Visual C++ redistributable 2015-2022 (x64); if the file is damaged, delete bin and obj and build again."
                : "If the file is damaged, delete bin and obj and build again.");
    }

    private static NativeFinding Error(string what, string todo) => new(NativeFindingSeverity.Error, what, todo);

    // "/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by …)"
    [GeneratedRegex(@"(?<library>[^\s/]+): version [`'](?<version>[^']+)' not found")]
    private static partial Regex MissingVersion();

    // "libgomp.so.1: cannot open shared object file: No such file or directory"
    [GeneratedRegex(@"(?<library>[^\s/:]+\.so[^\s:]*): cannot open shared object file")]
    private static partial Regex MissingLibrary();
}
