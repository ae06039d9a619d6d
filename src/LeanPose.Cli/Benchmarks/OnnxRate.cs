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
    /// <summary>Exports a network and measures it at several batches.</summary>
    /// <param name="network">The network.</param>
    /// <param name="model">Its description.</param>
    /// <param name="person">The person that is looked at, in every place of the batch.</param>
    /// <param name="file">Where the model goes.</param>
    /// <param name="threads">Threads of ONNX Runtime; null leaves the choice to it.</param>
    /// <param name="seconds">Time of each batch size.</param>
    /// <param name="stop">Stops between passes.</param>
    public static IEnumerable<InferenceRate> Measure(PoseNetwork network, ModelSpec model, PersonInstance person, string file, int? threads, double seconds, CancellationToken stop)
    {
        OnnxExporter.Export(network, model, file);
        var image = ImageDecoder.Load(person.Image.Path);
        foreach (var batch in BenchPlan.PredictionBatches)
        {
            using var estimator = PoseEstimator.Load(file, new PoseEstimatorOptions { MaxBatch = batch, Threads = threads ?? 0 });
            var boxes = Enumerable.Repeat(person.Box, batch).ToArray();
            estimator.Estimate(image, boxes);
            yield return new InferenceRate("onnx", model.Backbone, model.InputWidth, model.InputHeight, batch, Timings.Measure(() => estimator.Estimate(image, boxes), seconds, 3, stop));
        }
    }
}
