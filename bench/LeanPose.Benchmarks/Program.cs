using System.Globalization;
using BenchmarkDotNet.Running;
using LeanPose.Benchmarks;

switch (args)
{
    case ["write-evaluator-files", var folder, .. var persons]:
        EvaluatorOnFiles.Write(folder, persons is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 100_000);
        break;
    case ["evaluate", var truth, var results]:
        EvaluatorOnFiles.Time(truth, results);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
