using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>What the networks that teach saw on the easy view.</summary>
/// <param name="Seen">Heatmaps <c>B×J×h×w</c> of each; where there are two, the distance between their keypoints is told.</param>
/// <param name="Agreement">The two over their periods, where the method compares those.</param>
internal sealed record EasyView(IReadOnlyList<(NamedNetwork Network, Tensor Heatmaps)> Seen, PositionInconsistency? Agreement = null);

/// <summary>
/// What a step of the family tells for the log, from passes that the step makes anyway (specification 8.1). Everything
/// is a mean over persons and keypoints of this step's batch, and once more by keypoint.
/// </summary>
internal sealed class StepTelemetry(StepInput input, IMethod method, Learned[] supervised, Taught[] taught, EasyView easy)
{
    private readonly List<(string Name, Tensor Value)> _scalars = [];
    private readonly List<(string Name, Tensor Value)> _perKeypoint = [];

    // Asked for where unlabelled persons were looked at.
    private Tensor Trained => field ??= input.Unlabelled!.Weight.expand(input.Unlabelled.Images.shape[0], -1).gt(0);

    /// <summary>The losses with everything that is told of them.</summary>
    /// <param name="losses">The parts that are minimised.</param>
    /// <param name="consistencyWeight">With which the consistency losses count in this step.</param>
    /// <param name="supervisedWeight">With which the supervised ones do.</param>
    public StepLosses AddTo(StepLosses losses, double consistencyWeight, double supervisedWeight)
    {
        using var noGradient = no_grad();
        Losses(consistencyWeight / supervisedWeight);
        Labelled();
        Easy();
        Hard();
        Ratio(consistencyWeight / supervisedWeight);
        if (Agreement() is { } agreement)
            Distances(agreement);
        return losses with { Scalars = _scalars, PerKeypoint = _perKeypoint };
    }

    private void Losses(double weightRatio)
    {
        var byName = method.Networks.Zip(supervised).ToDictionary(n => n.First.Name, n => n.Second.Loss);
        _scalars.AddRange(byName.Select(n => ("loss/supervised/" + n.Key, n.Value)));
        _scalars.AddRange(taught.Select(t => ("loss/consistency/" + t.Lesson.Learner.Name, t.Learned.Loss)));
        _scalars.AddRange(taught.Select(t => ("pseudo/ratio/" + t.Lesson.Learner.Name, t.Learned.Loss.detach() / byName[t.Lesson.Learner.Name].detach() * weightRatio)));
    }

    // Of the deployed network, where the batch has a label of the keypoint.
    private void Ratio(double weightRatio)
    {
        var (own, lesson) = (method.Networks.Zip(supervised).First(n => n.First.Name == method.Deployed).Second, taught.FirstOrDefault(t => t.Lesson.Learner.Name == method.Deployed));
        if (lesson is not null)
            _perKeypoint.Add(("pseudo/ratio", lesson.Learned.PerKeypoint / own.PerKeypoint * weightRatio));
    }

    private void Labelled()
    {
        var labelled = input.Labelled.Weight.gt(0);
        foreach (var (network, learned) in method.Networks.Zip(supervised))
            Add("labelled/maximum", network.Name, learned.Seen.Maxima, labelled, network.Name == method.Deployed ? "labelled/maximum" : null);
    }

    private void Easy()
    {
        var maxima = easy.Seen.Select(s => Peaks.Of(s.Heatmaps).Maxima).ToArray();
        foreach (var ((network, _), seen) in easy.Seen.Zip(maxima))
            Add("pseudo/maximum", network.Name, seen, Trained);
        if (maxima.Length > 0)
            _perKeypoint.Add(("pseudo/maximum", PerKeypoint(maxima.Aggregate((a, b) => a + b) / maxima.Length, Trained)));
    }

    private void Hard()
    {
        foreach (var t in taught)
        {
            var (name, target, deployed) = (t.Lesson.Learner.Name, Peaks.Of(t.Target), t.Lesson.Learner.Name == method.Deployed);
            var counts = t.Weight.gt(0).logical_and(Trained);
            // A keypoint that θ moves out of the picture has no place in the target to be compared with.
            var inside = target.Maxima.gt(Peaks.Of(t.Lesson.Target).Maxima * 0.5);
            Add("pseudo/hard", name, t.Learned.Seen.Maxima, Trained);
            Add("pseudo/gap", name, (t.Learned.Seen.Positions - target.Positions).pow(2).sum(-1).sqrt(), counts.logical_and(inside), deployed ? "pseudo/gap" : null);
            if (deployed)
                Deployed(t, counts);
        }
    }

    private void Deployed(Taught lesson, Tensor counts)
    {
        // What is below zero is background, too, however far below.
        var target = lesson.Lesson.Target.detach().to_type(ScalarType.Float32).clamp(min: 0);
        if (!easy.Seen.Any(s => ReferenceEquals(s.Heatmaps, lesson.Lesson.Target)))
            Add("pseudo/maximum", "target", Peaks.Of(lesson.Lesson.Target).Maxima, Trained);
        var labels = Mean(input.Labelled.Target.pow(2).sum([2, 3]), input.Labelled.Weight.gt(0));
        _scalars.Add(("pseudo/energy", Mean(target.pow(2).sum([2, 3]), Trained) / labels));
        Add("pseudo/accepted", null, counts.to_type(ScalarType.Float32), Trained, "pseudo/accepted");
    }

    private PositionInconsistency? Agreement() =>
        easy.Agreement ?? (easy.Seen.Count == 2 ? PositionInconsistency.Correct([easy.Seen[0].Heatmaps], [easy.Seen[1].Heatmaps]) : null);

    private void Distances(PositionInconsistency agreement)
    {
        var present = agreement.Distances[0];
        Add("pseudo/distance", "present", present, Trained, "pseudo/distance");
        // Which keypoints are trained is the same for all persons, so that a column is counted as a whole or not at all.
        var (all, ofEach) = (present.masked_select(Trained).sort().Values, present.sort(0).Values);
        foreach (var percent in new[] { 10, 50, 90 })
        {
            _scalars.Add(($"pseudo/distance/p{percent}", Quantile(all, percent)));
            if (percent >= 50)
                _perKeypoint.Add(($"pseudo/distance/p{percent}", Quantile(ofEach, percent)));
        }

        var periods = (int)Math.Round(Math.Sqrt(agreement.Distances.shape[0]));
        if (periods == 1)
            return;
        Add("pseudo/distance", "chosen", agreement.Chosen, Trained, "pseudo/distance/chosen");
        string Period(int network, int period) => easy.Seen[network].Network.Name + (period == 0 ? "" : $"-{period}");
        for (var k = 0; k < periods * periods; k++)
        {
            var pair = k == 0 ? "present" : $"{Period(0, k % periods)}+{Period(1, k / periods)}";
            Add("pseudo/pair", pair, Share(agreement.Pair.eq(k)), Trained, "pseudo/pair/" + pair);
        }

        Add("pseudo/pair", "earlier", Share(agreement.Pair.ne(0)), Trained);
    }

    private static Tensor Quantile(Tensor sorted, int percent) => sorted[(sorted.shape[0] - 1) * percent / 100];

    private void Add(string family, string? member, Tensor values, Tensor counts, string? column = null)
    {
        _scalars.Add((member is null ? family : $"{family}/{member}", Mean(values, counts)));
        if (column is not null)
            _perKeypoint.Add((column, PerKeypoint(values, counts)));
    }

    private static Tensor Share(Tensor yes) => yes.to_type(ScalarType.Float32);

    // Not a number where nothing counts; the log has null there.
    private static Tensor Mean(Tensor values, Tensor counts) => (values * counts).sum() / counts.sum();

    private static Tensor PerKeypoint(Tensor values, Tensor counts) => (values * counts).sum([0]) / counts.sum([0]);
}
