using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using LeanPose.Cli.Terminal;
using LeanPose.Learning.Benchmarking;

namespace LeanPose.Cli.Benchmarks;

/// <summary>What a process of its own is told to measure.</summary>
/// <param name="Settings">The row.</param>
/// <param name="Seconds">Time for its steps.</param>
/// <param name="LeastSteps">Timed steps that are done however long they take.</param>
/// <param name="Threads">Threads of libtorch; null leaves the choice to it.</param>
internal sealed record TrainingOrder(TrialSettings Settings, double Seconds, int LeastSteps, int? Threads);

/// <summary>A training row: its cost, or why there is none.</summary>
internal sealed record TrainingRow(TrialSettings Settings, TrainingCost? Cost, string? Problem);

/// <summary>
/// Measures a training row in a process of its own: peaks of memory cannot be set back, and a row that runs out of memory
/// must not take the others with it.
/// </summary>
internal static class TrainingProcess
{
    /// <summary>The hidden option with which the program starts itself; its value is the order as JSON.</summary>
    public const string Option = "--row";

    /// <summary>The part of the started process: measures and prints one line of JSON.</summary>
    public static int Answer(string json, CancellationToken stop)
    {
        var order = JsonSerializer.Deserialize<TrainingOrder>(json)!;
        if (order.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        var cost = TrainingCost.Measure(order.Settings, order.Seconds, order.LeastSteps, stop);
        Console.Out.WriteLine(JsonSerializer.Serialize(cost));
        return ExitCode.Ok;
    }

    /// <summary>Starts the process and waits for its answer.</summary>
    /// <exception cref="OperationCanceledException">Stopped; the process is gone.</exception>
    public static TrainingRow Measure(TrainingOrder order, CancellationToken stop)
    {
        try
        {
            using var process = Start(JsonSerializer.Serialize(order));
            using var kill = stop.Register(() => Kill(process));
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            process.WaitForExit();
            stop.ThrowIfCancellationRequested();
            if (process.ExitCode == ExitCode.Ok)
                return new TrainingRow(order.Settings, JsonSerializer.Deserialize<TrainingCost>(output.Result), null);
            var said = error.Result.Trim().ReplaceLineEndings(" ");
            return new TrainingRow(order.Settings, null, said.Length > 0 ? said : $"its process ended with code {process.ExitCode}, as when memory runs out");
        }
        catch (Exception e) when (e is JsonException or Win32Exception)
        {
            return new TrainingRow(order.Settings, null, $"its process could not be used: {e.Message}");
        }
    }

    private static Process Start(string order)
    {
        // Started as 'dotnet LeanPose.Cli.dll' or by the program's own starter.
        var program = Environment.ProcessPath!;
        string[] own = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase) ? [typeof(TrainingProcess).Assembly.Location] : [];
        return Process.Start(new ProcessStartInfo(program, [.. own, "bench", Option, order]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
