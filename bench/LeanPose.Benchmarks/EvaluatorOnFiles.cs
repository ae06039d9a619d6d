using System.Diagnostics;
using System.Globalization;
using LeanPose.Datasets;
using LeanPose.Evaluation;

namespace LeanPose.Benchmarks;

/// <summary>
/// The evaluator on COCO's two files, so that another one can be timed on the same: <c>bench/evaluator-beside-pycocotools.py</c>
/// prints the same lines.
/// </summary>
internal static class EvaluatorOnFiles
{
    /// <summary>Writes the benchmark's persons as <c>truth.json</c> and <c>results.json</c>.</summary>
    public static void Write(string folder, int persons)
    {
        var (truth, results) = MadeUpPersons.Make(persons);
        Directory.CreateDirectory(folder);
        CocoWriter.Write(truth, Path.Combine(folder, "truth.json"));
        CocoResults.Write(results, Path.Combine(folder, "results.json"));
    }

    /// <summary>Reads two files and evaluates, once each and cold, as a program that does nothing else would.</summary>
    public static void Time(string truthFile, string resultsFile)
    {
        PoseDataset truth = null!;
        IReadOnlyList<PoseResult> results = [];
        OksReport report = null!;
        Time("reading", () =>
        {
            truth = CocoReader.Read(truthFile, "", new CocoReadOptions { CheckFiles = false });
            results = CocoResults.Read(resultsFile, truth.Skeleton.Count);
        });
        Time("evaluating", () => report = CocoEvaluator.Evaluate(truth, results));
        foreach (var (name, number) in report.Numbers())
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-10} {number ?? -1:0.000000000000}")); // -1: pycocotools' word for nobody in a range
    }

    /// <summary>By the clock, and how long processors computed for it, which a busy machine changes less.</summary>
    private static void Time(string name, Action work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        work();
        var elapsed = watch.Elapsed;
        process.Refresh();
        var computed = process.TotalProcessorTime - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-10} {elapsed.TotalSeconds:0.000} s, processor {computed.TotalSeconds:0.000} s"));
    }
}
