using LeanPose.Learning.Backbones;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary><see cref="MobileNetV2"/> as nodes; the output is the map at stride 32.</summary>
internal static class MobileNetV2Emitter
{
    public static string Emit(OnnxGraph graph, nn.Module network, string input) => ModuleEmitters.Emit(graph, network.Child<Sequential>("features"), input);

    public static string EmitBlock(OnnxGraph graph, nn.Module block, string input)
    {
        var x = ModuleEmitters.Emit(graph, block.Child<Sequential>("conv"), input);
        return ((InvertedResidual)block).IsResidual ? graph.Node("Add", [x, input]) : x;
    }
}
