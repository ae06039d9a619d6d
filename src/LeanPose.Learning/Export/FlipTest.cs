using LeanPose.Skeletons;
using static LeanPose.Learning.Export.OnnxMessages;

namespace LeanPose.Learning.Export;

/// <summary>
/// The flip test as nodes: plain and mirrored crops go through the network as one batch of <c>2N</c>, and their heatmaps are averaged
/// as <see cref="Heatmaps.HeatmapCodec.MergeFlipped"/> does.
/// </summary>
internal static class FlipTest
{
    /// <summary>Puts the mirrored crops behind the plain ones: <c>N×C×H×W</c> to <c>2N×C×H×W</c>.</summary>
    public static string Both(OnnxGraph graph, string crops, int width) =>
        graph.Node("Concat", [crops, graph.Node("Gather", [crops, graph.Constant(Indices(width, x => width - 1 - x))], Attribute("axis", 3))], Attribute("axis", 0));

    /// <summary>Averages heatmaps <c>2N×J×h×w</c> to <c>N×J×h×w</c>.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="heatmaps">Those of the plain crops, then those of the mirrored ones.</param>
    /// <param name="skeleton">Says which keypoints change places.</param>
    /// <param name="height">h, cells.</param>
    /// <param name="width">w, cells.</param>
    /// <param name="shift">How far the mirrored maps are moved: not at all, or one cell.</param>
    public static string Merge(OnnxGraph graph, string heatmaps, Skeleton skeleton, int height, int width, Heatmaps.FlipShift shift)
    {
        var halves = graph.Node("Reshape", [heatmaps, graph.Constant(2, -1, skeleton.Count, height, width)]);
        var plain = graph.Node("Gather", [halves, graph.Index(0)], Attribute("axis", 0));
        var mirrored = graph.Node("Gather", [halves, graph.Index(1)], Attribute("axis", 0));
        var swapped = graph.Node("Gather", [mirrored, graph.Constant(Indices(skeleton.Count, j => skeleton.FlipIndex[j]))], Attribute("axis", 1));
        var moved = shift switch
        {
            Heatmaps.FlipShift.None => 0,
            Heatmaps.FlipShift.OneCell => 1,
            _ => throw new NotSupportedException($"The flip test is exported with whole cells, not with the shift {shift}."),
        };
        var back = graph.Node("Gather", [swapped, graph.Constant(Indices(width, x => width - 1 - Math.Max(0, x - moved)))], Attribute("axis", 3));
        return graph.Node("Mul", [graph.Node("Add", [plain, back]), graph.Scalar(0.5f)]);
    }

    private static long[] Indices(int count, Func<int, int> from) => [.. Enumerable.Range(0, count).Select(i => (long)from(i))];
}
