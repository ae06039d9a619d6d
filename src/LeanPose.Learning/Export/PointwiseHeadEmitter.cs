using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary>A <see cref="Heads.PointwiseHead"/> as nodes; the output is the heatmaps.</summary>
internal static class PointwiseHeadEmitter
{
    public static string Emit(OnnxGraph graph, nn.Module head, string input) => graph.Convolution(head.Child<Conv2d>("final_layer"), null, input);
}
