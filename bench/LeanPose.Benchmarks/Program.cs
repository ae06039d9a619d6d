using System.Globalization;
using BenchmarkDotNet.Running;
using LeanPose.Benchmarks;

switch (args)
{
    case ["write-evaluator-files", var folder]:
        EvaluatorOnFiles.Write(folder, 100_000);
        break;
    case ["write-evaluator-files", var folder, var count] when int.TryParse(count, CultureInfo.InvariantCulture, out var persons) && persons > 0:
        EvaluatorOnFiles.Write(folder, persons);
        break;
    case ["evaluate", var truth, var results]:
        EvaluatorOnFiles.Time(truth, results);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
