using System.Collections.Immutable;

namespace LeanPose.Evaluation;

/// <summary>
/// Every counted detection of a data set with the OKS thresholds and area ranges in which it is right or wrong. From this
/// the numbers follow for any choice of pictures: all, CrowdPose's easy ones, or a bootstrap sample. Made by
/// <see cref="CocoEvaluator.Match"/>; immutable.
/// </summary>
public sealed class OksMatches
{
    /// <summary>By falling score; equal scores by rising picture id, then in the order given.</summary>
    private readonly MatchedDetection[] _detections;

    /// <summary>Persons to be found, images × area ranges.</summary>
    private readonly int[] _truthCounts;

    internal OksMatches(ImmutableArray<long> imageIds, MatchedDetection[] detections, int[] truthCounts) =>
        (ImageIds, _detections, _truthCounts) = (imageIds, detections, truthCounts);

    /// <summary>The pictures, by rising id.</summary>
    public ImmutableArray<long> ImageIds { get; }

    /// <summary>COCO's numbers and curves.</summary>
    /// <param name="imageWeights">How often each picture of <see cref="ImageIds"/> counts; all once when empty.</param>
    /// <exception cref="ArgumentException">As many weights as pictures are needed.</exception>
    public OksReport Report(ReadOnlySpan<int> imageWeights = default)
    {
        RequireWeights(imageWeights);
        const int T = OksReport.Thresholds, R = OksReport.RecallPoints, A = OksReport.AreaRanges;
        double[] precision = new double[T * R * A], recall = new double[T * A], curve = new double[R];
        var scratch = new Point[Length(imageWeights)];
        for (var t = 0; t < T; t++)
        {
            for (var a = 0; a < A; a++)
            {
                recall[(t * A) + a] = Curve(t, a, imageWeights, scratch, curve);
                for (var r = 0; r < R; r++)
                    precision[(((t * R) + r) * A) + a] = curve[r];
            }
        }

        return OksReport.FromCurves(precision, recall);
    }

    /// <summary>AP alone, over all areas; null where there is nobody to be found.</summary>
    /// <param name="imageWeights">How often each picture of <see cref="ImageIds"/> counts; all once when empty.</param>
    /// <exception cref="ArgumentException">As many weights as pictures are needed.</exception>
    public double? AveragePrecision(ReadOnlySpan<int> imageWeights = default)
    {
        RequireWeights(imageWeights);
        var curve = new double[OksReport.RecallPoints];
        var scratch = new Point[Length(imageWeights)];
        var sum = 0.0;
        for (var t = 0; t < OksReport.Thresholds; t++)
        {
            if (Curve(t, 0, imageWeights, scratch, curve) < 0)
                return null;
            foreach (var p in curve)
                sum += p;
        }

        return sum / (OksReport.Thresholds * OksReport.RecallPoints);
    }

    /// <summary><c>COCOeval.accumulate</c> for one threshold and area range. Fills the precision curve, returns the highest recall; −1 in both where nobody is to be found.</summary>
    private double Curve(int threshold, int area, ReadOnlySpan<int> weights, Point[] points, double[] precision)
    {
        var persons = 0L;
        for (var i = 0; i < ImageIds.Length; i++)
            persons += (long)Weight(weights, i) * _truthCounts[(i * OksReport.AreaRanges) + area];
        if (persons == 0)
        {
            Array.Fill(precision, -1);
            return -1;
        }

        var bit = MatchedDetection.Bit(threshold, area);
        double right = 0, wrong = 0;
        var n = 0;
        foreach (ref readonly var d in _detections.AsSpan())
        {
            var isRight = (d.Right & bit) != 0;
            if (!isRight && (d.Wrong & bit) == 0)
                continue;
            for (var k = Weight(weights, d.Image); k > 0; k--)
            {
                if (isRight)
                    right++;
                else
                    wrong++;
                points[n++] = new(right / persons, right / (wrong + right + Oks.Spacing));
            }
        }

        for (var i = n - 1; i > 0; i--)
        {
            if (points[i].Precision > points[i - 1].Precision)
                points[i - 1] = points[i - 1] with { Precision = points[i].Precision };
        }

        for (int r = 0, i = 0; r < precision.Length; r++)
        {
            var wanted = r == OksReport.RecallPoints - 1 ? 1 : r * 0.01;
            while (i < n && points[i].Recall < wanted)
                i++;
            precision[r] = i < n ? points[i].Precision : 0;
        }

        return right / persons;
    }

    private int Length(ReadOnlySpan<int> weights)
    {
        if (weights.IsEmpty)
            return _detections.Length;
        var length = 0;
        foreach (ref readonly var d in _detections.AsSpan())
            length = checked(length + weights[d.Image]);
        return length;
    }

    private static int Weight(ReadOnlySpan<int> weights, int image) => weights.IsEmpty ? 1 : weights[image];

    private void RequireWeights(ReadOnlySpan<int> weights)
    {
        if (!weights.IsEmpty && weights.Length != ImageIds.Length)
            throw new ArgumentException($"{ImageIds.Length} pictures need {ImageIds.Length} weights, not {weights.Length}.", nameof(weights));
    }

    private readonly record struct Point(double Recall, double Precision);
}

/// <summary>What became of one detection: a bit for every threshold and area range; neither bit set means it does not count there.</summary>
internal readonly record struct MatchedDetection(double Score, int Image, uint Right, uint Wrong)
{
    public static uint Bit(int threshold, int area) => 1u << ((area * OksReport.Thresholds) + threshold);
}
