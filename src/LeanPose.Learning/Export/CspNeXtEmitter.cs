using LeanPose.Learning.Backbones;
using TorchSharp.Modules;
using static LeanPose.Learning.Export.OnnxMessages;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary><see cref="CspNeXt"/> and its parts as nodes; the output is the map at stride 32.</summary>
internal static class CspNeXtEmitter
{
    public static string Emit(OnnxGraph graph, nn.Module network, string input)
    {
        var x = ModuleEmitters.Emit(graph, network.Child<Sequential>("stem"), input);
        for (var stage = 1; stage <= 4; stage++)
            x = ModuleEmitters.Emit(graph, network.Child<Sequential>($"stage{stage}"), x);
        return x;
    }

    public static string EmitUnit(OnnxGraph graph, nn.Module unit, string input)
    {
        var x = graph.Convolution(unit.Child<Conv2d>("conv"), unit.Child<BatchNorm2d>("bn"), input);
        return graph.Node("Mul", [x, graph.Node("Sigmoid", [x])]);
    }

    public static string EmitSeparable(OnnxGraph graph, nn.Module unit, string input) =>
        Part(graph, unit, "pointwise_conv", Part(graph, unit, "depthwise_conv", input));

    public static string EmitBlock(OnnxGraph graph, nn.Module block, string input)
    {
        var x = Part(graph, block, "conv2", Part(graph, block, "conv1", input));
        return ((CspBlock)block).IsResidual ? graph.Node("Add", [x, input]) : x;
    }

    public static string EmitLayer(OnnxGraph graph, nn.Module layer, string input)
    {
        var main = Part(graph, layer, "blocks", Part(graph, layer, "main_conv", input));
        var both = graph.Node("Concat", [main, Part(graph, layer, "short_conv", input)], Attribute("axis", 1));
        return Part(graph, layer, "final_conv", Part(graph, layer, "attention", both));
    }

    public static string EmitAttention(OnnxGraph graph, nn.Module attention, string input)
    {
        var weights = graph.Convolution(attention.Child<Conv2d>("fc"), null, graph.Node("GlobalAveragePool", [input]));
        return graph.Node("Mul", [input, graph.Node("HardSigmoid", [weights], Attribute("alpha", 1f / 6), Attribute("beta", 0.5f))]);
    }

    public static string EmitPooling(OnnxGraph graph, nn.Module pooling, string input)
    {
        var x = Part(graph, pooling, "conv1", input);
        var pooled = PyramidPooling.Kernels.Select(k => graph.Node("MaxPool", [x], Attribute("kernel_shape", [k, k]), Attribute("pads", [k / 2, k / 2, k / 2, k / 2])));
        return Part(graph, pooling, "conv2", graph.Node("Concat", [x, .. pooled], Attribute("axis", 1)));
    }

    private static string Part(OnnxGraph graph, nn.Module module, string name, string input) => ModuleEmitters.Emit(graph, module.Child<nn.Module>(name), input);
}
