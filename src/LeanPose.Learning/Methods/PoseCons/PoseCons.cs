using System.Collections.Immutable;
using LeanPose.Learning.Methods.Consistency;
using LeanPose.Learning.Native;
using LeanPose.Learning.Views;

namespace LeanPose.Learning.Methods.PoseCons;

/// <summary>
/// PoseCons (Xie et al., "An Empirical Study of the Collapsing Problem in Semi-Supervised 2D Human Pose Estimation",
/// ICCV 2021; specification 5): one network learns to see on a hard view what it sees on the easy one. With several views a
/// step it is MultiAugs with one network (Zhou et al., arXiv 2402.11566; specification multi-augs 3):
/// L = ℓ(y, t, w) + Σₖ ℓ(cₖ, q, wᵤ).
/// </summary>
public sealed class PoseCons : IMethod
{
    private readonly ViewedOptions _options;
    private readonly NamedNetwork _student;
    private readonly Lineage _lineage;
    private readonly HardLessons _lessons;
    private readonly ImmutableArray<ViewRecipe> _views;

    /// <summary>Sets up the one network.</summary>
    public PoseCons(ViewedOptions options, MethodContext context)
    {
        _options = options;
        _views = ViewRecipe.Parse(options.Views);
        _student = new(Deployed, context.CreateNetwork("student"));
        Networks = [_student];
        _lineage = new(_student, 0, options, context);
        _lessons = new(options, context);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Networks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Snapshots => _lineage.Snapshots;

    /// <inheritdoc/>
    public string Deployed => "student";

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, IReadOnlyList<NamedNetwork> Members)> Ensembles => Lineage.Ensembles(Networks, [_lineage]);

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
        var easy = Lineage.See(input.Lanes, unlabelled.Images, earlier: 0, _lineage)[0][0];
        var taught = _lessons.Give(input, unlabelled.Images, [new(_student, easy, unlabelled.Weight, _views)]);
        return StepTotal.Of(_options, input, this, supervised, taught, new EasyView([(_student, easy)]));
    }

    /// <inheritdoc/>
    public void EndStep(int step, Lanes lanes) => Lineage.EndStep(lanes, step, _lineage);

    /// <inheritdoc/>
    public void Dispose()
    {
        _lineage.Dispose();
        _student.Network.Dispose();
    }
}
