using System.Runtime.InteropServices;
using LeanPose.Learning.Native;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Learning.Tests.Native;

/// <summary>Folders that look like a PyTorch, or nearly so; nothing of them is loaded.</summary>
public sealed class LibTorchInstallationTests : IDisposable
{
    private static readonly string Wanted = LibTorchInstallation.Wanted.ToString(3);
    private readonly TempFolder _folder = new();

    public LibTorchInstallationTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The made-up libraries are Linux's.");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("site-packages")]
    [InlineData("site-packages/torch")]
    [InlineData("site-packages/torch/")]
    [InlineData("site-packages/torch/lib")]
    public void A_PyTorch_is_found_from_any_of_its_folders(string given)
    {
        PyTorch(Wanted + "+cu128");
        var found = LibTorchInstallation.Find(_folder[given], out var findings);
        Assert.Empty(findings);
        Assert.Equal(new LibTorchInstallation(_folder["site-packages/torch/lib"], Wanted + "+cu128"), found);
    }

    [Fact]
    public void A_distribution_says_its_version_in_a_file_of_its_own()
    {
        Libraries("libtorch/lib");
        File.WriteAllText(_folder["libtorch/build-version"], Wanted + "+cpu\n");
        Assert.Equal(Wanted + "+cpu", LibTorchInstallation.Find(_folder["libtorch"], out var findings)?.Version);
        Assert.Empty(findings);
    }

    [Fact]
    public void Another_version_is_refused_with_both_named()
    {
        PyTorch("2.6.0+cu124");
        var error = Refused(_folder["site-packages/torch"]);
        Assert.Equal($"{_folder["site-packages/torch/lib"]} is libtorch 2.6.0+cu124; this LeanPose needs {LibTorchInstallation.Wanted.ToString(2)}.", error.What);
        Assert.StartsWith($"Install PyTorch {Wanted} (pip install torch=={Wanted})", error.Do, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.1.0")] // starts like 2.10
    [InlineData("2.100.0")]
    [InlineData("nightly")]
    public void A_version_is_compared_by_its_numbers(string version)
    {
        PyTorch(version);
        Assert.Contains($"is libtorch {version};", Refused(_folder["site-packages"]).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_patch_and_an_unknown_version_are_warnings()
    {
        var version = LibTorchInstallation.Wanted;
        PyTorch($"{version.ToString(2)}.{version.Build + 1}");
        Assert.NotNull(LibTorchInstallation.Find(_folder["site-packages"], out var findings));
        Assert.Equal(NativeFindingSeverity.Warning, Assert.Single(findings).Severity);

        File.Delete(_folder["site-packages/torch/version.py"]);
        Assert.NotNull(LibTorchInstallation.Find(_folder["site-packages"], out findings));
        Assert.StartsWith("Nothing beside", Assert.Single(findings).What, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_libtorch_is_refused_with_what_is_wanted()
    {
        Directory.CreateDirectory(_folder["empty"]);
        File.WriteAllText(_folder["file"], "");
        Assert.Equal($"There is no folder {_folder["nowhere"]}.", Refused(_folder["nowhere"]).What);
        Assert.Equal($"{_folder["file"]} is a file; libtorch is asked for by its folder.", Refused(_folder["file"]).What);
        var empty = Refused(_folder["empty"]);
        Assert.Equal($"There is no libtorch in {_folder["empty"]}: libtorch_cpu.so is neither in it nor in lib or torch/lib below it.", empty.What);
        Assert.Contains("torch.__path__", empty.Do, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_processor_a_damaged_file_and_a_missing_part_are_refused()
    {
        PyTorch(Wanted);
        var cpu = _folder["site-packages/torch/lib/libtorch_cpu.so"];
        var other = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? Architecture.Arm64 : Architecture.X64;
        File.WriteAllBytes(cpu, Elf(other));
        Assert.Equal($"{cpu} is for {other} processors; this program runs on {RuntimeInformation.ProcessArchitecture}.", Refused(_folder["site-packages"]).What);

        File.WriteAllText(cpu, "version https://git-lfs.github.com/spec/v1");
        Assert.Equal($"{cpu} is no library of this system, or is damaged.", Refused(_folder["site-packages"]).What);

        File.WriteAllBytes(cpu, Elf(RuntimeInformation.ProcessArchitecture));
        File.Delete(_folder["site-packages/torch/lib/libc10.so"]);
        Assert.Equal($"{_folder["site-packages/torch/lib"]} is not whole: libc10.so is missing.", Refused(_folder["site-packages"]).What);
    }

    private static NativeFinding Refused(string given)
    {
        Assert.Null(LibTorchInstallation.Find(given, out var findings));
        return Assert.Single(findings, f => f.Severity == NativeFindingSeverity.Error);
    }

    private void PyTorch(string version)
    {
        Libraries("site-packages/torch/lib");
        File.WriteAllText(_folder["site-packages/torch/version.py"], $"""
            from typing import Optional
            __all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip', 'xpu']
            __version__ = '{version}'
            cuda: Optional[str] = '12.8'
            """);
    }

    private void Libraries(string folder)
    {
        Directory.CreateDirectory(_folder[folder]);
        foreach (var name in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
            File.WriteAllBytes(_folder[folder, name], Elf(RuntimeInformation.ProcessArchitecture));
    }

    private static byte[] Elf(Architecture architecture)
    {
        var file = new byte[64];
        "\u007fELF"u8.CopyTo(file);
        file[18] = architecture == Architecture.X64 ? (byte)62 : (byte)183;
        return file;
    }
}
