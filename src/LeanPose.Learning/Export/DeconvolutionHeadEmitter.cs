using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary>A <see cref="Heads.DeconvolutionHead"/> as nodes; the output is the heatmaps.</summary>
internal static class DeconvolutionHeadEmitter
{
    public static string Emit(OnnxGraph graph, nn.Module head, string input) =>
        graph.Convolution(head.Child<Conv2d>("final_layer"), null, ModuleEmitters.Emit(graph, head.Child<Sequential>("deconv_layers"), input));
}
