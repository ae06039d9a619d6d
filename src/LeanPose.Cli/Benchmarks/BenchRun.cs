using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Learning;
using LeanPose.Learning.Benchmarking;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Skeletons;
using LeanPose.Synthetic;
using Spectre.Console;

namespace LeanPose.Cli.Benchmarks;

/// <summary>Measures what a plan asks for, part by part, and shows each part when it is done.</summary>
internal sealed class BenchRun(BenchPlan plan, BenchResult result, CancellationToken stop)
{
    // A background service or two; beyond it another program is at work.
    private const double Negligible = 0.1;

    /// <summary>Measures everything.</summary>
    public void Go()
    {
        LookAround();
        var load = new MachineLoad();
        // Shares of the peak need the peak.
        if (plan.Has("convolution") || plan.Has("training"))
            Part("convolution peak", from p in plan.Precisions from s in ConvolutionRate.Shapes select (p, s), c => result.Convolutions.Add(ConvolutionRate.Measure(c.p == "bf16", c.s.Channels, c.s.Size, plan.Seconds / 10, stop)), BenchTables.Convolution);
        if (plan.Has("training") || plan.Has("memory"))
            Training();
        if (plan.Has("loader") || plan.Has("inference"))
            WithPictures();
        result.OthersDuring = load.OthersCores();
        Warn(result.OthersDuring, "were kept busy by others while this was measured");
    }

    private void LookAround() => Screen.Progress("looking whether the machine is idle", 1, _ =>
    {
        var load = new MachineLoad();
        stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
        stop.ThrowIfCancellationRequested();
        result.OthersBefore = load.OthersCores();
        Warn(result.OthersBefore, "are busy with something else");
        return true;
    });

    private void Training()
    {
        Part(
            "training steps",
            plan.Training(),
            settings => result.Training.Add(TrainingProcess.Measure(new TrainingOrder(settings, plan.Seconds, plan.LeastSteps, plan.Threads), stop)),
            plan.Has("training") ? BenchTables.Training : BenchTables.Memory);
        if (plan.Has("training") && plan.Has("memory"))
            Show("memory of training steps", BenchTables.Memory(result));
        foreach (var row in result.Training.Where(r => r.Problem is not null))
            Screen.Warning($"{row.Settings.Method}, {row.Settings.Backbone}, {row.Settings.Width}×{row.Settings.Height}, batch {row.Settings.Batch}: {row.Problem}");
    }

    private void WithPictures()
    {
        var folder = Directory.CreateTempSubdirectory("leanpose-bench-").FullName;
        try
        {
            var pictures = plan.Pictures;
            Verbs.DataSynthVerb.Draw(pictures, folder, $"drawing {pictures.Count} pictures of {pictures.Width}×{pictures.Height}", stop);
            var persons = CocoReader.Read(Path.Combine(folder, SyntheticDataset.AnnotationFile), Path.Combine(folder, SyntheticDataset.ImageFolder)).Trainable();
            var (width, height) = plan.Sizes[0];
            if (plan.Has("loader"))
                Part("loader", from warm in new[] { true, false } from threads in LoaderThreads() select (warm, threads), c => result.Loader.Add(LoaderRate.Measure(persons, c.threads, c.warm, width, height, plan.Batches[0], plan.ShortSeconds, stop)), BenchTables.Loader);
            if (plan.Has("inference"))
                Part("prediction", from backbone in plan.Backbones from size in plan.Sizes select (backbone, size), c => Inference(c.backbone, c.size, persons, folder), BenchTables.Inference);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<int> LoaderThreads() => new[] { 1, new TrainingRecipe().LoaderThreads }.Distinct();

    private void Inference(string backbone, (int Width, int Height) size, PoseDataset persons, string folder)
    {
        var skeleton = KnownSkeletons.Union24;
        var model = ModelSpec.Create(backbone, skeleton, skeleton, size.Width, size.Height, 2);
        using var network = new NetworkFactory(new ModelRecipe { Backbone = backbone }, skeleton.Count, 1, TorchSharp.torch.CPU).Create("student");
        foreach (var precision in plan.Precisions.OrderByDescending(p => p == "float32"))
        {
            foreach (var batch in BenchPlan.PredictionBatches)
                result.Inference.Add(InferenceRate.Torch(network, model, persons, precision == "bf16", batch, plan.ShortSeconds, stop));
        }

        result.Inference.AddRange(OnnxRate.Measure(network, model, persons, folder, plan.Threads, plan.ShortSeconds, stop));
    }

    private void Part<T>(string name, IEnumerable<T> cases, Action<T> measure, Func<BenchResult, Table> table)
    {
        var all = cases.ToList();
        Screen.Progress(name, all.Count, progress =>
        {
            for (var i = 0; i < all.Count; i++)
            {
                stop.ThrowIfCancellationRequested();
                measure(all[i]);
                progress.Report(i + 1);
            }

            return true;
        });
        Show(name, table(result));
    }

    private static void Show(string name, Table table)
    {
        if (Screen.IsTerminal)
            Screen.Line(name);
        Screen.Table(table);
    }

    private static void Warn(double? cores, string what)
    {
        if (cores > Negligible)
            Screen.Warning($"{cores:0.0} cores {what}: these numbers are worth nothing. Measure again on an idle machine.");
    }
}
