using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary>A <see cref="Backbones.ResidualBlock"/> as nodes: two or three convolutions, and the shortcut added to them.</summary>
internal static class ResidualBlockEmitter
{
    public static string Emit(OnnxGraph graph, nn.Module block, string input)
    {
        var x = input;
        for (var i = 1; block.Find<Conv2d>($"conv{i}") is { } convolution; i++)
            x = graph.Convolution(convolution, block.Child<BatchNorm2d>($"bn{i}"), i == 1 ? x : graph.Relu(x));
        var shortcut = block.Find<Sequential>("downsample") is { } downsample ? ModuleEmitters.Emit(graph, downsample, input) : input;
        return graph.Relu(graph.Node("Add", [x, shortcut]));
    }
}
