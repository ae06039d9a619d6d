using LeanPose.Datasets;
using LeanPose.Heatmaps;
using LeanPose.Imaging;
using LeanPose.Learning.Prediction;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary>Compares an exported model, run by ONNX Runtime, with the network that it was made from.</summary>
internal static class OnnxCheck
{
    /// <summary>How far a decoded keypoint may lie from that of the codec, crop pixels.</summary>
    public const double AllowedPixels = 0.05;

    private const int RandomCrops = 4;

    public static int BytesPerCrop(ModelSpec model) => model.InputWidth * model.InputHeight * 3;

    /// <summary>The input's shape.</summary>
    public static long[] Shape(ModelSpec model, int count) => [count, model.InputHeight, model.InputWidth, 3];

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

    /// <summary>What a model gives out for crops.</summary>
    public static float[] Run(byte[] onnx, ModelSpec model, byte[] pixels)
    {
        using var options = new SessionOptions { IntraOpNumThreads = get_num_threads() };
        using var session = new InferenceSession(onnx, options);
        using var run = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, Shape(model, pixels.Length / BytesPerCrop(model)));
        using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>The largest difference of heatmaps as a share of the networks' largest absolute value; NaN where there is no finite one.</summary>
    public static double Difference(float[] heatmaps, IReadOnlyList<PoseNetwork> networks, ModelSpec model, byte[] pixels, bool flipTest)
    {
        var wereTraining = networks.Select(n => n.training).ToArray();
        foreach (var network in networks)
            network.eval();
        try
        {
            using var predictor = new PosePredictor(networks, model, networks[0].parameters().First().device);
            var expected = predictor.Heatmaps(pixels, pixels.Length / BytesPerCrop(model), model.ToCodec(), flipTest);
            var scale = expected.Select(Math.Abs).Aggregate(Math.Max); // unlike Max, it keeps a NaN
            if (!float.IsFinite(scale))
                return double.NaN;
            var largest = expected.Zip(heatmaps, (e, a) => (double)Math.Abs(e - a)).Aggregate(0.0, Math.Max);
            return largest == 0 ? 0 : largest / scale;
        }
        finally
        {
            foreach (var (network, wasTraining) in networks.Zip(wereTraining))
                network.train(wasTraining);
        }
    }

    /// <summary>
    /// How far keypoints lie from those that the codec reads off the same heatmaps, crop pixels. Left out are points that say
    /// nothing: those of two equal maxima, and Newton steps of more than two cells.
    /// </summary>
    public static double DecodingDifference(float[] keypoints, float[] heatmaps, HeatmapCodec codec, Decoder decoder)
    {
        var cells = codec.Width * codec.Height;
        var points = new ScoredPoint[heatmaps.Length / cells];
        codec.Decode(heatmaps, decoder, points);
        var largest = 0.0;
        for (var j = 0; j < points.Length; j++)
        {
            var map = heatmaps.AsSpan(j * cells, cells);
            var peak = HeatmapPeak.Of(map, codec.Width);
            var (x, y) = (keypoints[3 * j] / codec.StrideX, keypoints[(3 * j) + 1] / codec.StrideY);
            var isClear = HeatmapPeak.SecondOf(map, codec.Width, peak, 1) is not { } second || second.Value < peak.Value * (1 - 1e-5);
            var isNear = peak.Value <= 0 || Math.Max(Math.Abs(points[j].X - peak.X), Math.Abs(points[j].Y - peak.Y)) <= 2;
            if (isClear && isNear)
                largest = Math.Max(largest, Math.Max(Math.Abs(x - points[j].X) * codec.StrideX, Math.Abs(y - points[j].Y) * codec.StrideY));
        }

        return largest;
    }
}
