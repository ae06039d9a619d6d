using LeanPose.Learning.Native;
using static TorchSharp.torch;

namespace LeanPose.Learning.Benchmarking;

/// <summary>What a training step costs.</summary>
/// <param name="Step">Time of a step.</param>
/// <param name="PassesWithGradient">Forward passes with a backward pass, in batches of the step.</param>
/// <param name="PassesWithoutGradient">Forward passes without, in batches of the step.</param>
/// <param name="GflopPerImage">Useful operations (see <see cref="NetworkFlops"/>) per labelled person, all passes, 10⁹; a backward pass counts as two forward ones.</param>
/// <param name="PeakBytes">How much the process's largest resident memory grew from before the networks were built; null where the system does not say.</param>
/// <param name="ResidentBytesAfterFifth">Resident memory after the fifth step; null when there were no more steps than that.</param>
/// <param name="ResidentBytesAfterLast">Resident memory after the last step.</param>
/// <param name="Steps">Steps done, those before the timed ones included.</param>
public sealed record TrainingCost(
    Timings Step, double PassesWithGradient, double PassesWithoutGradient, double GflopPerImage, long? PeakBytes, long? ResidentBytesAfterFifth, long ResidentBytesAfterLast, int Steps)
{
    private const int Early = 5;

    /// <summary>Measures one setting. Peaks of memory last as long as the process, so a process should measure only one.</summary>
    /// <param name="settings">What to train.</param>
    /// <param name="seconds">No further step is begun after this time; counting and warming up come before.</param>
    /// <param name="atLeast">Timed steps that are done however long they take.</param>
    /// <param name="stop">Stops between steps.</param>
    public static TrainingCost Measure(TrialSettings settings, double seconds, int atLeast, CancellationToken stop)
    {
        WakeLibrary();
        var before = ProcessMemory.Peak();
        using var training = new TrialTraining(settings);
        // Two steps to warm up: in the first one also the calls are counted.
        var passes = training.CountPasses();
        stop.ThrowIfCancellationRequested();
        training.Run();

        long? early = null;
        var timings = Timings.Measure(
            () =>
            {
                training.Run();
                if (training.Steps == Early)
                    early = ProcessMemory.Resident();
            },
            seconds, atLeast, stop);
        var last = ProcessMemory.Resident();
        var peak = ProcessMemory.Peak() - before;
        return new TrainingCost(
            timings,
            Batches(passes.Where(p => p.WithGradient), settings),
            Batches(passes.Where(p => !p.WithGradient), settings),
            Flops(passes, training) / 1e9 / settings.Batch,
            peak,
            training.Steps > Early ? early : null,
            last,
            training.Steps);
    }

    /// <summary>Operations of all calls.</summary>
    public static long Flops(IEnumerable<NetworkPass> passes, TrialTraining training)
    {
        var networks = training.Method.Networks.Concat(training.Method.Snapshots).ToDictionary(n => n.Name, n => n.Network);
        var perImage = new Dictionary<(string Backbone, int Width, int Height), long>();
        long total = 0;
        foreach (var pass in passes)
        {
            var network = networks[pass.Network];
            var key = (network.BackboneName, pass.Width, pass.Height);
            if (!perImage.TryGetValue(key, out var flops))
                perImage[key] = flops = NetworkFlops.Forward(network, pass.Width, pass.Height);
            total += flops * pass.Images * (pass.WithGradient ? 3 : 1);
        }

        return total;
    }

    private static double Batches(IEnumerable<NetworkPass> passes, TrialSettings settings) => passes.Sum(p => (double)p.Images) / settings.Batch;

    // What libtorch itself takes, once, is no cost of a step.
    private static void WakeLibrary()
    {
        using var pause = FinalizerPause.Begin();
        using var scope = NewDisposeScope();
        var x = ones(1, 8, 8, 8);
        nn.functional.conv2d(x, ones(8, 8, 3, 3));
    }
}
