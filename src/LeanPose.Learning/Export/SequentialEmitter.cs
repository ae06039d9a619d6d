using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary>A stack of layers as nodes. A batch norm that follows a convolution disappears into it.</summary>
internal static class SequentialEmitter
{
    public static string Emit(OnnxGraph graph, nn.Module sequential, string input)
    {
        var layers = sequential.children().ToArray();
        var x = input;
        for (var i = 0; i < layers.Length; i++)
        {
            var norm = i + 1 < layers.Length ? layers[i + 1] as BatchNorm2d : null;
            switch (layers[i])
            {
                case Conv2d convolution:
                    x = graph.Convolution(convolution, norm, x);
                    i += norm is null ? 0 : 1;
                    break;
                case ConvTranspose2d convolution:
                    i += norm is null ? 0 : 1;
                    var rectified = layers.ElementAtOrDefault(i + 1) is ReLU;
                    x = graph.TransposedConvolution(convolution, norm, rectified, x);
                    i += rectified ? 1 : 0;
                    break;
                case ReLU:
                    x = graph.Relu(x);
                    break;
                case ReLU6:
                    x = graph.Node("Clip", [x, graph.Scalar(0), graph.Scalar(6)]);
                    break;
                default:
                    x = ModuleEmitters.Emit(graph, layers[i], x);
                    break;
            }
        }

        return x;
    }
}
