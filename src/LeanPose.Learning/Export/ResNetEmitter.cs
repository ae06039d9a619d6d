using TorchSharp.Modules;
using static LeanPose.Learning.Export.OnnxMessages;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary><see cref="Backbones.ResNet"/> as nodes; the output is the map at stride 32.</summary>
internal static class ResNetEmitter
{
    public static string Emit(OnnxGraph graph, nn.Module resnet, string input)
    {
        var x = graph.Relu(graph.Convolution(resnet.Child<Conv2d>("conv1"), resnet.Child<BatchNorm2d>("bn1"), input));
        x = graph.Node("MaxPool", [x], Attribute("kernel_shape", [3, 3]), Attribute("strides", [2, 2]), Attribute("pads", [1, 1, 1, 1]));
        for (var layer = 1; layer <= 4; layer++)
            x = ModuleEmitters.Emit(graph, resnet.Child<Sequential>($"layer{layer}"), x);
        return x;
    }
}
