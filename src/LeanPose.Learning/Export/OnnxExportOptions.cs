using LeanPose.Heatmaps;
using LeanPose.Imaging;

namespace LeanPose.Learning.Export;

/// <summary>In what numbers an exported network computes. Input, decoding and output are the same with all.</summary>
public enum OnnxPrecision
{
    /// <summary>As it was trained.</summary>
    Float32,

    /// <summary>Half precision, weights and computation: half the file. ONNX Runtime's CPU computes in float32 where it has no such kernel.</summary>
    Float16,

    /// <summary>Weights rounded to bf16, computation in float32: half the file. Operator set 17 has no convolution in bf16.</summary>
    BFloat16,

    /// <summary>Weights of 8 bits by channel, activations of 8 bits by tensor, with ranges measured on pictures; first and last convolution in float32.</summary>
    Int8,
}

/// <summary>What an exported model gives out, and how it is compared with the network that it was made from.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>Give heatmaps <c>N×J×H/4×W/4</c> instead of keypoints <c>N×J×3</c>. Default: <see langword="false"/>.</summary>
    public bool Heatmaps { get; init; }

    /// <summary>How keypoints are read off the heatmaps, inside the graph. Default: <see cref="HeatmapCodec.DefaultDecoder"/>.</summary>
    public Decoder Decoder { get; init; } = HeatmapCodec.DefaultDecoder;

    /// <summary>Average in the heatmaps of the mirrored crop, inside the graph, which makes it twice the work. Default: <see langword="false"/>.</summary>
    public bool FlipTest { get; init; }

    /// <summary>In what numbers the network computes. Default: float32.</summary>
    public OnnxPrecision Precision { get; init; }

    /// <summary>Crops of the model's input size by which ranges are measured for <see cref="OnnxPrecision.Int8"/>; labels are not needed.</summary>
    public IReadOnlyList<RgbImage> Calibration { get; init; } = [];

    /// <summary>Crops to compare with, of the model's input size; empty (the default) for four of random pixels.</summary>
    public IReadOnlyList<RgbImage> Crops { get; init; } = [];

    /// <summary>Largest difference allowed, as a share of the largest absolute heatmap value; null (the default) for what is usual at the precision.</summary>
    public double? Tolerance { get; init; }

    /// <summary>What is usual: 1e-4 in float32, 1e-2 in half precision, 5e-2 with bf16 weights, 0.2 with 8 bits.</summary>
    internal double AllowedDifference => Tolerance ?? Precision switch
    {
        OnnxPrecision.Float16 => 1e-2,
        OnnxPrecision.BFloat16 => 5e-2,
        OnnxPrecision.Int8 => 0.2,
        _ => 1e-4,
    };
}

/// <summary>What was exported, and how far it lies from the network.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Output">Name of its output: <c>keypoints</c> or <c>heatmaps</c>.</param>
/// <param name="Precision">In what numbers the network computes.</param>
/// <param name="Decoder">How keypoints are read off; null with heatmaps.</param>
/// <param name="FlipTest">Whether the flip test is inside.</param>
/// <param name="Crops">Number of crops that were compared.</param>
/// <param name="Difference">Largest difference of the heatmaps, as a share of the largest absolute heatmap value.</param>
/// <param name="Tolerance">What was allowed.</param>
public sealed record OnnxExportReport(
    string Path, long Bytes, string Output, OnnxPrecision Precision, Decoder? Decoder, bool FlipTest, int Crops, double Difference, double Tolerance);
