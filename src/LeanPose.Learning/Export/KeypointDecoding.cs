using static LeanPose.Learning.Export.OnnxMessages;

namespace LeanPose.Learning.Export;

/// <summary>
/// Reading keypoints off heatmaps as nodes, exactly as <see cref="Heatmaps.HeatmapCodec"/> does with
/// <see cref="Heatmaps.Decoder.QuarterOffset"/>: the first maximum in row-major order, a quarter cell towards the higher neighbour
/// where 1 &lt; x &lt; w−1 and 1 &lt; y &lt; h−1, and (0, 0) where the maximum is not above 0.
/// </summary>
internal static class KeypointDecoding
{
    /// <summary>Adds the nodes.</summary>
    /// <param name="graph">Receives them.</param>
    /// <param name="heatmaps">Name of the heatmaps, <c>N×J×h×w</c>.</param>
    /// <param name="width">w, cells; 3 or more.</param>
    /// <param name="height">h, cells; 3 or more.</param>
    /// <param name="strideX">Crop pixels per cell, horizontally.</param>
    /// <param name="strideY">Crop pixels per cell, vertically.</param>
    /// <returns>Name of the keypoints, <c>N×J×3</c>: x, y in crop pixels, and the maximum.</returns>
    public static string Emit(OnnxGraph graph, string heatmaps, int width, int height, double strideX, double strideY)
    {
        var cells = graph.Node("Reshape", [heatmaps, graph.Constant(0, 0, (long)width * height)]);

        // TopK, because its definition says which of equal maxima comes first; ArgMax's leaves that to the vendor.
        var top = graph.Node("TopK", [cells, graph.Constant(1L)], 2, Attribute("axis", 2));
        var (maximum, first) = (top[0], top[1]);
        var peak = graph.Node("Where", [graph.Node("Greater", [maximum, graph.Constant([0f], 1)]), first, graph.Constant(0L)]);

        var y = graph.Node("Div", [peak, graph.Constant(width)]);
        var x = graph.Node("Sub", [peak, graph.Node("Mul", [y, graph.Constant(width)])]);
        var cell = graph.Node("Concat", [x, y], Attribute("axis", 2));

        // Neighbours outside the map are replaced by cells inside it; the mask takes their offset away again.
        var before = graph.Node("Max", [graph.Node("Add", [peak, graph.Constant(-1, -width)]), graph.Constant(0L)]);
        var after = graph.Node("Min", [graph.Node("Add", [peak, graph.Constant(1, width)]), graph.Constant(((long)width * height) - 1)]);
        var slope = graph.Node("Sub", [At(after), At(before)]);
        var offset = graph.Node("Mul", [graph.Node("Sign", [slope]), graph.Node("Mul", [Inside(), graph.Constant([0.25f], 1)])]);

        var point = graph.Node("Add", [Float(cell), offset]);
        var pixel = graph.Node("Mul", [point, graph.Constant([(float)strideX, (float)strideY], 2)]);
        return graph.Node("Concat", [pixel, maximum], Attribute("axis", 2));

        string At(string index) => graph.Node("GatherElements", [cells, index], Attribute("axis", 2));

        string Float(string value) => graph.Node("Cast", [value], Attribute("to", (long)ElementType.Float));

        // 1 or 0, N×J×1
        string Inside()
        {
            var inside = graph.Node("And", [graph.Node("Greater", [cell, graph.Constant(1L)]), graph.Node("Less", [cell, graph.Constant(width - 1, height - 1)])]);
            return graph.Node("ReduceMin", [Float(inside)], Attribute("axes", [2]), Attribute("keepdims", 1));
        }
    }
}
