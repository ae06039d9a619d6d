using System.Globalization;
using LeanPose.Datasets;

namespace LeanPose.Evaluation;

/// <summary>All numbers of an evaluation at once.</summary>
public static class PoseEvaluation
{
    /// <summary>Name of PCK at 0.2 of the torso diagonal.</summary>
    public const string TorsoPck = "PCK@0.2-torso";

    /// <summary>Name of PCK at 0.1 of the box's longer side.</summary>
    public const string BoxPck = "PCK@0.1-box";

    /// <summary>Name of the per-joint number of labelled keypoints, as the last PCK counts them.</summary>
    public const string Count = "count";

    /// <summary>Measures by COCO's rules.</summary>
    /// <param name="truth">Pictures and annotated persons, crowds too.</param>
    /// <param name="results">Predictions. PCK needs annotation ids on them and is left out without (detector boxes).</param>
    /// <param name="protocol">How the predictions were made. Annotations, counts, keypoints and sigmas are added where missing.</param>
    /// <param name="bootstrap">Adds 95 % intervals of AP over pictures and of PCK over persons; none when null.</param>
    /// <exception cref="DataException">The results do not fit the data set.</exception>
    public static EvaluationReport Run(PoseDataset truth, IReadOnlyList<PoseResult> results, IReadOnlyDictionary<string, string> protocol, Bootstrap? bootstrap = null) =>
        Run(truth, results, protocol, new EvaluationPlan(), bootstrap);

    /// <summary>Measures what a plan asks for.</summary>
    /// <param name="truth">Pictures and annotated persons, crowds too.</param>
    /// <param name="results">Predictions. PCK and PCKh need annotation ids on them and are left out without (detector boxes).</param>
    /// <param name="protocol">How the predictions were made. Annotations, counts, keypoints, rules and sigmas are added where missing.</param>
    /// <param name="plan">Whose rules, which PCKs.</param>
    /// <param name="bootstrap">Adds 95 % intervals of AP over pictures and of PCK over persons; none when null.</param>
    /// <exception cref="DataException">The results do not fit the data set, or it lacks what the rules need.</exception>
    /// <exception cref="ArgumentException">The plan has another number of sigmas than the skeleton has keypoints.</exception>
    public static EvaluationReport Run(
        PoseDataset truth, IReadOnlyList<PoseResult> results, IReadOnlyDictionary<string, string> protocol, EvaluationPlan plan, Bootstrap? bootstrap = null)
    {
        var options = plan.Oks(truth.Skeleton);
        var matches = CocoEvaluator.Match(truth, results, options);
        var metrics = new Dictionary<string, double?>(matches.Report().Numbers());
        var intervals = new Dictionary<string, ConfidenceInterval>();
        void Interval(string name, int units, Func<ReadOnlySpan<int>, double?> metric)
        {
            if (bootstrap?.Interval(units, metric) is { } interval)
                intervals[name] = interval;
        }

        Interval("AP", matches.ImageIds.Length, matches.AveragePrecision);
        if (plan.Rules == EvaluationRules.CrowdPose)
        {
            foreach (var (level, of) in CrowdPoseEvaluator.Levels(truth, matches, CrowdPoseEvaluator.CrowdIndices(truth)))
            {
                metrics[$"AP-{level}"] = matches.ImageIds.IsEmpty ? null : matches.AveragePrecision(of);
                Interval($"AP-{level}", matches.ImageIds.Length, weights => matches.AveragePrecision(Both(weights, of)));
            }
        }

        if (plan.Rules == EvaluationRules.Aic)
            metrics[EvaluationPlan.AicAp] = AicEvaluator.AveragePrecision(truth, results);

        var joined = results.Where(r => r.AnnotationId is not null).ToArray();
        var measurable = joined.Length > 0 || results.Count == 0;
        var perJoint = measurable ? truth.Skeleton.Keypoints.ToDictionary(k => k, _ => new Dictionary<string, double?>()) : [];
        var breakdown = measurable ? PckBreakdown.Rows.ToDictionary(r => r, _ => new Dictionary<string, double?>()) : [];
        if (plan.Rules == EvaluationRules.Mpii && measurable)
            AddPckh(Pckh.Evaluate(truth, joined, Pckh.HeadSizes(truth)), metrics, perJoint);
        PckReport? first = null;
        foreach (var measure in plan.Pcks)
        {
            var pck = measurable ? Pck.Evaluate(truth, joined, measure) : null;
            if (pck is null)
                continue;
            metrics[measure.Name] = pck.Overall;
            first ??= pck;
            Interval(measure.Name, pck.Persons, pck.Weighted);
            Add(perJoint, measure.Name, pck.PerJoint);
            Add(breakdown, measure.Name, pck.Breakdown);
        }

        return new(Complete(protocol, truth, plan, options, first), metrics, Frozen(perJoint))
        {
            Intervals = bootstrap is null ? null : intervals,
            Breakdown = first is null ? null : Frozen(breakdown),
        };
    }

    private static void Add(Dictionary<string, Dictionary<string, double?>> rows, string name, IEnumerable<JointPck> values)
    {
        foreach (var value in values)
        {
            var row = rows[value.Keypoint];
            row.Remove(Count); // it stands last
            row[name] = value.Value;
            row[Count] = value.Count;
        }
    }

    private static void AddPckh(PckhReport report, Dictionary<string, double?> metrics, Dictionary<string, Dictionary<string, double?>> perJoint)
    {
        metrics[EvaluationPlan.Pckh] = report.Mean;
        foreach (var group in report.Groups)
            metrics[$"{EvaluationPlan.Pckh}-{group.Keypoint}"] = group.Value;
        Add(perJoint, EvaluationPlan.Pckh, report.PerJoint);
    }

    private static int[] Both(ReadOnlySpan<int> weights, int[] counted)
    {
        var both = new int[counted.Length];
        for (var i = 0; i < both.Length; i++)
            both[i] = weights[i] * counted[i];
        return both;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, double?>> Frozen(Dictionary<string, Dictionary<string, double?>> rows) =>
        rows.ToDictionary(r => r.Key, r => (IReadOnlyDictionary<string, double?>)r.Value);

    private static Dictionary<string, string> Complete(IReadOnlyDictionary<string, string> protocol, PoseDataset truth, EvaluationPlan plan, OksOptions options, PckReport? pck)
    {
        var complete = new Dictionary<string, string>(protocol);
        var culture = CultureInfo.InvariantCulture;
        complete.TryAdd("annotations", truth.Name);
        complete.TryAdd("images", truth.Images.Length.ToString(culture));
        complete.TryAdd("persons", truth.Persons.Length.ToString(culture));
        complete.TryAdd("keypoints", truth.Skeleton.ToString());
        complete.TryAdd("rules", plan.Rules.ToString());
        complete.TryAdd("sigmas", string.Join(' ', (options.Sigmas ?? truth.Skeleton.Sigmas).Select(s => s.ToString(culture))));
        complete.TryAdd("area", options.Area.ToString());
        if (pck is not null)
        {
            complete.TryAdd($"persons without {plan.Pcks[0].LengthName}", pck.LeftOut.ToString(culture));
            complete.TryAdd("persons without result", pck.WithoutResult.ToString(culture));
        }
        else if (!plan.Pcks.IsEmpty)
        {
            complete.TryAdd("PCK", "not measured: detected persons belong to no annotated one");
        }

        return complete;
    }
}
