using LeanPose.Datasets;
using LeanPose.Geometry;

namespace LeanPose.Evaluation;

/// <summary>
/// Object keypoint similarity: the mean over keypoints of exp(−d² / (2·area·(2σ)²)), 1 for a perfect pose. All
/// positions are image pixels, areas square pixels.
/// </summary>
public static class Oks
{
    /// <summary>As NumPy's <c>spacing(1)</c>: keeps the official code's division by an area of 0 defined.</summary>
    internal const double Spacing = 2.220446049250313e-16;

    /// <summary>
    /// Similarity of a detection to an annotated person, as the official COCO code counts it: over the labelled
    /// keypoints; for a person without any, by how far the detection's keypoints lie outside the doubled box.
    /// </summary>
    /// <param name="truth">J labels, or none.</param>
    /// <param name="box">The annotation's raw box.</param>
    /// <param name="area">Area by which distances are measured.</param>
    /// <param name="detection">J points.</param>
    /// <param name="sigmas">J sigmas.</param>
    /// <exception cref="ArgumentException">The counts differ.</exception>
    public static double ToTruth(ReadOnlySpan<Keypoint> truth, Box box, double area, ReadOnlySpan<ScoredPoint> detection, ReadOnlySpan<double> sigmas)
    {
        if (detection.Length != sigmas.Length || (truth.Length != sigmas.Length && truth.Length != 0))
            throw new ArgumentException($"OKS needs as many keypoints as sigmas: {truth.Length} labels, {detection.Length} points, {sigmas.Length} sigmas.");

        var labelled = 0;
        var sum = 0.0;
        for (var j = 0; j < truth.Length; j++)
        {
            if (!truth[j].IsLabelled)
                continue;
            labelled++;
            double dx = detection[j].X - truth[j].X, dy = detection[j].Y - truth[j].Y;
            sum += Term(dx, dy, sigmas[j], area);
        }

        if (labelled > 0)
            return sum / labelled;

        double left = box.X - box.Width, right = box.X + (box.Width * 2), top = box.Y - box.Height, bottom = box.Y + (box.Height * 2);
        for (var j = 0; j < detection.Length; j++)
        {
            var dx = Math.Max(0, left - detection[j].X) + Math.Max(0, detection[j].X - right);
            var dy = Math.Max(0, top - detection[j].Y) + Math.Max(0, detection[j].Y - bottom);
            sum += Term(dx, dy, sigmas[j], area);
        }

        return sum / detection.Length;
    }

    /// <summary>Similarity of two detections, by the mean of their areas over all keypoints; what OKS suppression compares.</summary>
    /// <param name="a">J points.</param>
    /// <param name="areaA">Area of the first.</param>
    /// <param name="b">J points.</param>
    /// <param name="areaB">Area of the second.</param>
    /// <param name="sigmas">J sigmas.</param>
    /// <param name="minimumScore">
    /// Only keypoints whose score in <paramref name="b"/> exceeds this count; all when null. (The published test means both
    /// detections but reads only the second.)
    /// </param>
    /// <returns>0 when no keypoint counts.</returns>
    /// <exception cref="ArgumentException">The counts differ.</exception>
    public static double Between(
        ReadOnlySpan<ScoredPoint> a, double areaA, ReadOnlySpan<ScoredPoint> b, double areaB, ReadOnlySpan<double> sigmas, double? minimumScore = null)
    {
        if (a.Length != sigmas.Length || b.Length != sigmas.Length)
            throw new ArgumentException($"OKS needs as many keypoints as sigmas: {a.Length} and {b.Length} points, {sigmas.Length} sigmas.");
        var counted = 0;
        var sum = 0.0;
        for (var j = 0; j < a.Length; j++)
        {
            if (minimumScore is { } minimum && !(b[j].Score > minimum))
                continue;
            counted++;
            sum += Term(b[j].X - a[j].X, b[j].Y - a[j].Y, sigmas[j], (areaA + areaB) / 2);
        }

        return counted == 0 ? 0 : sum / counted;
    }

    /// <summary>The area of an annotated person by which OKS measures, and the one that decides its size range.</summary>
    internal static (double Oks, double Range) Areas(PersonInstance person, ObjectArea rule)
    {
        var share = OksOptions.PersonShareOfBox * person.RawBox.Area;
        return rule switch
        {
            ObjectArea.Annotated => (person.Area, person.Area),
            ObjectArea.BoxShare => (share, share),
            ObjectArea.BoxShareRangeAnnotated => (share, person.Area > 0 ? person.Area : share),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Unknown area rule."),
        };
    }

    private static double Term(double dx, double dy, double sigma, double area) =>
        Math.Exp(-((dx * dx) + (dy * dy)) / (sigma * 2 * (sigma * 2)) / (area + Spacing) / 2);
}
