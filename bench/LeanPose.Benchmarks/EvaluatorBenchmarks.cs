using BenchmarkDotNet.Attributes;
using LeanPose.Datasets;
using LeanPose.Evaluation;

namespace LeanPose.Benchmarks;

/// <summary>COCO's evaluation of 100 000 persons in 40 000 pictures, one result each and some that are wrong.</summary>
[Config(typeof(InProcess))]
public class EvaluatorBenchmarks
{
    private PoseDataset _truth = null!;
    private IReadOnlyList<PoseResult> _results = [];

    /// <summary>Annotated persons.</summary>
    [Params(10_000, 100_000)]
    public int Persons { get; set; }

    [GlobalSetup]
    public void Setup() => (_truth, _results) = MadeUpPersons.Make(Persons);

    [Benchmark]
    public double? Evaluate() => CocoEvaluator.Evaluate(_truth, _results).AP;
}
