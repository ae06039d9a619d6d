using LeanPose.Heatmaps;
using static LeanPose.Learning.Export.OnnxMessages;

namespace LeanPose.Learning.Export;

/// <summary>
/// Reading keypoints off heatmaps as nodes, as <see cref="HeatmapCodec.Decode"/> does: the first maximum in row-major order, (0, 0)
/// where it is not above 0, and each decoder's offset from it.
/// </summary>
internal sealed partial class KeypointDecoding
{
    private readonly OnnxGraph _graph;
    private readonly HeatmapCodec _codec;
    private readonly string _heatmaps;
    private readonly string _cells;
    private readonly string _maximum;
    private readonly string _isPositive;
    private readonly string _peak;
    private readonly string _cell;

    private KeypointDecoding(OnnxGraph graph, string heatmaps, HeatmapCodec codec)
    {
        (_graph, _heatmaps, _codec) = (graph, heatmaps, codec);
        _cells = graph.Node("Reshape", [heatmaps, graph.Constant(0, 0, Cells)]);

        // TopK, because its definition says which of equal maxima comes first; ArgMax's leaves that to the vendor.
        var top = graph.Node("TopK", [_cells, graph.Constant(1L)], 2, Attribute("axis", 2));
        _maximum = top[0];
        _isPositive = graph.Node("Greater", [_maximum, graph.Constant([0f], 1)]);
        _peak = graph.Node("Where", [_isPositive, top[1], graph.Constant(0L)]);

        var y = graph.Node("Div", [_peak, graph.Constant(codec.Width)]);
        var x = graph.Node("Sub", [_peak, graph.Node("Mul", [y, graph.Constant(codec.Width)])]);
        _cell = graph.Node("Concat", [x, y], Attribute("axis", 2));
    }

    private long Cells => (long)_codec.Width * _codec.Height;

    /// <summary>Adds the nodes.</summary>
    /// <param name="graph">Receives them.</param>
    /// <param name="heatmaps">Name of the heatmaps, <c>N×J×h×w</c>.</param>
    /// <param name="codec">Says h, w and how many crop pixels a cell is.</param>
    /// <param name="decoder">How to refine the maximum.</param>
    /// <returns>Name of the keypoints, <c>N×J×3</c>: x, y in crop pixels, and the maximum.</returns>
    public static string Emit(OnnxGraph graph, string heatmaps, HeatmapCodec codec, Decoder decoder)
    {
        var decoding = new KeypointDecoding(graph, heatmaps, codec);
        var cell = decoding.Float(decoding._cell);
        var point = decoder switch
        {
            Decoder.ArgMax => cell,
            Decoder.QuarterOffset => graph.Node("Add", [cell, decoding.QuarterOffset()]),
            Decoder.Dark => graph.Node("Add", [cell, decoding.DarkOffset()]),
            Decoder.SoftArgMax => graph.Node("Add", [cell, decoding.SoftOffset()]),
            _ => throw new ArgumentOutOfRangeException(nameof(decoder), decoder, "Unknown decoder."),
        };
        var pixel = graph.Node("Mul", [point, graph.Constant([(float)codec.StrideX, (float)codec.StrideY], 2)]);
        return graph.Node("Concat", [pixel, decoding._maximum], Attribute("axis", 2));
    }

    private string QuarterOffset()
    {
        // Neighbours outside the map are replaced by cells inside it; the mask takes their offset away again.
        var slope = _graph.Node("Sub", [At(_cells, 1, _codec.Width), At(_cells, -1, -_codec.Width)]);
        return _graph.Node("Mul", [_graph.Node("Sign", [slope]), _graph.Node("Mul", [Float(PeakWithin(1, 1)), _graph.Constant([0.25f], 1)])]);
    }

    /// <summary>Values at fixed steps from the peak, <c>N×J×steps</c>; a step that leaves the memory of the map ends at its first or last cell.</summary>
    private string At(string cells, params ReadOnlySpan<long> steps)
    {
        var index = _graph.Node("Add", [_peak, _graph.Constant(steps)]);
        index = _graph.Node("Min", [_graph.Node("Max", [index, _graph.Constant(0L)]), _graph.Constant(Cells - 1)]);
        return _graph.Node("GatherElements", [cells, index], Attribute("axis", 2));
    }

    /// <summary>Whether before &lt; x &lt; w − after, and so for y; <c>N×J×1</c>.</summary>
    private string PeakWithin(long before, long after)
    {
        var inside = _graph.Node("And",
        [
            _graph.Node("Greater", [_cell, _graph.Constant(before)]),
            _graph.Node("Less", [_cell, _graph.Constant(_codec.Width - after, _codec.Height - after)]),
        ]);
        var both = _graph.Node("ReduceMin", [Float(inside)], Attribute("axes", [2]), Attribute("keepdims", 1));
        return _graph.Node("Greater", [both, _graph.Constant([0f], 1)]);
    }

    private string Float(string value) => _graph.Node("Cast", [value], Attribute("to", (long)ElementType.Float));
}
