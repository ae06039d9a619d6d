using System.Runtime.InteropServices;
using LeanPose.Learning.Export;

namespace LeanPose.Runtime.Tests;

/// <summary>Detectors of every layout as tiny ONNX files: their outputs are given numbers.</summary>
internal static class DetectorFile
{
    /// <summary>Input size of the files. At strides 8, 16 and 32 its grids have 21 cells.</summary>
    public const int Side = 32, Cells = 21;

    /// <summary>A file with one output 1×A×B.</summary>
    public static void Single(string path, int a, int b, float[] values, params (string, string)[] metadata)
    {
        var graph = new Graph();
        graph.Output("output0", graph.Constant(values, 1, a, b), OnnxMessages.ElementType.Float);
        graph.Write(path, metadata);
    }

    /// <summary>Boxes 1×N×4 as shares, and logits 1×N×C.</summary>
    public static void Logits(string path, float[][] boxes, float[][] logits)
    {
        var graph = new Graph();
        graph.Output("logits", graph.Constant([.. logits.SelectMany(l => l)], 1, logits.Length, logits[0].Length), OnnxMessages.ElementType.Float);
        graph.Output("pred_boxes", graph.Constant([.. boxes.SelectMany(b => b)], 1, boxes.Length, 4), OnnxMessages.ElementType.Float);
        graph.Write(path);
    }

    /// <summary>Labels, boxes and scores; boxes are shares times the picture's size, which the file is told.</summary>
    public static void Pixels(string path, float[][] shares, long[] labels, float[] scores)
    {
        var graph = new Graph();
        var sizes = graph.Input("orig_target_sizes", OnnxMessages.ElementType.Int64, 2);
        var pixels = graph.Node("Cast", [sizes], OnnxMessages.Attribute("to", 1));
        var corners = graph.Node("Concat", [pixels, pixels], OnnxMessages.Attribute("axis", 1));
        graph.Output("labels", graph.Constant(labels, 1, labels.Length), OnnxMessages.ElementType.Int64);
        graph.Output("boxes", graph.Node("Mul", [graph.Constant([.. shares.SelectMany(b => b)], 1, shares.Length, 4), corners]), OnnxMessages.ElementType.Float);
        graph.Output("scores", graph.Constant(scores, 1, scores.Length), OnnxMessages.ElementType.Float);
        graph.Write(path);
    }

    /// <summary>A YOLO that finds what is bright: the cells at stride 8 are as sure as their mean colour, boxes are the cells.</summary>
    public static void Bright(string path)
    {
        var graph = new Graph();
        var grey = graph.Node("ReduceMean", [Graph.Images], OnnxMessages.Attribute("axes", [1]));
        var cells = graph.Node("AveragePool", [grey], OnnxMessages.Attribute("kernel_shape", [8, 8]), OnnxMessages.Attribute("strides", [8, 8]));
        var scores = graph.Node("Concat", [graph.Node("Reshape", [cells, graph.Constant([1L, 1, 16], 3)]), graph.Constant(new float[5], 1, 1, 5)], OnnxMessages.Attribute("axis", 2));
        var boxes = new float[4 * Cells];
        for (var i = 0; i < 16; i++)
            (boxes[i], boxes[Cells + i], boxes[(2 * Cells) + i], boxes[(3 * Cells) + i]) = (4 + (8 * (i % 4)), 4 + (8 * (i / 4)), 8, 8);
        graph.Output("output0", graph.Node("Concat", [graph.Constant(boxes, 1, 4, Cells), scores], OnnxMessages.Attribute("axis", 1)), OnnxMessages.ElementType.Float);
        graph.Write(path);
    }

    private sealed class Graph
    {
        public const string Images = "images";
        private readonly List<ProtobufMessage> _nodes = [], _constants = [], _outputs = [];
        private readonly List<ProtobufMessage> _inputs = [OnnxMessages.BatchOf(Images, OnnxMessages.ElementType.Float, 3, Side, Side)];

        public string Input(string name, OnnxMessages.ElementType type, params ReadOnlySpan<long> shape)
        {
            _inputs.Add(OnnxMessages.BatchOf(name, type, shape));
            return name;
        }

        public string Constant(float[] values, params long[] shape)
        {
            _constants.Add(OnnxMessages.Tensor($"c{_constants.Count}", new(OnnxMessages.ElementType.Float, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())));
            return $"c{_constants.Count - 1}";
        }

        public string Constant(long[] values, params long[] shape)
        {
            _constants.Add(OnnxMessages.Tensor($"c{_constants.Count}", new(OnnxMessages.ElementType.Int64, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())));
            return $"c{_constants.Count - 1}";
        }

        public string Node(string operation, IEnumerable<string> inputs, params ProtobufMessage[] attributes)
        {
            _nodes.Add(OnnxMessages.Node($"n{_nodes.Count}", operation, inputs, [$"v{_nodes.Count}"], attributes));
            return $"v{_nodes.Count - 1}";
        }

        public void Output(string name, string value, OnnxMessages.ElementType type)
        {
            _nodes.Add(OnnxMessages.Node($"n{_nodes.Count}", "Identity", [value], [name], []));
            // An output without a shape, as files with open sizes have it.
            _outputs.Add(new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, new ProtobufMessage().Add(1, (long)type))));
        }

        public void Write(string path, params (string Key, string Value)[] metadata) => File.WriteAllBytes(
            path,
            OnnxMessages.Model(OnnxMessages.Graph("detector", _nodes, _constants, _inputs, _outputs), "1", metadata.Select(m => KeyValuePair.Create(m.Key, m.Value))).ToBytes());
    }
}
