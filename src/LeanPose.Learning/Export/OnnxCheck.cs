using LeanPose.Datasets;
using LeanPose.Heatmaps;
using LeanPose.Imaging;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Native;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary>Compares an exported model, run by ONNX Runtime, with the network that it was made from.</summary>
internal static class OnnxCheck
{
    private const int RandomCrops = 4;

    public static int BytesPerCrop(ModelSpec model) => model.InputWidth * model.InputHeight * 3;

    /// <summary>The crops' bytes, one crop after the other; random ones where none are given.</summary>
    public static byte[] Pixels(ModelSpec model, IReadOnlyList<RgbImage> crops)
    {
        if (crops.FirstOrDefault(c => c.Width != model.InputWidth || c.Height != model.InputHeight) is { } wrong)
            throw new ArgumentException($"The model takes crops of {model.InputWidth}×{model.InputHeight}; one of {wrong.Width}×{wrong.Height} was given.", nameof(crops));
        if (crops.Count > 0)
            return [.. crops.SelectMany(c => c.Pixels)];
        var pixels = new byte[RandomCrops * BytesPerCrop(model)];
        new Random(1).NextBytes(pixels);
        return pixels;
    }

    /// <summary>The largest difference as a share of the network's largest absolute heatmap value; NaN where there is no finite one.</summary>
    public static double Difference(byte[] onnx, PoseNetwork network, ModelSpec model, byte[] pixels, bool heatmaps)
    {
        var count = pixels.Length / BytesPerCrop(model);
        var expected = Heatmaps(network, model, pixels, count);
        var actual = Run(onnx, pixels, [count, model.InputHeight, model.InputWidth, 3]);
        var scale = expected.Select(Math.Abs).Aggregate(Math.Max); // unlike Max, it keeps a NaN
        if (!float.IsFinite(scale))
            return double.NaN;
        var largest = heatmaps
            ? expected.Zip(actual, (e, a) => (double)Math.Abs(e - a)).Aggregate(0.0, Math.Max)
            : KeypointDifference(expected, actual, model.ToCodec());
        return largest == 0 ? 0 : largest / scale;
    }

    private static float[] Heatmaps(PoseNetwork network, ModelSpec model, byte[] pixels, int count)
    {
        var wasTraining = network.training;
        network.eval();
        try
        {
            using var pause = FinalizerPause.Begin();
            using var scope = NewDisposeScope();
            using var noGradient = inference_mode();
            var images = Normalisation.ToInput(pixels, count, model.InputHeight, model.InputWidth, network.parameters().First().device, model.Bgr);
            return network.call(images).to_type(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        }
        finally
        {
            network.train(wasTraining);
        }
    }

    private static float[] Run(byte[] onnx, byte[] pixels, long[] shape)
    {
        using var options = new SessionOptions { IntraOpNumThreads = get_num_threads() };
        using var session = new InferenceSession(onnx, options);
        using var run = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, shape);
        using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    // Two maxima that differ by rounding alone may lie far apart, so positions are compared by what the heatmap holds there.
    private static double KeypointDifference(float[] heatmaps, float[] keypoints, HeatmapCodec codec)
    {
        var cells = codec.Width * codec.Height;
        var points = new ScoredPoint[heatmaps.Length / cells];
        codec.Decode(heatmaps, Decoder.ArgMax, points);
        var largest = 0.0;
        for (var j = 0; j < points.Length; j++)
        {
            var (x, y, score) = (keypoints[3 * j] / codec.StrideX, keypoints[(3 * j) + 1] / codec.StrideY, keypoints[(3 * j) + 2]);
            largest = Math.Max(largest, Math.Abs(points[j].Score - score));
            var (column, row) = ((int)Math.Round(x), (int)Math.Round(y));
            if (!(score > 0))
                largest = Math.Max(largest, x == 0 && y == 0 ? 0 : double.PositiveInfinity);
            else if (column < 0 || column >= codec.Width || row < 0 || row >= codec.Height)
                largest = double.PositiveInfinity;
            else
                largest = Math.Max(largest, points[j].Score - heatmaps[(j * cells) + (row * codec.Width) + column]);
        }

        return largest;
    }
}
