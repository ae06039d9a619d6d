using LeanPose.Datasets;
using LeanPose.Learning.Native;
using LeanPose.Learning.Prediction;
using static TorchSharp.torch;

namespace LeanPose.Learning.Benchmarking;

/// <summary>How fast a network predicts, from a decoded picture to keypoints in image pixels: crop, network, decoding.</summary>
/// <param name="Engine"><c>torch</c> or <c>onnx</c>.</param>
/// <param name="Precision">Arithmetic of the network: <c>float32</c>, <c>bf16</c>, or what else the exported model computes in.</param>
/// <param name="Backbone">The network's backbone.</param>
/// <param name="Width">Crop width, pixels.</param>
/// <param name="Height">Crop height, pixels.</param>
/// <param name="Batch">Persons per pass of the network.</param>
/// <param name="Time">Time of one batch.</param>
public sealed record InferenceRate(string Engine, string Precision, string Backbone, int Width, int Height, int Batch, Timings Time)
{
    /// <summary>Persons a second.</summary>
    public double PersonsPerSecond => 1000 * Batch / Time.MedianMs;

    /// <summary>Measures the predictor that training and <c>leanpose predict</c> use.</summary>
    /// <param name="network">The network, on the CPU.</param>
    /// <param name="model">Its description.</param>
    /// <param name="persons">At least <paramref name="batch"/> persons; their pictures are decoded before the clock starts.</param>
    /// <param name="bf16">Whether convolutions and linear layers are done in bf16 (<c>predict</c> uses float32).</param>
    /// <param name="batch">Persons per pass.</param>
    /// <param name="seconds">No further pass is begun after this time.</param>
    /// <param name="stop">Stops between passes.</param>
    public static InferenceRate Torch(PoseNetwork network, ModelSpec model, PoseDataset persons, bool bf16, int batch, double seconds, CancellationToken stop)
    {
        using var lower = bf16 ? NativeSwitches.Autocast(TorchSharp.DeviceType.CPU, ScalarType.BFloat16) : null;
        using var predictor = new PosePredictor(network, model, CPU);
        var few = persons.First(batch);
        void Predict() => predictor.Predict(few, new PredictionOptions(Batch: batch), stop: stop);
        Predict();
        return new InferenceRate("torch", bf16 ? "bf16" : "float32", model.Backbone, model.InputWidth, model.InputHeight, batch, Timings.Measure(Predict, seconds, 3, stop));
    }
}
