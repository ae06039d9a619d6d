using LeanPose.Datasets;

namespace LeanPose.Evaluation;

/// <summary>
/// Gives predictions the score by which AP ranks them: box score × mean score of the confident keypoints, then drops
/// repeated persons (SimpleBaseline, HRNet, SSPCM).
/// </summary>
public static class Rescoring
{
    /// <summary>Keypoints must score above this to enter the mean.</summary>
    public const double MinimumKeypointScore = 0.2;

    /// <summary>OKS above which the weaker of two predictions goes.</summary>
    public const double OksThreshold = 0.9;

    /// <summary>The score of one person.</summary>
    /// <param name="boxScore">1 for annotated boxes.</param>
    /// <param name="keypoints">With the heatmaps' maxima as scores.</param>
    /// <returns>Box score × mean of the keypoint scores above <see cref="MinimumKeypointScore"/>; 0 when none is.</returns>
    public static double Score(double boxScore, ReadOnlySpan<ScoredPoint> keypoints)
    {
        var count = 0;
        var sum = 0.0;
        foreach (var k in keypoints)
        {
            if (!(k.Score > MinimumKeypointScore))
                continue;
            sum += k.Score;
            count++;
        }

        return count == 0 ? 0 : sum / count * boxScore;
    }

    /// <summary>Rescores predictions and removes repeated persons picture by picture.</summary>
    /// <param name="predictions">Predictions whose score is still the box's.</param>
    /// <param name="areas">Square pixels, one per prediction; the published code takes the crop frame's (scale·200)².</param>
    /// <param name="sigmas">One per keypoint.</param>
    /// <param name="oksThreshold">A prediction goes when its OKS with a better one exceeds this.</param>
    /// <returns>Pictures in order of first appearance; in each, by falling score.</returns>
    /// <exception cref="ArgumentException">Counts differ.</exception>
    public static IReadOnlyList<PoseResult> Apply(
        IReadOnlyList<PoseResult> predictions, IReadOnlyList<double> areas, ReadOnlySpan<double> sigmas, double oksThreshold = OksThreshold)
    {
        return WithoutRepeated([.. predictions.Select(p => p with { Score = Score(p.Score, p.Keypoints.AsSpan()) })], areas, sigmas, oksThreshold);
    }

    /// <summary>Removes repeated persons picture by picture.</summary>
    /// <param name="predictions">Predictions with the scores by which AP ranks them.</param>
    /// <param name="areas">Square pixels, one per prediction; the published code takes the crop frame's (scale·200)².</param>
    /// <param name="sigmas">One per keypoint.</param>
    /// <param name="oksThreshold">A prediction goes when its OKS with a better one exceeds this.</param>
    /// <returns>Pictures in order of first appearance; in each, by falling score.</returns>
    /// <exception cref="ArgumentException">Counts differ.</exception>
    public static IReadOnlyList<PoseResult> WithoutRepeated(
        IReadOnlyList<PoseResult> predictions, IReadOnlyList<double> areas, ReadOnlySpan<double> sigmas, double oksThreshold = OksThreshold)
    {
        if (predictions.Count != areas.Count)
            throw new ArgumentException($"{predictions.Count} predictions need {predictions.Count} areas, not {areas.Count}.", nameof(areas));
        var kept = new List<PoseResult>(predictions.Count);
        foreach (var image in Enumerable.Range(0, predictions.Count).GroupBy(i => predictions[i].ImageId))
        {
            var persons = image.Select(i => predictions[i]).ToList();
            foreach (var i in Suppression.ByOks(persons, [.. image.Select(i => areas[i])], sigmas, oksThreshold))
                kept.Add(persons[i]);
        }

        return kept;
    }
}
