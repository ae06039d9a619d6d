using System.Runtime.InteropServices;
using System.Text;
using CsCheck;
using LeanPose.Learning.Native;
using LeanPose.Testing;
using TorchSharp;
using Xunit;

namespace LeanPose.Learning.Tests.Native;

public class LibTorchSharpCompatibilityTests
{
    [Fact]
    public void Libtorch_computes_in_this_output_folder()
    {
        using var ones = torch.ones(2);
        using var sum = ones.sum();
        Assert.Equal(2f, sum.item<float>());
    }

    [Fact]
    public void A_published_bridge_is_known_and_patched_once()
    {
        var original = Published();
        Assert.Equal(LibTorchSharpState.Original, LibTorchSharpCompatibility.Inspect(original, out _));

        var patched = LibTorchSharpCompatibility.Patch(original);
        Assert.Equal(LibTorchSharpState.Patched, LibTorchSharpCompatibility.Inspect(patched, out _));
        Assert.Same(patched, LibTorchSharpCompatibility.Patch(patched));
    }

    [Fact]
    public void The_patch_changes_three_small_places_and_not_its_input()
    {
        var original = Published();
        var before = (byte[])original.Clone();
        var patched = LibTorchSharpCompatibility.Patch(original);
        Assert.Equal(before, original);
        Assert.Equal(original.Length, patched.Length);
        var changed = Enumerable.Range(0, original.Length).Where(i => original[i] != patched[i]).ToArray();
        Assert.InRange(changed.Length, 3, 8);
    }

    [Fact]
    public void A_patched_bridge_loads_on_this_system()
    {
        var patched = LibTorchSharpCompatibility.Patch(Published());
        using var ones = torch.ones(1); // loads libtorch, which the bridge needs
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["libLibTorchSharp.so"], patched);
        var library = NativeLibrary.Load(folder["libLibTorchSharp.so"]);
        Assert.NotEqual(0, NativeLibrary.GetExport(library, "THSTensor_rand"));
    }

    [Fact]
    public void A_redirected_bridge_looks_in_libtorch_first_and_is_otherwise_the_same()
    {
        var original = Published();
        var redirected = LibTorchSharpCompatibility.Redirect(original, out _);
        Assert.NotNull(redirected);
        Assert.Equal(original.Length, redirected.Length);
        var path = redirected.AsSpan().IndexOf("$ORIGIN/libtorch:$ORIGIN\0"u8);
        var end = path + original.AsSpan(path).IndexOf((byte)0);
        Assert.Equal(original[..path], redirected[..path]);
        Assert.Equal(original[end..], redirected[end..]);
        Assert.StartsWith("$ORIGIN", Encoding.ASCII.GetString(original, path, end - path), StringComparison.Ordinal);
        Assert.Equal(LibTorchSharpState.Original, LibTorchSharpCompatibility.Inspect(redirected, out _));
    }

    [Fact]
    public void A_file_without_a_search_path_is_not_redirected_and_the_reason_given()
    {
        Assert.Null(LibTorchSharpCompatibility.Redirect(new byte[4096], out var why));
        Assert.Equal("not an ELF library for 64-bit x86", why);
        var file = Published();
        var path = file.AsSpan().IndexOf("$ORIGIN/:"u8);
        file[path + 5] = 0;
        Assert.Null(LibTorchSharpCompatibility.Redirect(file, out why));
        Assert.Equal("its search path has 5 characters, expected 24 or more", why);
    }

    [Fact]
    public void The_build_changed_no_file_of_the_package()
    {
        // The package's file is the source of every output; were it patched in place, this would not be its published state.
        Assert.Equal(LibTorchSharpState.Original, LibTorchSharpCompatibility.Inspect(Published(), out _));
    }

    [Theory]
    [InlineData("libc10.so")]
    [InlineData("libtorch.so")]
    public void A_library_that_needs_no_new_version_is_left_alone(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "ELF libraries are Linux's.");
        var path = NativeLoading.Locate(AppContext.BaseDirectory, name);
        Assert.NotNull(path);
        var file = File.ReadAllBytes(path);
        Assert.Equal(LibTorchSharpState.NotNeeded, LibTorchSharpCompatibility.Inspect(file, out _));
        Assert.Same(file, LibTorchSharpCompatibility.Patch(file));
    }

    [Fact]
    public void A_foreign_file_is_left_alone_and_the_reason_given()
    {
        var file = Encoding.ASCII.GetBytes(new string('x', 4096));
        Assert.Equal(LibTorchSharpState.Unknown, LibTorchSharpCompatibility.Inspect(file, out var why));
        Assert.Equal("not an ELF library for 64-bit x86", why);
        Assert.Same(file, LibTorchSharpCompatibility.Patch(file));
    }

    [Fact]
    public void A_bridge_that_needs_another_symbol_is_left_alone_and_the_symbol_named()
    {
        var file = Published();
        var at = file.AsSpan().IndexOf("_ZSt21ios_base_library_initv\0"u8);
        file[at + 5] = (byte)'2';
        Assert.Equal(LibTorchSharpState.Unknown, LibTorchSharpCompatibility.Inspect(file, out var why));
        Assert.Equal("_ZSt22ios_base_library_initv needs GLIBCXX_3.4.32, expected _ZSt21ios_base_library_initv", why);
        Assert.Same(file, LibTorchSharpCompatibility.Patch(file));
    }

    [Fact]
    public void Damaged_bridges_never_throw()
    {
        var file = Published();
        Gen.Select(Gen.Int[0, file.Length], Gen.Int[0, 63], Gen.Byte).Sample((length, at, value) =>
        {
            var cut = file.AsSpan(0, length).ToArray();
            if (at < cut.Length)
                cut[at] = value;
            LibTorchSharpCompatibility.Inspect(cut, out _);
            LibTorchSharpCompatibility.Redirect(cut, out _);
            LibTorchSharpCompatibility.Patch(cut);
        }, iter: 200);
    }

    /// <summary>The bridge as it lies in the package that this program was built from.</summary>
    internal static byte[] Published()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The patch is for Linux.");
        var version = typeof(torch).Assembly.GetName().Version!.ToString(3);
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var path = Path.Combine(packages, "torchsharp", version, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Assert.SkipUnless(File.Exists(path), $"The package's bridge is not at {path}.");
        return File.ReadAllBytes(path);
    }
}
