using LeanPose.Datasets;
using LeanPose.Learning.Prediction;

namespace LeanPose.Learning.Benchmarking;

/// <summary>How fast a network predicts, from a decoded picture to keypoints in image pixels: crop, network, decoding.</summary>
/// <param name="Engine"><c>torch</c> or <c>onnx</c>.</param>
/// <param name="Backbone">The network's backbone.</param>
/// <param name="Width">Crop width, pixels.</param>
/// <param name="Height">Crop height, pixels.</param>
/// <param name="Batch">Persons per pass of the network.</param>
/// <param name="Time">Time of one batch.</param>
public sealed record InferenceRate(string Engine, string Backbone, int Width, int Height, int Batch, Timings Time)
{
    /// <summary>Persons a second.</summary>
    public double PersonsPerSecond => 1000 * Batch / Time.MedianMs;

    /// <summary>Measures the predictor that training and <c>leanpose predict</c> use, in float32.</summary>
    /// <param name="network">The network, on the CPU.</param>
    /// <param name="model">Its description.</param>
    /// <param name="persons">At least <paramref name="batch"/> persons; their pictures are decoded before the clock starts.</param>
    /// <param name="batch">Persons per pass.</param>
    /// <param name="seconds">No further pass is begun after this time.</param>
    /// <param name="stop">Stops between passes.</param>
    public static InferenceRate Torch(PoseNetwork network, ModelSpec model, PoseDataset persons, int batch, double seconds, CancellationToken stop)
    {
        using var predictor = new PosePredictor(network, model, TorchSharp.torch.CPU);
        var few = persons.First(batch);
        void Predict() => predictor.Predict(few, new PredictionOptions(Batch: batch), stop: stop);
        Predict();
        return new InferenceRate("torch", model.Backbone, model.InputWidth, model.InputHeight, batch, Timings.Measure(Predict, seconds, 3, stop));
    }
}
