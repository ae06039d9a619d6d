using System.Collections.Immutable;
using LeanPose.Learning.Methods.Consistency;
using LeanPose.Learning.Native;
using LeanPose.Learning.Views;
using LeanPose.Randomness;
using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.DualCorrect;

/// <summary>
/// SSPCM's correction without its third network, a design of this project (specification multi-augs 6.2): two networks
/// learn from one another as in PoseDual, but each from that period of the other which belongs to the pair that agrees
/// best. Nobody teaches itself, and the views are MultiAugs' in turns, so that a step costs what one of PoseDual's does
/// plus two passes without gradient.
/// </summary>
public sealed class DualCorrect : IMethod
{
    private readonly DualCorrectOptions _options;
    private readonly MethodContext _context;
    private readonly NamedNetwork _first;
    private readonly NamedNetwork _second;
    private readonly Lineage[] _lineages;
    private readonly HardLessons _lessons;
    private readonly ImmutableArray<ViewRecipe> _alternating;
    private readonly ImmutableArray<ViewRecipe> _occasional;

    /// <summary>Sets up the two networks and the copies of earlier periods.</summary>
    public DualCorrect(DualCorrectOptions options, MethodContext context)
    {
        (_options, _context) = (options, context);
        _alternating = ViewRecipe.Parse(options.AlternatingViews);
        _occasional = ViewRecipe.Parse(options.OccasionalViews);
        _first = new(Deployed, context.CreateNetwork("student"));
        _second = new("auxiliary", context.CreateNetwork("auxiliary"));
        Networks = [_first, _second];
        _lineages = [.. Networks.Select(n => new Lineage(n, options.Periods - 1, options, context))];
        Snapshots = [.. _lineages.SelectMany(l => l.Snapshots)];
        _lessons = new(options, context);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Networks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Snapshots { get; }

    /// <inheritdoc/>
    public string Deployed => "student";

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, IReadOnlyList<NamedNetwork> Members)> Ensembles => Lineage.Ensembles(Networks, _lineages);

    /// <inheritdoc/>
    public bool UsesUnlabelled(int step, int steps) => !_options.LabelsAlone(step, steps);

    /// <inheritdoc/>
    public StepLosses Step(StepInput input)
    {
        var supervised = StepTotal.Supervised(input, Networks);
        if (!UsesUnlabelled(input.Step, input.Steps))
            return StepTotal.LabelsAlone(_options, input, this, supervised);
        var unlabelled = StepTotal.Unlabelled(input, _options);
        var (first, second, chosen, weight) = Correct(input, unlabelled);
        var taught = _lessons.Give(input, unlabelled.Images,
        [
            new(_first, _options.MeanTargets ? chosen.Corrected : chosen.Auxiliary, weight, ViewsOf(0, _first.Name, input.Step)),
            new(_second, _options.MeanTargets ? chosen.Corrected : chosen.Teacher, weight, ViewsOf(1, _second.Name, input.Step)),
        ]);
        return StepTotal.Of(_options, input, this, supervised, taught, new EasyView([(_first, first), (_second, second)], chosen));
    }

    /// <inheritdoc/>
    public void EndStep(int step, Lanes lanes) => Lineage.EndStep(lanes, step, _lineages);

    /// <inheritdoc/>
    public void NextEpoch() => Array.ForEach(_lineages, l => l.NextEpoch());

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_lineages, l => l.Dispose());
        _first.Network.Dispose();
        _second.Network.Dispose();
    }

    /// <summary>A network's views of one step.</summary>
    /// <param name="place">0 for the first network, 1 for the second.</param>
    /// <param name="network">Its name, for the draws.</param>
    /// <param name="step">The step.</param>
    internal ImmutableArray<ViewRecipe> ViewsOf(int place, string network, int step)
    {
        var views = new ViewRecipe[_options.ViewsPerStep];
        for (var k = 0; k < views.Length; k++)
        {
            var draw = KeyedRandom.For(_context.Seed, "occasional view/" + network, step, k).NextDouble() / _options.OccasionalProbability;
            views[k] = draw < _occasional.Length ? _occasional[(int)draw] : _alternating[(int)(((long)step + place + k) % _alternating.Length)];
        }

        return [.. views];
    }

    /// <summary>Easy view: what both networks see in all periods, the pair that agrees best, and which keypoints count.</summary>
    private (Tensor First, Tensor Second, PositionInconsistency Chosen, Tensor Weight) Correct(StepInput input, UnlabelledBatch unlabelled)
    {
        using var noGradient = no_grad();
        // So many epochs have ended; older copies are still networks that have learnt nothing.
        var seen = Lineage.See(input.Lanes, unlabelled.Images, earlier: input.Epoch >= _options.CorrectionWarmupEpochs ? input.Epoch : 0, _lineages);
        var (a, b) = (seen[0], seen[1]);
        var chosen = PositionInconsistency.Correct(a, b);
        var weight = unlabelled.Weight * ScoreGate.Of(a[0], b[0], _options.ScoreThreshold);
        if (_options.DistanceRadius is { } radius)
            weight = weight * (1 - (chosen.Chosen / radius)).clamp(0, 1);
        return (a[0], b[0], chosen, weight);
    }
}
