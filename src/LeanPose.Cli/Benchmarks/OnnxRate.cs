using LeanPose.Datasets;
using LeanPose.Imaging;
using LeanPose.Learning;
using LeanPose.Learning.Benchmarking;
using LeanPose.Learning.Export;
using LeanPose.Runtime;

namespace LeanPose.Cli.Benchmarks;

/// <summary>Prediction as an application does it: the exported model in ONNX Runtime.</summary>
internal static class OnnxRate
{
    /// <summary>Exports a network and measures it in every arithmetic and at several batches.</summary>
    /// <param name="network">The network.</param>
    /// <param name="model">Its description.</param>
    /// <param name="persons">The first of them is looked at, in every place of the batch.</param>
    /// <param name="folder">Where the exported models go.</param>
    /// <param name="threads">Threads of ONNX Runtime; null leaves the choice to it.</param>
    /// <param name="seconds">Time of each row.</param>
    /// <param name="stop">Stops between passes.</param>
    public static IEnumerable<InferenceRate> Measure(PoseNetwork network, ModelSpec model, PoseDataset persons, string folder, int? threads, double seconds, CancellationToken stop)
    {
        var person = persons.Persons[0];
        var image = ImageDecoder.Load(person.Image.Path);
        foreach (var (precision, file) in Exports(network, model, persons, folder))
        {
            foreach (var batch in BenchPlan.PredictionBatches)
            {
                using var estimator = PoseEstimator.Load(file, new PoseEstimatorOptions { MaxBatch = batch, Threads = threads ?? 0 });
                var boxes = Enumerable.Repeat(person.Box, batch).ToArray();
                estimator.Estimate(image, boxes);
                yield return new InferenceRate("onnx", precision, model.Backbone, model.InputWidth, model.InputHeight, batch, Timings.Measure(() => estimator.Estimate(image, boxes), seconds, 3, stop));
            }
        }
    }

    // The forms in which a model is exported, each one more line here.
    private static IEnumerable<(string Precision, string File)> Exports(PoseNetwork network, ModelSpec model, PoseDataset persons, string folder)
    {
        // Of random weights nothing is asked but speed.
        var speed = new OnnxExportOptions { Tolerance = double.PositiveInfinity };
        yield return ("float32", Export("float32", speed));
        yield return ("fp16", Export("fp16", speed with { Precision = OnnxPrecision.Float16 }));
        yield return ("int8", Export("int8", speed with { Precision = OnnxPrecision.Int8, Calibration = OnnxPredictor.Crops(model, persons, 32) }));

        string Export(string name, OnnxExportOptions options) => OnnxExporter.Export(network, model, Path.Combine(folder, $"{model.Backbone}-{name}.onnx"), options).Path;
    }
}
