using System.Collections.Immutable;

namespace LeanPose.Evaluation;

/// <summary>COCO's ten keypoint numbers, fractions 0..1; null where the truth has no instance in the range.</summary>
/// <param name="AP">Mean over the OKS thresholds 0.50, 0.55 … 0.95.</param>
/// <param name="AP50">At OKS 0.50.</param>
/// <param name="AP75">At OKS 0.75.</param>
/// <param name="APm">Medium persons, area 32² to 96².</param>
/// <param name="APl">Large persons, area above 96².</param>
/// <param name="AR">Highest recall, mean over the thresholds.</param>
/// <param name="AR50">At OKS 0.50.</param>
/// <param name="AR75">At OKS 0.75.</param>
/// <param name="ARm">Medium persons.</param>
/// <param name="ARl">Large persons.</param>
public sealed record OksReport(
    double? AP, double? AP50, double? AP75, double? APm, double? APl, double? AR, double? AR50, double? AR75, double? ARm, double? ARl)
{
    /// <summary>Number of OKS thresholds (T): 0.50, 0.55 … 0.95.</summary>
    public const int Thresholds = 10;

    /// <summary>Number of recall points (R): 0, 0.01 … 1.</summary>
    public const int RecallPoints = 101;

    /// <summary>Number of area ranges (A): all, medium, large.</summary>
    public const int AreaRanges = 3;

    /// <summary>The precision-recall curves, T×R×A row-major; −1 where there is no instance in the range.</summary>
    public ImmutableArray<double> Precision { get; init; } = [];

    /// <summary>The highest recalls, T×A row-major; −1 where there is no instance in the range.</summary>
    public ImmutableArray<double> Recall { get; init; } = [];

    /// <summary>The ten numbers with their usual names, in their usual order.</summary>
    public IEnumerable<KeyValuePair<string, double?>> Numbers() =>
    [
        new("AP", AP), new("AP50", AP50), new("AP75", AP75), new("APm", APm), new("APl", APl),
        new("AR", AR), new("AR50", AR50), new("AR75", AR75), new("ARm", ARm), new("ARl", ARl),
    ];

    /// <summary>Sums the curves up as <c>COCOeval.summarize</c> does.</summary>
    internal static OksReport FromCurves(double[] precision, double[] recall)
    {
        double? P(int area, int? threshold = null) => MeanOfMeasured(precision, RecallPoints, area, threshold);
        double? R(int area, int? threshold = null) => MeanOfMeasured(recall, 1, area, threshold);
        return new(P(0), P(0, 0), P(0, 5), P(1), P(2), R(0), R(0, 0), R(0, 5), R(1), R(2))
        {
            Precision = [.. precision],
            Recall = [.. recall],
        };
    }

    private static double? MeanOfMeasured(double[] curves, int points, int area, int? threshold)
    {
        var sum = 0.0;
        var count = 0;
        for (var t = threshold ?? 0; t <= (threshold ?? Thresholds - 1); t++)
        {
            for (var r = 0; r < points; r++)
            {
                var value = curves[(((t * points) + r) * AreaRanges) + area];
                if (value <= -1)
                    continue;
                sum += value;
                count++;
            }
        }

        return count == 0 ? null : sum / count;
    }
}
