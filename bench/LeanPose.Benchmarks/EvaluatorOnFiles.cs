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
        var watch = Stopwatch.StartNew();
        var truth = CocoReader.Read(truthFile, "", new CocoReadOptions { CheckFiles = false });
        var results = CocoResults.Read(resultsFile, truth.Skeleton.Count);
        var read = watch.Elapsed;
        watch.Restart();
        var report = CocoEvaluator.Evaluate(truth, results);
        Print("reading", read.TotalSeconds, "0.000 s");
        Print("evaluating", watch.Elapsed.TotalSeconds, "0.000 s");
        foreach (var (name, number) in report.Numbers())
            Print(name, number ?? -1, "0.000000000000"); // as pycocotools says that there is nobody in a range
    }

    private static void Print(string name, double number, string format) =>
        Console.WriteLine($"{name,-10} {number.ToString(format, CultureInfo.InvariantCulture)}");
}
