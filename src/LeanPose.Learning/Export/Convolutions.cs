using TorchSharp;
using TorchSharp.Modules;
using static LeanPose.Learning.Export.OnnxMessages;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary>
/// Convolutions as nodes. In evaluation mode a batch norm is a factor and a summand per output channel, so it is folded into
/// the convolution before it: W' = W·γ/√(σ²+ε), b' = (b−μ)·γ/√(σ²+ε) + β, computed in float64.
/// </summary>
internal static class Convolutions
{
    /// <summary>Adds a convolution and the batch norm that follows it, if any.</summary>
    public static string Convolution(this OnnxGraph graph, Conv2d convolution, BatchNorm2d? norm, string input)
    {
        var (weight, bias) = Constants(graph, convolution.weight, convolution.bias, norm, outputDimension: 0);
        return graph.Node("Conv", [input, weight, bias], Shape(convolution));
    }

    /// <summary>Adds a transposed convolution and the batch norm that follows it, if any.</summary>
    /// <exception cref="NotSupportedException">It has groups or output padding, which none of our networks uses.</exception>
    public static string TransposedConvolution(this OnnxGraph graph, ConvTranspose2d convolution, BatchNorm2d? norm, string input)
    {
        if (convolution.groups != 1 || convolution.output_padding?.Any(p => p != 0) == true)
            throw new NotSupportedException("Transposed convolutions are exported without groups and output padding only.");
        var (weight, bias) = Constants(graph, convolution.weight, convolution.bias, norm, outputDimension: 1);
        return graph.Node("ConvTranspose", [input, weight, bias], Shape(convolution));
    }

    private static ProtobufMessage[] Shape(Convolution convolution)
    {
        if (convolution.padding_mode != PaddingModes.Zeros)
            throw new NotSupportedException("Convolutions are exported with zero padding only.");
        var pads = Both(convolution.padding, 0);
        return
        [
            Attribute("kernel_shape", Both(convolution.kernel_size, 1)),
            Attribute("strides", Both(convolution.stride, 1)),
            Attribute("pads", [.. pads, .. pads]), // tops and lefts, then bottoms and rights
            Attribute("dilations", Both(convolution.dilation, 1)),
            Attribute("group", convolution.groups),
        ];
    }

    // A single number stands for both directions.
    private static long[] Both(long[]? sizes, long otherwise) => sizes switch
    {
        null or [] => [otherwise, otherwise],
        [var only] => [only, only],
        _ => sizes,
    };

    private static (string Weight, string Bias) Constants(OnnxGraph graph, Tensor weight, Tensor? bias, BatchNorm2d? norm, int outputDimension)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var w = Double(weight);
        var b = bias is null ? zeros(w.shape[outputDimension], ScalarType.Float64) : Double(bias);
        if (norm is not null)
        {
            var factor = Double(norm.weight!) / (Double(norm.running_var!) + norm.eps).sqrt();
            var perChannel = new long[] { 1, 1, 1, 1 };
            perChannel[outputDimension] = -1;
            w *= factor.reshape(perChannel);
            b = ((b - Double(norm.running_mean!)) * factor) + Double(norm.bias!);
        }

        return (graph.Constant(Floats(w), w.shape), graph.Constant(Floats(b), b.shape));
    }

    private static Tensor Double(Tensor value) => value.detach().cpu().to_type(ScalarType.Float64);

    private static float[] Floats(Tensor value) => value.cpu().to_type(ScalarType.Float32).contiguous().data<float>().ToArray();
}
