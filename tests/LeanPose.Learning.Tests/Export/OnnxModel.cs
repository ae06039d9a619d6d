using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Export;

/// <summary>Exported models at work, and small networks to export.</summary>
internal static class OnnxModel
{
    /// <summary>Runs a model of one input and one output.</summary>
    public static (float[] Values, long[] Shape) Run<T>(byte[] model, T[] input, params long[] shape)
        where T : unmanaged
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(model, options);
        using var run = new RunOptions();
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var outputs = session.Run(run, session.InputNames, [value], session.OutputNames);
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
    }

    /// <summary>Random pixels, H·W·3 a crop; every second crop is dark, because to a deep network one noise is like another.</summary>
    public static byte[] Pixels(int count, int width, int height, int seed = 5)
    {
        var pixels = new byte[count * width * height * 3];
        new Random(seed).NextBytes(pixels);
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] >>= i / (width * height * 3) % 2 * 4;
        return pixels;
    }

    /// <summary>
    /// A network whose batch norms are not the identity and whose head is not near 0, as new ones are: only so do the heatmaps
    /// hang on the picture and on everything that is exported.
    /// </summary>
    public static PoseNetwork Network(string backbone, int keypoints, long seed = 3)
    {
        using var noGradient = no_grad();
        manual_seed(seed);
        var network = new PoseNetwork(backbone, keypoints);
        foreach (var (name, value) in network.State().Where(s => s.Value.is_floating_point()))
        {
            if (value.dim() == 4)
            {
                // A cell of a transposed 4×4 convolution of stride 2 sums over 2×2 taps.
                var fan = name.StartsWith("deconv", StringComparison.Ordinal) ? value.shape[0] * 4 : value.shape[1] * value.shape[2] * value.shape[3];
                value.normal_(0, Math.Sqrt(2.0 / fan));
            }
            else if (value.dim() > 1)
            {
                value.normal_(0, Math.Sqrt(1.0 / value.shape[^1]));
            }
            else if (name.EndsWith("running_var", StringComparison.Ordinal) || name.EndsWith("weight", StringComparison.Ordinal))
            {
                value.uniform_(0.5, 1.5);
            }
            else
            {
                value.uniform_(-0.2, 0.2);
            }
        }

        return network;
    }
}
