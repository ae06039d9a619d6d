using LeanPose.Learning.Native;
using static TorchSharp.torch;

namespace LeanPose.Learning.Loading;

/// <summary>ImageNet's normalisation of RGB: (x / 255 − mean) / deviation, per channel.</summary>
public static class Normalisation
{
    /// <summary>Mean of red, green, blue.</summary>
    public static readonly float[] Mean = [0.485f, 0.456f, 0.406f];

    /// <summary>Standard deviation of red, green, blue.</summary>
    public static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    /// <summary>Makes the network's input from bytes.</summary>
    /// <param name="pixels">B·H·W·3 bytes.</param>
    /// <param name="count">B.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="device">Where it goes.</param>
    /// <param name="bgr">compat: blue first, normalised with the constants of red first, as the published SSPCM code does.</param>
    /// <returns><c>B×3×H×W</c> float32, channels-last in memory, as the bytes are.</returns>
    public static Tensor ToInput(byte[] pixels, int count, int height, int width, Device device, bool bgr = false)
    {
        using var scope = NewDisposeScope();
        var scale = ComputeDevice.Send(tensor(Deviation.Select(d => 1 / (255 * d)).ToArray()), device);
        var offset = ComputeDevice.Send(tensor(Mean.Zip(Deviation, (m, d) => m / d).ToArray()), device);
        var bytes = ComputeDevice.Send(tensor(pixels, [count, height, width, 3]), device);
        return (bgr ? bytes.flip(3) : bytes).to_type(ScalarType.Float32).mul_(scale).sub_(offset).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }
}
