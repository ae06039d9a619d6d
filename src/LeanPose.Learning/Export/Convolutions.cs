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
        using var scope = NewDisposeScope();
        var (weight, bias) = Folded(convolution.weight, convolution.bias, norm, outputDimension: 0);
        return graph.Node("Conv", [input, Constant(graph, weight), Constant(graph, bias)], Shape(convolution));
    }

    /// <summary>
    /// Adds a transposed convolution of kernel 4, stride 2 and padding 1, with the batch norm and the ReLU that follow it, if any. Every other
    /// row and column of its output is a 2×2 convolution of the input with every other row and column of the kernel: four
    /// convolutions, whose outputs DepthToSpace weaves into one map. Runtimes are faster at those, and have them in integers, too.
    /// </summary>
    /// <exception cref="NotSupportedException">It has another shape, which none of our networks uses.</exception>
    public static string TransposedConvolution(this OnnxGraph graph, ConvTranspose2d convolution, BatchNorm2d? norm, bool rectified, string input)
    {
        if (convolution.groups != 1 || convolution.output_padding?.Any(p => p != 0) == true || Both(convolution.dilation, 1) is not [1, 1]
            || Both(convolution.kernel_size, 1) is not [4, 4] || Both(convolution.stride, 1) is not [2, 2] || Both(convolution.padding, 0) is not [1, 1])
        {
            throw new NotSupportedException("Transposed convolutions are exported with kernel 4, stride 2 and padding 1, without groups, dilation and output padding.");
        }

        using var scope = NewDisposeScope();
        var (weight, bias) = Folded(convolution.weight, convolution.bias, norm, outputDimension: 1);
        var sum = Constant(graph, bias);
        var parts = new List<string>();
        foreach (var row in new[] { 0, 1 })
        {
            foreach (var column in new[] { 0, 1 })
            {
                // Output row 2i sees input rows i − 1 and i through kernel rows 3 and 1, row 2i + 1 rows i and i + 1 through 2 and 0.
                var taps = weight.index_select(2, tensor(new long[] { 3 - row, 1 - row })).index_select(3, tensor(new long[] { 3 - column, 1 - column }));
                var part = graph.Node(
                    "Conv",
                    [input, Constant(graph, taps.transpose(0, 1)), sum],
                    Attribute("kernel_shape", [2, 2]),
                    Attribute("pads", [1 - row, 1 - column, row, column])); // top, left, bottom, right
                parts.Add(rectified ? graph.Relu(part) : part);
            }
        }

        return graph.Node("DepthToSpace", [graph.Node("Concat", parts, Attribute("axis", 1))], Attribute("blocksize", 2));
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

    private static (Tensor Weight, Tensor Bias) Folded(Tensor weight, Tensor? bias, BatchNorm2d? norm, int outputDimension)
    {
        using var noGradient = no_grad();
        var w = Double(weight);
        var b = bias is null ? zeros(w.shape[outputDimension], ScalarType.Float64) : Double(bias);
        if (norm is null)
            return (w, b);
        var factor = Double(norm.weight!) / (Double(norm.running_var!) + norm.eps).sqrt();
        var perChannel = new long[] { 1, 1, 1, 1 };
        perChannel[outputDimension] = -1;
        return (w * factor.reshape(perChannel), ((b - Double(norm.running_mean!)) * factor) + Double(norm.bias!));
    }

    private static string Constant(OnnxGraph graph, Tensor values) =>
        graph.Constant(values.to_type(ScalarType.Float32).contiguous().data<float>().ToArray(), values.shape);

    private static Tensor Double(Tensor value) => value.detach().cpu().to_type(ScalarType.Float64);
}
