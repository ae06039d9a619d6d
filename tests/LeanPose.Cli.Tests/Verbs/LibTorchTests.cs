using System.Text;
using System.Text.Json.Nodes;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Learning.Native;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary>The real program with a libtorch laid out as pip lays out PyTorch's: the packaged files under other names of theirs.</summary>
public sealed class LibTorchTests : IDisposable
{
    private readonly SmallProject _project = new();
    private readonly string _packaged = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libtorch");

    public LibTorchTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "On other systems a libtorch is chosen by a build without one.");
        Directory.CreateDirectory(Lib);
        File.WriteAllText(Path.Combine(Torch, "version.py"), $"__version__ = '{LibTorchVersion}+cpu'\n");
    }

    private static string LibTorchVersion { get; } = NativeRuntime.Inspect().LibTorch!;

    private string Torch => _project["site-packages", "torch"];

    private string Lib => Path.Combine(Torch, "lib");

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Doctor_names_the_given_library_and_sees_no_second_one()
    {
        LayOut(_packaged, Lib);
        var end = await CommandLine.Run(_project.Path, "doctor", "--libtorch", Torch, "--json", "machine.json");
        Assert.Equal((ExitCode.Ok, ""), (end.ExitCode, end.Error));
        var machine = JsonNode.Parse(File.ReadAllText(_project["machine.json"]))!;
        Assert.Equal(Path.Combine(Lib, "libtorch_cpu.so"), machine["libTorchFile"]!.GetValue<string>());
        Assert.DoesNotContain(machine["findings"]!.AsArray(), f => f!["severity"]!.GetValue<string>() == "Error");
    }

    [Fact]
    public async Task The_environment_names_it_too_and_the_option_goes_first()
    {
        LayOut(_packaged, Lib);
        var variables = new Dictionary<string, string> { [NativeRuntime.LibTorchVariable] = Lib };
        var end = await CommandLine.Run(_project.Path, variables, "doctor");
        Assert.Contains("/site-packages/torch/lib/libtorch_cpu.so (given)", end.Output);

        end = await CommandLine.Run(_project.Path, variables, "doctor", "--libtorch", "elsewhere");
        Assert.Contains("There is no folder elsewhere.", end.Output);
        Assert.Equal(ExitCode.Environment, end.ExitCode);
    }

    [Fact]
    public async Task Training_on_it_gives_the_network_of_the_packaged_one_with_parts_beside_torch()
    {
        LayOut(_packaged, Lib);
        // As pip lays out CUDA's libraries: in a folder of their own, known to no search path here.
        var neighbour = _project["site-packages", "nvidia", "near", "lib", "libnear1.so"];
        Directory.CreateDirectory(Path.GetDirectoryName(neighbour)!);
        var library = File.ReadAllBytes(Path.Combine(_packaged, "libtorch.so"));
        File.WriteAllBytes(neighbour, Renamed(library, "libtorch.so", "libnear1.so"));
        File.Delete(Path.Combine(Lib, "libtorch.so"));
        File.WriteAllBytes(Path.Combine(Lib, "libtorch.so"), Renamed(library, "libtorch_cpu.so", "libnear1.so"));

        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "recipe.yaml", "--out", "packaged")).ExitCode);
        var end = await CommandLine.Run(_project.Path, "train", "recipe.yaml", "--out", "given", "--libtorch", "site-packages/torch");
        Assert.Equal((ExitCode.Ok, ""), (end.ExitCode, end.Error));
        Assert.Equal(File.ReadAllBytes(_project["packaged", "model.safetensors"]), File.ReadAllBytes(_project["given", "model.safetensors"]));
    }

    [Fact]
    public async Task A_library_that_lacks_what_is_called_is_refused_before_anything_runs()
    {
        LayOut(_packaged, Lib);
        File.Delete(Path.Combine(Lib, "libtorch_cpu.so"));
        File.Copy(Path.Combine(_packaged, "libc10.so"), Path.Combine(Lib, "libtorch_cpu.so"));
        var end = await CommandLine.Run(_project.Path, "train", "recipe.yaml", "--libtorch", Torch);
        Assert.Equal(ExitCode.Environment, end.ExitCode);
        Assert.StartsWith($"error: The libtorch in {Lib} lacks a function that LeanPose calls: _Z", end.Error);
    }

    [Fact]
    public async Task Verbs_without_tensors_do_not_mind_a_wrong_one()
    {
        var end = await CommandLine.Run(_project.Path, "data", "synth", "--count", "1", "--out", "drawn", "--libtorch", "nowhere");
        Assert.Equal((ExitCode.Ok, ""), (end.ExitCode, end.Error));
    }

    [Theory]
    [InlineData("train recipe.yaml --set training.device=cuda")]
    [InlineData("predict nothing images --out drawn --device cuda:1")]
    public async Task A_device_that_is_not_there_is_an_error_at_once(string line)
    {
        Assert.SkipWhen(NativeRuntime.Inspect().HasCuda, "This libtorch has CUDA.");
        var end = await CommandLine.Run(_project.Path, line.Split(' '));
        Assert.Equal(ExitCode.Environment, end.ExitCode);
        Assert.Contains("was asked for, and libtorch is a build for the CPU", end.Error);
        Assert.Contains("--libtorch DIR", end.Error);
        Assert.False(Directory.Exists(_project["runs"]));
    }

    // A library that is called otherwise, or needs another one.
    private static byte[] Renamed(byte[] library, string from, string to)
    {
        var renamed = (byte[])library.Clone();
        var at = library.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\0{from}\0"));
        Assert.True(at >= 0);
        Array.Clear(renamed, at + 1, from.Length);
        Encoding.ASCII.GetBytes(to).CopyTo(renamed, at + 1);
        return renamed;
    }

    // Other names of the same files where the file system can, since libtorch_cpu is half a gigabyte.
    private static void LayOut(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from))
        {
            var target = Path.Combine(to, Path.GetFileName(file));
            using var link = System.Diagnostics.Process.Start("ln", [file, target]);
            link.WaitForExit();
            if (link.ExitCode != 0)
                File.Copy(file, target);
        }
    }
}
