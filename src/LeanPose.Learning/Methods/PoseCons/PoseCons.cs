using System.Collections.Immutable;
using LeanPose.Learning.Methods.Consistency;
using LeanPose.Learning.Views;
using static TorchSharp.torch;

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
    private readonly HardLessons _lessons;
    private readonly ImmutableArray<ViewRecipe> _views;

    /// <summary>Sets up the one network.</summary>
    public PoseCons(ViewedOptions options, MethodContext context)
    {
        _options = options;
        _views = ViewRecipe.Parse(options.Views);
        _student = new(Deployed, context.CreateNetwork("student"));
        Networks = [_student];
        _lessons = new(options, context);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Networks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Snapshots => [];

    /// <inheritdoc/>
    public string Deployed => "student";

    /// <inheritdoc/>
    public bool UsesUnlabelled => true;

    /// <summary>A fixed hard view in place of a drawn one, for tests.</summary>
    internal HardView? ViewOverride
    {
        init => _lessons.ViewOverride = value;
    }

    /// <inheritdoc/>
    public StepLosses Step(StepInput input)
    {
        var unlabelled = StepTotal.Unlabelled(input, _options);
        var supervised = StepTotal.Supervised(input, Networks);
        var easy = See(unlabelled.Images);
        var consistency = _lessons.Losses(input, unlabelled.Images, [new(_student, easy, unlabelled.Weight, _views)]);
        return StepTotal.Of(_options, input, Networks, supervised, consistency,
            () => [("pseudo/maximum/student", StepTotal.OverTrained(HeatmapPositions.Maxima(easy), unlabelled.Weight))]);
    }

    /// <inheritdoc/>
    public void EndEpoch()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _student.Network.Dispose();

    private Tensor See(Tensor images)
    {
        using var noGradient = no_grad();
        return _student.Network.call(images);
    }
}
