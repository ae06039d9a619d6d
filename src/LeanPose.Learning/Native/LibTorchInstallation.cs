using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace LeanPose.Learning.Native;

/// <summary>
/// A libtorch that did not come with the program: that of an installed PyTorch, or an unpacked distribution. It is found
/// and judged by its files alone; nothing is loaded.
/// </summary>
/// <param name="Folder">Where libtorch_cpu lies.</param>
/// <param name="Version">What the files beside it say, <c>2.10.0+cu128</c>; null where none says.</param>
internal sealed partial record LibTorchInstallation(string Folder, string? Version)
{
    // Machines as ELF (e_machine) and PE (Machine) number them.
    private static readonly Dictionary<int, Architecture> Machines = new()
    {
        [62] = Architecture.X64,
        [183] = Architecture.Arm64,
        [0x8664] = Architecture.X64,
        [0xaa64] = Architecture.Arm64,
    };

    /// <summary>The libtorch that TorchSharp's bridge was built for. Read without touching <c>torch</c>, which would load one.</summary>
    public static Version Wanted { get; } = new(typeof(torch).GetField("libtorchPackageVersion", BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() as string ?? "2.10.0.0");

    /// <summary>Finds libtorch in a folder that a user named: a PyTorch's <c>torch</c> or <c>torch/lib</c>, or a libtorch distribution.</summary>
    /// <returns>The installation, or null where it cannot be used.</returns>
    /// <param name="given">The folder.</param>
    /// <param name="findings">Errors where it cannot be used, else what to know.</param>
    public static LibTorchInstallation? Find(string given, out IReadOnlyList<NativeFinding> findings)
    {
        findings = [];
        if (!Directory.Exists(given))
        {
            findings = [Error(File.Exists(given) ? $"{given} is a file; libtorch is asked for by its folder." : $"There is no folder {given}.", Expected)];
            return null;
        }

        var library = NativeLoading.FileName("torch_cpu");
        var root = Path.GetFullPath(given);
        string[] places = [root, Path.Combine(root, "lib"), Path.Combine(root, "torch", "lib")];
        if (places.FirstOrDefault(p => File.Exists(Path.Combine(p, library))) is not { } folder)
        {
            findings = [Error($"There is no libtorch in {given}: {library} is neither in it nor in lib or torch/lib below it.", Expected)];
            return null;
        }

        folder = Path.TrimEndingDirectorySeparator(folder);
        var found = new LibTorchInstallation(folder, VersionBeside(folder));
        findings = [.. found.Judge()];
        return findings.Any(f => f.Severity == NativeFindingSeverity.Error) ? null : found;
    }

    private static string Expected =>
        $"Give the folder of an installed PyTorch {Wanted.ToString(2)} (python -c \"import torch; print(torch.__path__[0])\" prints it), or of an unpacked libtorch.";

    private IEnumerable<NativeFinding> Judge()
    {
        foreach (var name in new[] { "c10", "torch" }.Select(NativeLoading.FileName))
        {
            if (!File.Exists(Path.Combine(Folder, name)))
                yield return Error($"{Folder} is not whole: {name} is missing.", "Install that PyTorch again.");
        }

        var library = Path.Combine(Folder, NativeLoading.FileName("torch_cpu"));
        var architecture = ArchitectureOf(library);
        if (architecture is null)
            yield return Error($"{library} is no library of this system, or is damaged.", "Install that PyTorch again.");
        else if (architecture != RuntimeInformation.ProcessArchitecture)
            yield return Error($"{library} is for {architecture} processors; this program runs on {RuntimeInformation.ProcessArchitecture}.", "Give a PyTorch for this processor.");

        if (Version is null)
        {
            yield return new(NativeFindingSeverity.Warning, $"Nothing beside {Folder} says which version of libtorch it is (version.py, build-version).",
                $"Make sure that it is {Wanted.ToString(3)}.");
        }
        else if (VersionNumber().Match(Version) is not { Success: true } number || !System.Version.TryParse(number.Value, out var version)
            || (version.Major, version.Minor) != (Wanted.Major, Wanted.Minor))
        {
            yield return Error($"{Folder} is libtorch {Version}; this LeanPose needs {Wanted.ToString(2)}.",
                $"Install PyTorch {Wanted.ToString(3)} (pip install torch=={Wanted.ToString(3)}), in a virtual environment of its own where another is in use.");
        }
        else if (version.Build != Wanted.Build)
        {
            yield return new(NativeFindingSeverity.Warning, $"{Folder} is libtorch {Version}; LeanPose is tested with {Wanted.ToString(3)}.", "Nothing while it works.");
        }
    }

    // torch/lib has torch/version.py above it, a distribution's lib has build-version.
    private static string? VersionBeside(string folder)
    {
        var parent = Path.GetDirectoryName(folder) ?? folder;
        foreach (var (path, pattern) in new[]
        {
            (Path.Combine(parent, "version.py"), PythonVersion()),
            (Path.Combine(parent, "build-version"), PlainVersion()),
            (Path.Combine(folder, "build-version"), PlainVersion()),
        })
        {
            if (File.Exists(path) && pattern.Match(File.ReadAllText(path)) is { Success: true } match)
                return match.Groups["version"].Value;
        }

        return null;
    }

    private static Architecture? ArchitectureOf(string library)
    {
        if (OperatingSystem.IsMacOS())
            return RuntimeInformation.ProcessArchitecture; // one library may hold several there; the linker tells
        using var file = File.OpenRead(library);
        var head = new byte[4096];
        var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (length < 64)
            return null;
        var machine = 0;
        if (head.AsSpan().StartsWith("\u007fELF"u8))
        {
            machine = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(18));
        }
        else if (head.AsSpan().StartsWith("MZ"u8))
        {
            var header = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(60));
            if (header >= 0 && header + 6 <= length)
                machine = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(header + 4));
        }

        return Machines.TryGetValue(machine, out var architecture) ? architecture : null;
    }

    private static NativeFinding Error(string what, string todo) => new(NativeFindingSeverity.Error, what, todo);

    // __version__ = '2.10.0+cu128'
    [GeneratedRegex(@"^__version__\s*(?::[^=]*)?=\s*['""](?<version>[^'""]+)['""]", RegexOptions.Multiline)]
    private static partial Regex PythonVersion();

    [GeneratedRegex(@"^\s*(?<version>\d\S*)")]
    private static partial Regex PlainVersion();

    [GeneratedRegex(@"^\d+\.\d+\.\d+")]
    private static partial Regex VersionNumber();
}
