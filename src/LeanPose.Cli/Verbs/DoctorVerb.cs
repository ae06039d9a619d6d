using LeanPose.Cli.Terminal;
using LeanPose.Learning.Native;
using Spectre.Console;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose doctor</c>: what this machine has, what it lacks, and what to do about it.</summary>
internal static class DoctorVerb
{
    public static Verb Create()
    {
        var json = Flags.Json("the findings");
        return new Verb(
            "doctor",
            "Look at this machine: native libraries, processor, devices. Exit code 4 when training cannot work here.",
            "nothing, except the file of --json",
            "doctor",
            "doctor --json machine.json",
            "doctor --libtorch ~/venv/lib/python3.12/site-packages/torch")
        {
            json,
        }.ComputesNothing().Does((parse, _) => Run(parse.GetValue(json)));
    }

    private static int Run(string? json)
    {
        Output.TryJson(json);
        var machine = NativeRuntime.Inspect();
        Screen.Table(Describe(machine));
        foreach (var finding in machine.Findings)
            Screen.Line($"{finding.Severity.ToString().ToLowerInvariant()}: {finding.What}" + (finding.Do.Length > 0 ? $"\n  do: {finding.Do}" : ""));
        if (machine.Findings.Count == 0)
            Screen.Line("nothing to complain about");
        Output.Json(json, new
        {
            machine.Works,
            machine.OperatingSystem,
            architecture = machine.Architecture.ToString(),
            machine.DotNet,
            machine.Cores,
            cpu = machine.Cpu.ToString(),
            machine.HasFastBFloat16,
            machine.LibTorch,
            machine.LibTorchFile,
            machine.LibTorchGiven,
            machine.HasCuda,
            machine.Threads,
            machine.InteropThreads,
            machine.CudaDevices,
            machine.CudaDeviceNames,
            machine.NeedsPatch,
            patch = machine.Patch.ToString(),
            machine.CanAutocast,
            machine.CanSetDeterministic,
            machine.CanFlushDenormals,
            findings = machine.Findings.Select(f => new { severity = f.Severity.ToString(), f.What, f.Do }),
        });
        return machine.Works ? ExitCode.Ok : ExitCode.Environment;
    }

    private static Table Describe(NativeRuntime machine)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("", "");
        void Row(string name, string value) => table.AddRow(new Text(name), new Text(value));
        Row("system", $"{machine.OperatingSystem}, {machine.Architecture}");
        Row(".NET", machine.DotNet);
        Row("processor", $"{machine.Cores} cores, {machine.Cpu}");
        Row("bfloat16", machine.HasFastBFloat16 ? "computed natively" : "not computed natively");
        Row("libtorch", machine.LibTorch is { } version ? $"{version}, {machine.Threads} threads" : "did not load");
        Row("from", machine.LibTorchFile is { } file ? $"{file} ({(machine.LibTorchGiven is null ? "packaged" : "given")})" : machine.LibTorchGiven ?? "the packaged one");
        Row("built for", !machine.Works ? "-" : machine.HasCuda ? "CUDA" : "CPU");
        Row("compatibility patch", $"{machine.Patch.ToString().ToLowerInvariant()}, {(machine.NeedsPatch ? "needed here" : "not needed here")}");
        Row("CUDA devices", string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{machine.CudaDevices}{(machine.CudaDeviceNames.Count > 0 ? $" ({string.Join(", ", machine.CudaDeviceNames)})" : "")}"));
        Row("mixed precision", machine.CanAutocast ? "available" : "not available");
        return table;
    }
}
