using LeanPose.Heatmaps;
using static LeanPose.Learning.Export.OnnxMessages;

namespace LeanPose.Learning.Export;

/// <content><see cref="Decoder.SoftArgMax"/>: the mean position about the maximum.</content>
internal sealed partial class KeypointDecoding
{
    private string SoftOffset()
    {
        var radius = SoftArgMax.Radius(_codec.Sigma);
        var side = (2 * radius) + 1;
        var steps = Enumerable.Range(0, side * side).Select(i => (X: (i % side) - radius, Y: (i / side) - radius)).ToArray();
        var values = At(_cells, [.. steps.Select(s => ((long)s.Y * _codec.Width) + s.X)]);
        var exponent = _graph.Node("Mul", [_graph.Node("Sub", [_graph.Node("Div", [values, _maximum]), _graph.Scalar(1)]), _graph.Scalar(SoftArgMax.Sharpness)]);

        // The window ends, on both sides, where the border is nearer than the radius.
        var toBorder = _graph.Node("Min", [_cell, _graph.Node("Sub", [_graph.Constant(_codec.Width - 1, _codec.Height - 1), _cell])]);
        var reach = _graph.Node("Split", [toBorder], 2, Attribute("axis", 2));
        var inside = _graph.Node("Not", [_graph.Node("Or",
        [
            _graph.Node("Less", [reach[0], _graph.Constant([.. steps.Select(s => (long)Math.Abs(s.X))])]),
            _graph.Node("Less", [reach[1], _graph.Constant([.. steps.Select(s => (long)Math.Abs(s.Y))])]),
        ])]);
        var weights = _graph.Node("Where", [inside, _graph.Node("Exp", [exponent]), _graph.Scalar(0)]);

        var moments = _graph.Node("MatMul", [weights, _graph.Constant([.. steps.SelectMany(s => new float[] { s.X, s.Y })], steps.Length, 2)]);
        var mass = _graph.Node("ReduceSum", [weights, _graph.Constant(2L)], Attribute("keepdims", 1));
        return _graph.Node("Where", [_isPositive, _graph.Node("Div", [moments, mass]), _graph.Scalar(0)]);
    }
}
