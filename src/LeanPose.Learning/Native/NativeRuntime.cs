using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace LeanPose.Learning.Native;

/// <summary>Whether the build has made TorchSharp's bridge load on an older system; see docs/native-runtime.md.</summary>
public enum CompatibilityPatch
{
    /// <summary>The library is as published.</summary>
    None,

    /// <summary>The library is a patched copy.</summary>
    Applied,

    /// <summary>The library is absent or not one we know.</summary>
    Unknown,
}

/// <summary>What LeanPose computes with on this machine. Taken once; printing it computes nothing.</summary>
public sealed record NativeRuntime
{
    /// <summary>Name and version of the operating system.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>Architecture of this process.</summary>
    public required Architecture Architecture { get; init; }

    /// <summary>Name and version of .NET.</summary>
    public required string DotNet { get; init; }

    /// <summary>Processors this process may use.</summary>
    public required int Cores { get; init; }

    /// <summary>What the processor can do.</summary>
    public required CpuCapabilities Cpu { get; init; }

    /// <summary>Whether libtorch computes in bfloat16 with the processor's own arithmetic, which about halves the time of a training step; false where it did not load.</summary>
    public bool HasFastBFloat16 { get; init; }

    /// <summary>Version of libtorch, null where it did not load.</summary>
    public string? LibTorch { get; init; }

    /// <summary>The file that libtorch was loaded from, null where it did not load.</summary>
    public string? LibTorchFile { get; init; }

    /// <summary>The folder that was named in place of the packaged libtorch (<see cref="UseLibTorch"/>), null for the packaged one.</summary>
    public string? LibTorchGiven { get; init; }

    /// <summary>Whether that libtorch is a build for CUDA.</summary>
    public bool HasCuda { get; init; }

    /// <summary>Names of the CUDA devices that NVIDIA's driver offers to this process, whether or not libtorch can use them.</summary>
    public IReadOnlyList<string> CudaDeviceNames { get; init; } = [];

    /// <summary>Threads of one operator; 0 where libtorch did not load.</summary>
    public int Threads { get; init; }

    /// <summary>Threads that run operators side by side; 0 where libtorch did not load.</summary>
    public int InteropThreads { get; init; }

    /// <summary>CUDA devices libtorch sees.</summary>
    public int CudaDevices { get; init; }

    /// <summary>Whether this system needs the patch: its libstdc++ lacks a version that TorchSharp's bridge wants.</summary>
    public required bool NeedsPatch { get; init; }

    /// <summary>Whether the bridge in use is patched.</summary>
    public required CompatibilityPatch Patch { get; init; }

    /// <summary>Whether mixed precision can be switched on.</summary>
    public bool CanAutocast { get; init; }

    /// <summary>Whether deterministic algorithms can be demanded.</summary>
    public bool CanSetDeterministic { get; init; }

    /// <summary>Whether denormal floats can be flushed to zero.</summary>
    public bool CanFlushDenormals { get; init; }

    /// <summary>What to know and do, most severe first.</summary>
    public required IReadOnlyList<NativeFinding> Findings { get; init; }

    /// <summary>Whether libtorch loaded.</summary>
    public bool Works => LibTorch is not null;

    /// <summary>Environment variable with the folder of a libtorch to use in place of the packaged one.</summary>
    public const string LibTorchVariable = "LEANPOSE_LIBTORCH";

    /// <summary>
    /// Names a libtorch to use in place of the packaged one, and of that in <see cref="LibTorchVariable"/>. Whether it fits is
    /// told by <see cref="Require"/> and <see cref="Inspect()"/>, which load it.
    /// </summary>
    /// <param name="folder">An installed PyTorch's <c>torch</c> or <c>torch/lib</c>, or an unpacked libtorch.</param>
    /// <exception cref="InvalidOperationException">libtorch is loaded already.</exception>
    public static void UseLibTorch(string folder) => NativeLoading.Given = folder;

    /// <summary>Looks at this machine. Never throws for a library that does not load: that is a finding.</summary>
    public static NativeRuntime Inspect()
    {
        var loads = NativeLoading.Try();
        return Inspect(loads, AppContext.BaseDirectory, NativeLoading.Findings);
    }

    /// <summary>
    /// Loads libtorch. Call it before the first tensor: TorchSharp's own failure is a page of trace, and it does not know of
    /// <see cref="UseLibTorch"/> and <see cref="LibTorchVariable"/>.
    /// </summary>
    /// <returns>What to know of the libtorch that was loaded and of how it computes here: warnings at most.</returns>
    /// <exception cref="NativeRuntimeException">It does not load; the message says which library, why, and what to do.</exception>
    public static IReadOnlyList<NativeFinding> Require() =>
        NativeLoading.Try() ? NativeLoading.Findings : throw new NativeRuntimeException(NativeLoading.Findings.First(f => f.Severity == NativeFindingSeverity.Error));

    internal static NativeRuntime Inspect(bool loads, string program, IReadOnlyList<NativeFinding>? loading = null)
    {
        var report = new NativeRuntime
        {
            OperatingSystem = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.ProcessArchitecture,
            DotNet = RuntimeInformation.FrameworkDescription,
            Cores = Environment.ProcessorCount,
            Cpu = Native.Cpu.Detect(),
            NeedsPatch = SystemNeedsPatch(),
            Patch = PatchOf(program),
            LibTorchGiven = NativeLoading.Given,
            CudaDeviceNames = CudaDriver.DeviceNames(),
            Findings = [],
        };
        if (loads)
        {
            report = report with
            {
                LibTorch = string.Join('.', torch.__version__.Split('.').Take(3)), // TorchSharp appends a fourth number of its own
                Threads = torch.get_num_threads(),
                InteropThreads = torch.get_num_interop_threads(),
                LibTorchFile = NativeLoading.LoadedFrom("torch_cpu"),
                HasCuda = NativeLoading.LoadedFrom("torch_cuda") is not null,
                CudaDevices = torch.cuda.is_available() ? torch.cuda.device_count() : 0,
                CanAutocast = NativeSwitches.CanAutocast,
                HasFastBFloat16 = NativeSwitches.HasFastBFloat16,
                CanSetDeterministic = NativeSwitches.CanSetDeterministic,
                CanFlushDenormals = NativeSwitches.CanFlushDenormals,
            };
        }

        return report with { Findings = [.. (loading ?? (loads ? [] : [NativeLoading.Explain(program)])).Concat(report.Judge()).OrderByDescending(f => f.Severity)] };
    }

    internal IEnumerable<NativeFinding> Judge()
    {
        if (NativeLoading.AllLoadedFrom("torch_cpu") is { Count: > 1 } several)
            yield return new(NativeFindingSeverity.Error, $"More than one libtorch is loaded: {string.Join(", ", several)}.", "Please report it with the output of 'leanpose doctor'.");

        if (Works && CudaDeviceNames.Count > 0 && !HasCuda)
        {
            yield return new(NativeFindingSeverity.Info, $"There is a CUDA device ({CudaDeviceNames[0]}), and libtorch is a build for the CPU.",
                $"Name a PyTorch {LibTorchInstallation.Wanted.ToString(2)} with CUDA: --libtorch DIR or {LibTorchVariable} (docs/native-runtime.md).");
        }

        if (Works && HasCuda && CudaDevices == 0)
        {
            yield return new(NativeFindingSeverity.Warning, "libtorch is a build for CUDA, and sees no CUDA device.", ComputeDevice.NoDeviceRemedy);
        }

        if (Works && Threads > Cores)
        {
            yield return new(NativeFindingSeverity.Warning, $"libtorch computes with {Threads} threads on {Cores} cores, which slows it down.",
                $"Set the environment variable OMP_NUM_THREADS={Cores}.");
        }

        if (Architecture == Architecture.X64 && !Cpu.HasFlag(CpuCapabilities.Avx2))
            yield return new(NativeFindingSeverity.Warning, "This processor has no AVX2: libtorch runs many times slower.", "Use a newer processor.");

        if (Works && !CanAutocast)
        {
            yield return new(NativeFindingSeverity.Info, "libtorch's mixed precision cannot be reached on this system: training runs in float32.",
                "Nothing, or train on Linux.");
        }
        else if (Works && CudaDevices == 0 && !HasFastBFloat16)
        {
            yield return new(NativeFindingSeverity.Info, "bfloat16 is not computed natively here: mixed precision saves no time.", "");
        }
    }

    private static CompatibilityPatch PatchOf(string program)
    {
        if (!System.OperatingSystem.IsLinux())
            return CompatibilityPatch.None;
        if (NativeLoading.Locate(program, "libLibTorchSharp.so") is not { } path)
            return CompatibilityPatch.Unknown;
        return LibTorchSharpCompatibility.Inspect(File.ReadAllBytes(path), out _) switch
        {
            LibTorchSharpState.Patched => CompatibilityPatch.Applied,
            LibTorchSharpState.Original or LibTorchSharpState.NotNeeded => CompatibilityPatch.None,
            _ => CompatibilityPatch.Unknown,
        };
    }

    // Reads the very libstdc++ that this process runs on: the runtime has loaded one, or libtorch has.
    private static bool SystemNeedsPatch()
    {
        if (!System.OperatingSystem.IsLinux())
            return false;
        var loaded = File.ReadLines("/proc/self/maps")
            .Select(line => line[(line.LastIndexOf(' ') + 1)..])
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith("libstdc++.so", StringComparison.Ordinal));
        return loaded is not null && File.ReadAllBytes(loaded).AsSpan()
            .IndexOf(Encoding.ASCII.GetBytes(LibTorchSharpCompatibility.Version)) < 0;
    }
}
