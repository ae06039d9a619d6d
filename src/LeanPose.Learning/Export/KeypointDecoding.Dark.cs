using LeanPose.Heatmaps;
using static LeanPose.Learning.Export.OnnxMessages;

namespace LeanPose.Learning.Export;

/// <content><see cref="Decoder.Dark"/>: blur, logarithm, one Newton step.</content>
internal sealed partial class KeypointDecoding
{
    private string DarkOffset()
    {
        // Every map is a picture of its own to the blur.
        var alone = _graph.Node("Reshape", [_heatmaps, _graph.Constant(-1, 1, _codec.Height, _codec.Width)]);
        var blurred = Blur(Blur(alone, 1, DarkRefinement.Taps.Length), DarkRefinement.Taps.Length, 1);
        var smooth = _graph.Node("Reshape", [blurred, _graph.Node("Shape", [_cells])]);

        // Smoothing lowers the peak; the old height is restored because of the floor under the logarithm.
        var highest = _graph.Node("ReduceMax", [smooth], Attribute("axes", [2]), Attribute("keepdims", 1));
        var gain = _graph.Node("Div", [_maximum, highest]);

        // Index 12 is the peak; ±1 is a column, ±5 a row.
        var near = _graph.Node("Mul", [At(smooth, [.. Enumerable.Range(0, 25).Select(i => (((i / 5) - 2L) * _codec.Width) + (i % 5) - 2)]), gain]);
        var log = _graph.Node("Log", [_graph.Node("Max", [near, _graph.Scalar(DarkRefinement.Floor)])]);
        var dx = Sum(log, (13, 0.5f), (11, -0.5f));
        var dy = Sum(log, (17, 0.5f), (7, -0.5f));
        var dxx = Sum(log, (14, 0.25f), (12, -0.5f), (10, 0.25f));
        var dyy = Sum(log, (22, 0.25f), (12, -0.5f), (2, 0.25f));
        var dxy = Sum(log, (18, 0.25f), (8, -0.25f), (16, -0.25f), (6, 0.25f));

        var det = Cross(dxx, dyy, dxy, dxy);
        var step = _graph.Node("Concat", [Cross(dxy, dy, dyy, dx), Cross(dxy, dx, dxx, dy)], Attribute("axis", 2));
        var singular = _graph.Node("Equal", [det, _graph.Scalar(0)]);
        var defined = _graph.Node("And", [PeakWithin(1, 2), _graph.Node("Not", [singular])]);
        return _graph.Node("Where", [defined, _graph.Node("Div", [step, det]), _graph.Scalar(0)]);
    }

    // Zeros outside, as the refinement has them.
    private string Blur(string maps, int height, int width) => _graph.Node(
        "Conv",
        [maps, _graph.Constant(DarkRefinement.Taps, 1, 1, height, width)],
        Attribute("kernel_shape", [height, width]),
        Attribute("pads", [height / 2, width / 2, height / 2, width / 2]));

    // A finite difference is a product with a column of 25 factors.
    private string Sum(string window, params ReadOnlySpan<(int Index, float Factor)> terms)
    {
        var column = new float[25];
        foreach (var (index, factor) in terms)
            column[index] = factor;
        return _graph.Node("MatMul", [window, _graph.Constant(column, 25, 1)]);
    }

    // a·b − c·d
    private string Cross(string a, string b, string c, string d) => _graph.Node("Sub", [_graph.Node("Mul", [a, b]), _graph.Node("Mul", [c, d])]);
}
