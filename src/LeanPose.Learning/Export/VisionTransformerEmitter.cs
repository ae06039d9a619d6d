using LeanPose.Learning.Backbones;
using TorchSharp.Modules;
using static LeanPose.Learning.Export.OnnxMessages;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary><see cref="VisionTransformer"/> as nodes; the output is the map at stride 16. Position embeddings are resampled here, once.</summary>
internal static class VisionTransformerEmitter
{
    public static string Emit(OnnxGraph graph, nn.Module module, string input)
    {
        var network = (VisionTransformer)module;
        var (channels, stride) = (network.Channels[0], network.Strides[0]);
        var (height, width) = (graph.Picture.Height / stride, graph.Picture.Width / stride);
        var map = graph.Convolution(network.Child<NamedModule>("patch_embed").Child<Conv2d>("proj"), null, input);
        var patches = Turn(graph, graph.Node("Reshape", [map, graph.Constant(0, channels, height * width)]), 0, 2, 1);

        // The class token, once for every picture of the batch.
        var batch = graph.Node("Gather", [graph.Node("Shape", [patches]), graph.Constant(0)], Attribute("axis", 0));
        var token = graph.Node("Expand", [Constant(graph, network.ClassToken), graph.Node("Concat", [batch, graph.Constant(1, channels)], Attribute("axis", 0))]);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var x = graph.Node("Add", [graph.Node("Concat", [token, patches], Attribute("axis", 1)), Constant(graph, network.Positions(height, width))]);
        foreach (var block in network.Child<Sequential>("blocks").children())
            x = Block(graph, block, x);
        x = graph.Node("Slice", [Norm(graph, network.Child<LayerNorm>("norm"), x), graph.Constant(1), graph.Constant(long.MaxValue), graph.Constant(1)]);
        return graph.Node("Reshape", [Turn(graph, x, 0, 2, 1), graph.Constant(0, channels, height, width)]);
    }

    private static string Block(OnnxGraph graph, nn.Module block, string input)
    {
        var x = graph.Node("Add", [input, Attend(graph, block.Child<Attention>("attn"), Norm(graph, block.Child<LayerNorm>("norm1"), input))]);
        var mlp = block.Child<Mlp>("mlp");
        var hidden = Gelu(graph, Linear(graph, mlp.Child<Linear>("fc1"), Norm(graph, block.Child<LayerNorm>("norm2"), x)));
        return graph.Node("Add", [x, Linear(graph, mlp.Child<Linear>("fc2"), hidden)]);
    }

    private static string Attend(OnnxGraph graph, Attention attention, string input)
    {
        var channels = attention.Child<Linear>("proj").weight.shape[0];
        var size = channels / attention.Heads;
        var parts = graph.Node("Split", [Linear(graph, attention.Child<Linear>("qkv"), input)], 3, Attribute("axis", 2));
        var q = graph.Node("Mul", [Heads(parts[0], 0, 2, 1, 3), graph.Scalar((float)(1 / Math.Sqrt(size)))]);
        var weights = graph.Node("Softmax", [graph.Node("MatMul", [q, Heads(parts[1], 0, 2, 3, 1)])], Attribute("axis", -1));
        var attended = Turn(graph, graph.Node("MatMul", [weights, Heads(parts[2], 0, 2, 1, 3)]), 0, 2, 1, 3);
        return Linear(graph, attention.Child<Linear>("proj"), graph.Node("Reshape", [attended, graph.Constant(0, 0, channels)]));

        string Heads(string part, params IEnumerable<long> order) => Turn(graph, graph.Node("Reshape", [part, graph.Constant(0, 0, attention.Heads, size)]), order);
    }

    private static string Norm(OnnxGraph graph, LayerNorm norm, string input) =>
        graph.Node("LayerNormalization", [input, Constant(graph, norm.weight!), Constant(graph, norm.bias!)], Attribute("axis", -1), Attribute("epsilon", (float)norm.eps));

    private static string Linear(OnnxGraph graph, Linear linear, string input)
    {
        using var turned = linear.weight.detach().t();
        return graph.Node("Add", [graph.Node("MatMul", [input, Constant(graph, turned)]), Constant(graph, linear.bias!)]);
    }

    // x/2 · (1 + erf(x/√2))
    private static string Gelu(OnnxGraph graph, string input)
    {
        var erf = graph.Node("Erf", [graph.Node("Mul", [input, graph.Scalar((float)(1 / Math.Sqrt(2)))])]);
        return graph.Node("Mul", [graph.Node("Mul", [input, graph.Scalar(0.5f)]), graph.Node("Add", [erf, graph.Scalar(1)])]);
    }

    private static string Turn(OnnxGraph graph, string input, params IEnumerable<long> order) => graph.Node("Transpose", [input], Attribute("perm", order));

    private static string Constant(OnnxGraph graph, Tensor value)
    {
        using var scope = NewDisposeScope();
        return graph.Constant(value.detach().cpu().to_type(ScalarType.Float32).contiguous().data<float>().ToArray(), value.shape);
    }
}
