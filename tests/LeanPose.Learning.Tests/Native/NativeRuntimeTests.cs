using System.Runtime.InteropServices;
using LeanPose.Learning.Native;
using LeanPose.Testing;
using TorchSharp;
using Xunit;

namespace LeanPose.Learning.Tests.Native;

public class NativeRuntimeTests
{
    [Fact]
    public void This_machine_is_reported()
    {
        var report = NativeRuntime.Inspect();
        Assert.True(report.Works);
        Assert.Matches(@"^\d+\.\d+\.\d+", report.LibTorch!);
        Assert.Equal(Environment.ProcessorCount, report.Cores);
        Assert.Equal(torch.get_num_threads(), report.Threads);
        Assert.DoesNotContain(report.Findings, f => f.Severity == NativeFindingSeverity.Error);
        Assert.Equal(NativeSwitches.CanAutocast, report.CanAutocast);
        Assert.Equal(NativeLoading.FileName("torch_cpu"), Path.GetFileName(report.LibTorchFile));
    }

    [Fact]
    public void What_loads_is_not_complained_of() => NativeRuntime.Require();

    [Fact]
    public void A_system_that_needs_the_patch_has_it()
    {
        var report = NativeRuntime.Inspect();
        if (report.NeedsPatch)
            Assert.Equal(CompatibilityPatch.Applied, report.Patch);
        else
            Assert.NotEqual(CompatibilityPatch.Unknown, report.Patch);
    }

    [Fact]
    public void Processor_capabilities_agree_with_the_kernel()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "/proc/cpuinfo is Linux's.");
        var flags = File.ReadLines("/proc/cpuinfo").First(l => l.StartsWith("flags", StringComparison.Ordinal)).Split(' ');
        var report = NativeRuntime.Inspect();
        var cpu = report.Cpu;
        Assert.Equal(flags.Contains("avx2"), cpu.HasFlag(CpuCapabilities.Avx2));
        Assert.Equal(flags.Contains("avx512bw"), cpu.HasFlag(CpuCapabilities.Avx512));
        Assert.Equal(flags.Contains("avx512_bf16"), cpu.HasFlag(CpuCapabilities.Avx512BFloat16));
        Assert.Equal(flags.Contains("amx_bf16"), cpu.HasFlag(CpuCapabilities.AmxBFloat16));
        Assert.Equal(!CacheSizes.OneDnnIsOff && (flags.Contains("avx512_bf16") || flags.Contains("amx_bf16")), report.HasFastBFloat16);
    }

    [Fact]
    public void Absent_libraries_are_named_with_the_folders_searched()
    {
        using var empty = new TempFolder();
        var report = NativeRuntime.Inspect(loads: false, empty.Path);
        Assert.False(report.Works);
        Assert.Equal(0, report.Threads);
        var error = Assert.Single(report.Findings, f => f.Severity == NativeFindingSeverity.Error);
        Assert.Same(error, report.Findings[0]);
        Assert.Contains("was not found", error.What, StringComparison.Ordinal);
        foreach (var folder in NativeLoading.Folders(empty.Path))
            Assert.Contains(folder, error.What, StringComparison.Ordinal);
        Assert.Contains("Build again", error.Do, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_library_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The library's name is Linux's.");
        using var folder = new TempFolder();
        File.WriteAllText(folder["libc10.so"], "not a library");
        var report = NativeRuntime.Inspect(loads: false, folder.Path);
        Assert.Contains(folder["libc10.so"] + " does not load", report.Findings[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_published_bridge_on_an_old_system_is_explained()
    {
        var report = NativeRuntime.Inspect();
        Assert.SkipUnless(report.NeedsPatch, "This system's libstdc++ is new enough.");
        using var folder = new TempFolder();
        foreach (var library in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
            File.CreateSymbolicLink(folder[library], NativeLoading.Locate(AppContext.BaseDirectory, library)!);
        File.WriteAllBytes(folder["libLibTorchSharp.so"], LibTorchSharpCompatibilityTests.Published());

        var old = NativeRuntime.Inspect(loads: false, folder.Path);
        Assert.Equal(CompatibilityPatch.None, old.Patch);
        Assert.Contains("needs GLIBCXX_3.4.32 of libstdc++.so.6", old.Findings[0].What, StringComparison.Ordinal);
        Assert.StartsWith("Build again on this system", old.Findings[0].Do, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "Unable to load shared library 'x'. /usr/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by x)",
        "/app/x needs GLIBCXX_3.4.32 of libstdc++.so.6, which this system's does not have.", "Build again on this system")]
    [InlineData(
        "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by x)",
        "/app/x needs GLIBC_2.38 of libc.so.6, which this system's does not have.", "Use a newer system")]
    [InlineData(
        "libgomp.so.1: cannot open shared object file: No such file or directory",
        "/app/x needs libgomp.so.1, which is not on this system.", "Install the package that holds libgomp.so.1")]
    [InlineData(
        "libcudnn.so.9: cannot open shared object file: No such file or directory",
        "/app/x needs libcudnn.so.9, which is not on this system.", "libcudnn.so.9 is of CUDA: pip installs it with PyTorch")]
    [InlineData(
        "libcuda.so.1: cannot open shared object file: No such file or directory",
        "/app/x needs libcuda.so.1, which is not on this system.", "Install NVIDIA's driver")]
    public void The_linkers_words_are_explained(string linker, string what, string todo)
    {
        var finding = NativeLoading.Explain("/app/x", linker);
        Assert.Equal(NativeFindingSeverity.Error, finding.Severity);
        Assert.Equal(what, finding.What);
        Assert.StartsWith(todo, finding.Do, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_threads_are_a_warning_with_the_remedy()
    {
        var report = NativeRuntime.Inspect() with { Cores = 2, Threads = 8 };
        var warning = Assert.Single(report.Judge(), f => f.Do.Contains("OMP_NUM_THREADS=2", StringComparison.Ordinal));
        Assert.Equal(NativeFindingSeverity.Warning, warning.Severity);
    }

    [Fact]
    public void A_device_that_libtorch_cannot_use_is_told_of()
    {
        var report = NativeRuntime.Inspect() with { HasCuda = false, CudaDeviceNames = ["NVIDIA H100"] };
        var info = Assert.Single(report.Judge(), f => f.What.Contains("NVIDIA H100", StringComparison.Ordinal));
        Assert.Contains("--libtorch DIR", info.Do, StringComparison.Ordinal);

        report = report with { HasCuda = true, CudaDevices = 0 };
        Assert.Single(report.Judge(), f => f is { Severity: NativeFindingSeverity.Warning, What: "libtorch is a build for CUDA, and sees no CUDA device." });
    }
}
