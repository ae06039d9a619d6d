using System.Collections.Immutable;
using LeanPose.Learning.Methods.Consistency;
using LeanPose.Learning.Native;
using LeanPose.Learning.Views;

namespace LeanPose.Learning.Methods.PoseDual;

/// <summary>
/// PoseDual (Xie et al., ICCV 2021; specification 5): two networks that start from different weights teach one another; each
/// learns to see on hard views what the other sees on the easy one. With several views a step it is MultiAugs with two
/// networks (Zhou et al., arXiv 2402.11566; specification multi-augs 4):
/// L = ½ℓ(y₁, t, w) + ½ℓ(y₂, t, w) + Σₖ [ℓ(c₁ₖ, q₂, wᵤ) + ℓ(c₂ₖ, q₁, wᵤ)].
/// </summary>
public sealed class PoseDual : IMethod
{
    private readonly ViewedOptions _options;
    private readonly NamedNetwork _first;
    private readonly NamedNetwork _second;
    private readonly Lineage[] _lineages;
    private readonly HardLessons _lessons;
    private readonly ImmutableArray<ViewRecipe> _views;

    /// <summary>Sets up the two networks.</summary>
    public PoseDual(ViewedOptions options, MethodContext context)
    {
        _options = options;
        _views = ViewRecipe.Parse(options.Views);
        _first = new(Deployed, context.CreateNetwork("student"));
        _second = new("auxiliary", context.CreateNetwork("auxiliary"));
        Networks = [_first, _second];
        _lineages = [new(_first, 0, options, context), new(_second, 0, options, context)];
        _lessons = new(options, context);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Networks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Snapshots => [.. _lineages.SelectMany(l => l.Snapshots)];

    /// <inheritdoc/>
    public string Deployed => "student";

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, IReadOnlyList<NamedNetwork> Members)> Ensembles => Lineage.Ensembles(Networks, _lineages);

    /// <inheritdoc/>
    public bool UsesUnlabelled(int step, int steps) => !_options.LabelsAlone(step, steps);

    /// <summary>A fixed hard view in place of a drawn one, for tests.</summary>
    internal HardView? ViewOverride
    {
        init => _lessons.ViewOverride = value;
    }

    /// <inheritdoc/>
    public StepLosses Step(StepInput input)
    {
        var supervised = StepTotal.Supervised(input, Networks);
        if (!UsesUnlabelled(input.Step, input.Steps))
            return StepTotal.LabelsAlone(_options, input, this, supervised);
        var unlabelled = StepTotal.Unlabelled(input, _options);
        var seen = Lineage.See(input.Lanes, unlabelled.Images, earlier: 0, _lineages);
        var (first, second) = (seen[0][0], seen[1][0]);
        var taught = _lessons.Give(input, unlabelled.Images,
        [
            new(_first, second, unlabelled.Weight, _views),
            new(_second, first, unlabelled.Weight, _views),
        ]);
        return StepTotal.Of(_options, input, this, supervised, taught, new EasyView([(_first, first), (_second, second)]));
    }

    /// <inheritdoc/>
    public void EndStep(int step, Lanes lanes) => Lineage.EndStep(lanes, step, _lineages);

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_lineages, l => l.Dispose());
        _first.Network.Dispose();
        _second.Network.Dispose();
    }
}
