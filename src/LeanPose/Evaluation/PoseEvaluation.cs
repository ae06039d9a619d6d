using System.Globalization;
using LeanPose.Datasets;

namespace LeanPose.Evaluation;

/// <summary>COCO's numbers and both PCKs at once.</summary>
public static class PoseEvaluation
{
    /// <summary>Name of PCK at 0.2 of the torso diagonal.</summary>
    public const string TorsoPck = "PCK@0.2-torso";

    /// <summary>Name of PCK at 0.1 of the box's longer side.</summary>
    public const string BoxPck = "PCK@0.1-box";

    /// <summary>Name of the per-joint number of labelled keypoints, as the box PCK counts them.</summary>
    public const string Count = "count";

    /// <summary>Measures everything.</summary>
    /// <param name="truth">Pictures and annotated persons, crowds too.</param>
    /// <param name="results">Predictions. PCK needs annotation ids on them and is null without (detector boxes).</param>
    /// <param name="protocol">How the predictions were made. Annotations, counts, keypoints and sigmas are added where missing.</param>
    /// <param name="options">COCO's rules when null.</param>
    /// <param name="bootstrap">Adds 95 % intervals of AP over pictures and of PCK over persons; none when null.</param>
    /// <exception cref="DataException">The results do not fit the data set.</exception>
    public static EvaluationReport Run(
        PoseDataset truth, IReadOnlyList<PoseResult> results, IReadOnlyDictionary<string, string> protocol, OksOptions? options = null, Bootstrap? bootstrap = null)
    {
        options ??= OksOptions.Coco;
        var matches = CocoEvaluator.Match(truth, results, options);
        var joined = results.Where(r => r.AnnotationId is not null).ToArray();
        PckReport? Pcks(PckReference reference, double threshold) => joined.Length == 0 && results.Count > 0 ? null : Pck.Evaluate(truth, joined, reference, threshold);
        PckReport? torso = Pcks(PckReference.TorsoDiagonal, 0.2), box = Pcks(PckReference.BoxLongerSide, 0.1);

        var metrics = new Dictionary<string, double?>(matches.Report().Numbers()) { [TorsoPck] = torso?.Overall, [BoxPck] = box?.Overall };
        var perJoint = new Dictionary<string, IReadOnlyDictionary<string, double?>>();
        for (var j = 0; j < truth.Skeleton.Count && torso is not null && box is not null; j++)
        {
            perJoint[truth.Skeleton.Keypoints[j]] = new Dictionary<string, double?>
            {
                [TorsoPck] = torso.PerJoint[j].Value,
                [BoxPck] = box.PerJoint[j].Value,
                [Count] = box.PerJoint[j].Count,
            };
        }

        return new(Complete(protocol, truth, options, torso), metrics, perJoint) { Intervals = bootstrap is null ? null : Intervals(bootstrap, matches, torso, box) };
    }

    private static Dictionary<string, ConfidenceInterval> Intervals(Bootstrap bootstrap, OksMatches matches, PckReport? torso, PckReport? box)
    {
        var intervals = new Dictionary<string, ConfidenceInterval>();
        void Add(string name, ConfidenceInterval? interval)
        {
            if (interval is { } i)
                intervals[name] = i;
        }

        Add("AP", bootstrap.Interval(matches.ImageIds.Length, matches.AveragePrecision));
        if (torso is not null)
            Add(TorsoPck, bootstrap.Interval(torso.Persons, torso.Weighted));
        if (box is not null)
            Add(BoxPck, bootstrap.Interval(box.Persons, box.Weighted));
        return intervals;
    }

    private static Dictionary<string, string> Complete(IReadOnlyDictionary<string, string> protocol, PoseDataset truth, OksOptions options, PckReport? torso)
    {
        var complete = new Dictionary<string, string>(protocol);
        var culture = CultureInfo.InvariantCulture;
        complete.TryAdd("annotations", truth.Name);
        complete.TryAdd("images", truth.Images.Length.ToString(culture));
        complete.TryAdd("persons", truth.Persons.Length.ToString(culture));
        complete.TryAdd("keypoints", truth.Skeleton.ToString());
        complete.TryAdd("sigmas", string.Join(' ', (options.Sigmas ?? truth.Skeleton.Sigmas).Select(s => s.ToString(culture))));
        complete.TryAdd("area", options.Area.ToString());
        if (torso is not null)
        {
            complete.TryAdd("persons without torso", torso.LeftOut.ToString(culture));
            complete.TryAdd("persons without result", torso.WithoutResult.ToString(culture));
        }

        return complete;
    }
}
