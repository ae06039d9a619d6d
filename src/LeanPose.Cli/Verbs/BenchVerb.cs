using System.CommandLine;
using LeanPose.Cli.Benchmarks;
using LeanPose.Cli.Terminal;
using LeanPose.Learning.Backbones;
using LeanPose.Learning.Native;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose bench</c>: what this machine makes of training and prediction.</summary>
internal static class BenchVerb
{
    public static Verb Create()
    {
        var methods = Flags.Names("--methods", "Learning methods.", BenchPlan.AllMethods, BenchPlan.AllMethods);
        var backbones = Flags.Names("--backbones", "Networks.", [.. BackboneCatalog.Names], ["resnet18"]);
        var sizes = Flags.CropSizes("--sizes", "Crop sizes, width and height in pixels.", (96, 128));
        var batches = Flags.Counts("--batches", "Labelled persons per step; methods that use unlabelled ones get as many of them.", 16, min: 2);
        var precisions = Flags.Names("--precision", "Arithmetic.", BenchPlan.AllPrecisions, BenchPlan.AllPrecisions);
        var threads = Flags.OptionalCount("--threads", "Threads that compute; as many as libtorch and ONNX Runtime choose by default.");
        var seconds = Flags.OptionalCount("--seconds", "Time of each training row, 10 by default; the rows of the other parts take less.");
        var only = Flags.Names("--only", "Measure only these parts.", BenchPlan.AllParts, BenchPlan.AllParts);
        var quick = new Option<bool>("--quick") { Description = "Few steps and small pictures, to see that everything works: the numbers are rough." };
        var json = Flags.Json("the machine and every row");
        var row = new Option<string?>(TrainingProcess.Option) { Hidden = true };
        return new Verb(
            "bench",
            "Measure this machine: convolutions, training steps of every method, their memory, the loader, prediction. Wants an idle machine.",
            "nothing, except the file of --json",
            "bench",
            "bench --quick",
            "bench --only training --methods sspcm --batches 4,8,16,32 --sizes 64x96,96x128,192x256 --json cost.json")
        {
            methods, backbones, sizes, batches, precisions, threads, seconds, only, quick, json, row,
        }.Does((parse, stop) => parse.GetValue(row) is { } order
            ? TrainingProcess.Answer(order, stop)
            : Run(
                new BenchPlan
                {
                    Parts = parse.GetRequiredValue(only),
                    Methods = parse.GetRequiredValue(methods),
                    Backbones = parse.GetRequiredValue(backbones),
                    Sizes = parse.GetRequiredValue(sizes),
                    Batches = parse.GetRequiredValue(batches),
                    Precisions = parse.GetRequiredValue(precisions),
                    Threads = parse.GetValue(threads),
                    SecondsPerRow = parse.GetValue(seconds),
                    Quick = parse.GetValue(quick),
                },
                parse.GetValue(json),
                stop));
    }

    private static int Run(BenchPlan plan, string? json, CancellationToken stop)
    {
        Output.TryJson(json);
        NativeRuntime.Require();
        if (plan.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        if (plan.Precisions.Contains("bf16") && !NativeSwitches.CanAutocast)
        {
            Screen.Warning("bf16 training is not to be had on this system; only float32 is measured.");
            plan = plan with { Precisions = ["float32"] };
        }

        var machine = NativeRuntime.Inspect();
        Screen.Line($"{machine.Cores} cores ({machine.Cpu}), libtorch {machine.LibTorch}, {machine.Threads} threads, {machine.DotNet}");
        var result = new BenchResult(plan, machine);
        try
        {
            new BenchRun(plan, result, stop).Go();
        }
        catch (OperationCanceledException)
        {
            Output.Json(json, result.ToJson(complete: false));
            throw;
        }

        Output.Json(json, result.ToJson(complete: true));
        if (json is not null)
            Screen.Files(("json", json));
        return result.Training.Any(r => r.Problem is not null) ? ExitCode.Failed : ExitCode.Ok;
    }
}
