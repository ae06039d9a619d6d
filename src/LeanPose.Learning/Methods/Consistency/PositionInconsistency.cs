using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>
/// SSPCM's position-inconsistency pseudo-label correction (Huang et al., CVPR 2023; specification 4.3). Every teacher
/// predicts with its weights of several periods; for each person and keypoint the pair of (teacher, period) and
/// (auxiliary teacher, period) whose positions lie nearest to one another is kept, and the mean of its two heatmaps is the
/// corrected pseudo label. Predictions that disagree are outliers and drop out by not being chosen.
/// </summary>
/// <param name="Distances"><c>P²×B×J</c>: distance in heatmap cells between the maxima of teacher period i and auxiliary period j, at index i + P·j; period 0 is the present.</param>
/// <param name="Pair"><c>B×J</c>, int64: the index of the smallest distance, the first on ties.</param>
/// <param name="Teacher"><c>B×J×h×w</c>: the teacher's heatmap of the chosen pair.</param>
/// <param name="Auxiliary"><c>B×J×h×w</c>: the auxiliary teacher's.</param>
public sealed record PositionInconsistency(Tensor Distances, Tensor Pair, Tensor Teacher, Tensor Auxiliary)
{
    /// <summary><c>B×J×h×w</c>: the mean heatmap of the chosen pair.</summary>
    public Tensor Corrected => (Teacher + Auxiliary).mul_(0.5);

    /// <summary><c>B×J</c>: the distance of the chosen pair, heatmap cells.</summary>
    public Tensor Chosen => Distances.gather(0, Pair.unsqueeze(0)).squeeze(0);

    /// <summary>Compares, chooses and averages; all persons and keypoints at once.</summary>
    /// <param name="teacher">Heatmaps <c>B×J×h×w</c> of the teacher, the present period first.</param>
    /// <param name="auxiliary">Heatmaps of the auxiliary teacher, in the same order.</param>
    /// <exception cref="ArgumentException">The numbers of periods differ.</exception>
    public static PositionInconsistency Correct(IReadOnlyList<Tensor> teacher, IReadOnlyList<Tensor> auxiliary)
    {
        if (teacher.Count == 0 || teacher.Count != auxiliary.Count)
            throw new ArgumentException($"Both teachers need the same periods; they have {teacher.Count} and {auxiliary.Count}.");
        using var noGradient = no_grad();
        var periods = teacher.Count;
        var a = teacher.Select(HeatmapPositions.Of).ToArray();
        var b = auxiliary.Select(HeatmapPositions.Of).ToArray();

        var distances = new Tensor[periods * periods];
        for (var k = 0; k < distances.Length; k++)
            distances[k] = (a[k % periods] - b[k / periods]).to_type(ScalarType.Float64).pow(2).sum(-1).sqrt().to_type(ScalarType.Float32);

        // Strictly smaller wins, so ties (common: positions are whole cells) keep the smallest index on every device.
        var best = distances[0];
        var pair = zeros_like(best, ScalarType.Int64);
        var first = teacher[0];
        var second = auxiliary[0];
        for (var k = 1; k < distances.Length; k++)
        {
            var nearer = distances[k].lt(best);
            best = where(nearer, distances[k], best);
            pair = pair.masked_fill(nearer, k);
            var maps = nearer.unsqueeze(-1).unsqueeze(-1);
            first = where(maps, teacher[k % periods], first);
            second = where(maps, auxiliary[k / periods], second);
        }

        return new PositionInconsistency(stack(distances), pair, first, second);
    }
}
