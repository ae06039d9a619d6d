using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace LeanPose.Learning.Native;

/// <summary>Where the native libraries lie, and why they do not load where they do not.</summary>
internal static partial class NativeLoading
{
    // Each after those it needs, so that the first one that fails is the culprit. Those for CUDA are in some builds only.
    private static readonly string[] LibTorch = ["c10", "c10_cuda", "torch_cpu", "torch_cuda", "torch"];
    private const string Bridge = "LibTorchSharp";
    private const int BindNow = 2; // RTLD_NOW

    // Those TorchSharp is published for.
    private static readonly string[] Systems = ["linux-x64", "win-x64", "osx-arm64"];

    /// <summary>This system's identifier in .NET's terms, without a distribution: <c>linux-x64</c>.</summary>
    public static string Platform { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static readonly Lock Door = new();
    private static string? s_given = Environment.GetEnvironmentVariable(NativeRuntime.LibTorchVariable) is { Length: > 0 } folder ? folder : null;
    private static IReadOnlyList<NativeFinding>? s_findings;

    /// <summary>The folder of the libtorch to load in place of the packaged one; null for the packaged one.</summary>
    /// <exception cref="InvalidOperationException">Set after libtorch was loaded.</exception>
    public static string? Given
    {
        get => s_given;
        set
        {
            lock (Door)
            {
                if (s_findings is not null && value != s_given)
                    throw new InvalidOperationException("libtorch is loaded already; choose another before the first tensor.");
                s_given = value;
            }
        }
    }

    /// <summary>What was found while loading: an error where it failed.</summary>
    public static IReadOnlyList<NativeFinding> Findings => s_findings ?? [];

    /// <summary>A library's file name on this system.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? library + ".dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary>
    /// Loads libtorch and TorchSharp's bridge, once, without touching TorchSharp: where that fails, it writes a page to the
    /// console and copies half a gigabyte beside the program before it gives up.
    /// </summary>
    public static bool Try()
    {
        lock (Door)
        {
            if (s_findings is null)
            {
                s_findings = Load(AppContext.BaseDirectory);
                if (Works())
                    s_findings = [.. s_findings, .. CacheSizes.Repair()];
            }

            return Works();
        }
    }

    private static bool Works() => s_findings!.All(f => f.Severity != NativeFindingSeverity.Error);

    /// <summary>Folders below a program's own that .NET searches, in order.</summary>
    public static IReadOnlyList<string> Folders(string program) =>
        [Path.Combine(program, "runtimes", Platform, "native"), Path.TrimEndingDirectorySeparator(program)];

    /// <summary>The path of a native library of a program, or null. On Linux libtorch lies in a folder of its own (eng/native.targets).</summary>
    public static string? Locate(string program, string file) =>
        Folders(program).SelectMany(f => new[] { f, Path.Combine(f, "libtorch") }).Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists);

    /// <summary>The file that this process has loaded a library from; null where it has not.</summary>
    public static string? LoadedFrom(string library) => AllLoadedFrom(library).FirstOrDefault();

    /// <summary>All files of that library's name that this process has loaded; more than one is a mistake.</summary>
    public static IReadOnlyList<string> AllLoadedFrom(string library)
    {
        using var process = Process.GetCurrentProcess();
        var name = FileName(library);
        return [.. process.Modules.Cast<ProcessModule>().Select(m => m.FileName).Where(f => Path.GetFileName(f) == name).Distinct()];
    }

    /// <summary>Says why the packaged libtorch does not load for a program in that folder.</summary>
    public static NativeFinding Explain(string program)
    {
        if (!Systems.Contains(Platform))
        {
            return Error($"TorchSharp has no native library for {Platform}.",
                $"Train on one of {string.Join(", ", Systems)}.");
        }

        foreach (var library in LibTorch.Append(Bridge).Where(l => !l.EndsWith("_cuda", StringComparison.Ordinal)).Select(FileName))
        {
            if (Locate(program, library) is not { } path)
            {
                return Error($"{library} was not found. Looked in {string.Join(" and ", Folders(program))}.",
                    $"Build again, copy the whole output folder, or name an installed PyTorch with --libtorch or {NativeRuntime.LibTorchVariable} (docs/native-runtime.md).");
            }

            if (LoadFile(path) is { } problem)
                return Explain(path, problem);
        }

        return Error($"Every native library in {Folders(program)[0]} loads by itself, but not for TorchSharp.",
            "Delete bin and obj and build again; if that changes nothing, please report it with the output of 'leanpose doctor'.");
    }

    private static IReadOnlyList<NativeFinding> Load(string program)
    {
        if (s_given is not { } given)
        {
            // As TorchSharp does at first. Where libtorch is in a folder of its own, the bridge brings it.
            NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out _);
            return NativeLibrary.TryLoad(Bridge, typeof(torch).Assembly, null, out _) ? [] : [Explain(program)];
        }

        var installation = LibTorchInstallation.Find(given, out var findings);
        return installation is null ? findings : LoadGiven(installation, program) is { } error ? [error, .. findings] : findings;
    }

    // A library that is loaded already satisfies all that need one of its name (its SONAME on Linux), wherever they would look
    // for it. So the given ones come first, and the bridge, and TorchSharp after it, get those.
    private static NativeFinding? LoadGiven(LibTorchInstallation libtorch, string program)
    {
        var cpu = FileName("torch_cpu");
        if (LoadedFrom("torch_cpu") is { } other && Path.GetDirectoryName(other) != libtorch.Folder)
            return Error($"{other} is loaded already.", "Name the libtorch to use before the first tensor.");
        // TorchSharp would load a libtorch that .NET finds by name as a second one, which ends the process.
        if (Folders(program).Select(f => Path.Combine(f, cpu)).FirstOrDefault(File.Exists) is { } inTheWay)
            return Error($"This program's own libtorch is in the way: {inTheWay}.", "Build or publish LeanPose with -p:WithoutLibTorch=true.");

        foreach (var path in LibTorch.Select(l => Path.Combine(libtorch.Folder, FileName(l))).Where(File.Exists))
        {
            if (LoadWithNeighbours(path, libtorch.Folder, []) is { } problem)
                return Explain(path, problem, libtorch);
        }

        if (Locate(program, FileName(Bridge)) is not { } bridge)
            return Error($"{FileName(Bridge)} was not found. Looked in {string.Join(" and ", Folders(program))}.", "Build again, or copy the whole output folder.");
        return (OperatingSystem.IsLinux() ? LoadNow(bridge) : LoadFile(bridge)) is { } failure ? Explain(bridge, failure, libtorch) : null;
    }

    // PyTorch's libraries know where pip puts CUDA's (site-packages/nvidia/*/lib); where they were moved, we look there ourselves.
    private static string? LoadWithNeighbours(string path, string folder, HashSet<string> tried)
    {
        while (LoadFile(path) is { } problem)
        {
            var missing = MissingLibrary().Match(problem).Groups["library"].Value;
            if (!tried.Add(missing) || Neighbour(missing, folder) is not { } neighbour)
                return problem;
            if (LoadWithNeighbours(neighbour, folder, tried) is { } deeper)
                return deeper;
        }

        return null;
    }

    private static string? Neighbour(string file, string folder)
    {
        if (file.Length == 0)
            return null;
        var nvidia = Path.GetFullPath(Path.Combine(folder, "..", "..", "nvidia"));
        IEnumerable<string> folders = Directory.Exists(nvidia) ? Directory.EnumerateDirectories(nvidia).Select(d => Path.Combine(d, "lib")) : [];
        return folders.Prepend(folder).Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists);
    }

    // The linker's words where it fails.
    private static string? LoadFile(string path)
    {
        try
        {
            NativeLibrary.Load(path);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return e.Message;
        }
    }

    // With all its functions bound at once: one that the given libtorch lacks is an error here, and not the end of the process later.
    private static string? LoadNow(string path)
    {
        LastError(); // .NET looks dlerror up at its first call, and that must not come between the failure and its words
        return Open(path, BindNow) != 0 ? null : Marshal.PtrToStringUTF8(LastError()) ?? "for a reason that the linker does not tell";
    }

    [LibraryImport("libc.so.6", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int mode);

    [LibraryImport("libc.so.6", EntryPoint = "dlerror")]
    private static partial nint LastError();

    /// <summary>Puts the dynamic linker's words into plain ones.</summary>
    /// <param name="path">The library that does not load.</param>
    /// <param name="linker">The linker's words.</param>
    /// <param name="given">The libtorch that a user gave.</param>
    public static NativeFinding Explain(string path, string linker, LibTorchInstallation? given = null)
    {
        if (MissingFunction().Match(linker) is { Success: true } function && given is not null)
        {
            return Error($"The libtorch in {given.Folder} lacks a function that LeanPose calls: {function.Groups["function"].Value}.",
                $"It is another version than {LibTorchInstallation.Wanted.ToString(3)}, or built without the C++11 ABI: install PyTorch {LibTorchInstallation.Wanted.ToString(3)} from pip.");
        }

        if (MissingVersion().Match(linker) is { Success: true } version)
        {
            return Error($"{path} needs {version.Groups["version"].Value} of {version.Groups["library"].Value}, which this system's does not have.",
                version.Groups["version"].Value == LibTorchSharpCompatibility.Version
                    ? "Build again on this system (the build then makes a copy that does without), or install libstdc++ of GCC 13 or newer."
                    : "Use a newer system: Debian 12, Ubuntu 22.04 or later.");
        }

        if (MissingLibrary().Match(linker) is { Success: true } library)
        {
            var name = library.Groups["library"].Value;
            return Error($"{path} needs {name}, which is not on this system.", name switch
            {
                "libcuda.so.1" => "Install NVIDIA's driver, or give a PyTorch without CUDA.",
                _ when Nvidia().IsMatch(name) => $"{name} is of CUDA: pip installs it with PyTorch (packages nvidia-…, in nvidia/*/lib beside torch). Install PyTorch again without --no-deps.",
                _ when given is not null && LibTorch.Any(l => name == FileName(l)) => $"{given.Folder} is not whole: install that PyTorch again.",
                _ => $"Install the package that holds {name}.",
            });
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

    // "libLibTorchSharp.so: undefined symbol: _ZN2at4_ops…"
    [GeneratedRegex(@"undefined symbol: (?<function>[^\s,]+)")]
    private static partial Regex MissingFunction();

    [GeneratedRegex(@"^lib(cud|cublas|cufft|curand|cusolver|cusparse|cupti|nccl|nvrtc|nvJitLink|nvToolsExt|nvshmem|nvtx|cufile)")]
    private static partial Regex Nvidia();

    // "libgomp.so.1: cannot open shared object file: No such file or directory"
    [GeneratedRegex(@"(?<library>[^\s/:]+\.so[^\s:]*): cannot open shared object file")]
    private static partial Regex MissingLibrary();
}
