using System.Collections.Immutable;
using LeanPose.Learning.Methods.Consistency;
using LeanPose.Learning.Native;
using LeanPose.Learning.Views;
using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Sspcm;

/// <summary>
/// SSPCM (Huang et al., "Semi-Supervised 2D Human Pose Estimation Driven by Position Inconsistency Pseudo Label Correction
/// Module", CVPR 2023; specification 4). Teacher A and auxiliary teacher B teach one another; both, in the present and an
/// earlier period, teach the student S through the corrected pseudo label. Nothing of the student reaches the teachers.
/// </summary>
public sealed class Sspcm : IMethod
{
    private readonly SspcmOptions _options;
    private readonly NamedNetwork _teacher;
    private readonly NamedNetwork _auxiliary;
    private readonly NamedNetwork _student;
    private readonly Lineage _teachers;
    private readonly Lineage _auxiliaries;
    private readonly HardLessons _lessons;
    private readonly ImmutableArray<ViewRecipe> _teacherViews;
    private readonly ImmutableArray<ViewRecipe> _studentViews;

    /// <summary>Sets up the three networks and the copies of earlier periods.</summary>
    public Sspcm(SspcmOptions options, MethodContext context)
    {
        _options = options;
        _teacherViews = ViewRecipe.Parse(options.TeacherViews);
        _studentViews = ViewRecipe.Parse(options.StudentViews);
        _teacher = new("teacher", context.CreateNetwork("teacher"));
        _auxiliary = new("auxiliary", context.CreateNetwork("auxiliary"));
        _student = new("student", context.CreateNetwork("student"));
        Networks = [_teacher, _auxiliary, _student];
        var earlier = options.Correction ? options.Periods - 1 : 0;
        _teachers = new(_teacher, earlier, options, context);
        _auxiliaries = new(_auxiliary, earlier, options, context);
        Snapshots = [.. _teachers.Snapshots, .. _auxiliaries.Snapshots];
        _lessons = new(options, context) { FeatureMasking = options.FeatureMasking };
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Networks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Snapshots { get; }

    /// <inheritdoc/>
    public string Deployed => "student";

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, IReadOnlyList<NamedNetwork> Members)> Ensembles => [("mean-of-teachers", [_teacher, _auxiliary]), .. Lineage.Ensembles([], [_teachers, _auxiliaries])];

    /// <inheritdoc/>
    public bool UsesUnlabelled(int step, int steps) => !_options.LabelsAlone(step, steps);

    /// <summary>A fixed hard view in place of a drawn one, for tests against recorded numbers.</summary>
    internal HardView? ViewOverride
    {
        init => _lessons.ViewOverride = value;
    }

    /// <inheritdoc/>
    public StepLosses Step(StepInput input)
    {
        // Every pass runs on batch statistics and moves the running ones: labelled, easy, hard (4.5).
        if (!UsesUnlabelled(input.Step, input.Steps))
            return StepTotal.LabelsAlone(_options, input, this, StepTotal.Supervised(input, Networks));
        var unlabelled = StepTotal.Unlabelled(input, _options);

        // Three networks on two lanes: one lane would wait for the student on the labels, and again for its lesson. So the student does both
        // while the teachers have their lessons.
        var later = input.Lanes.Count < Networks.Count;
        var supervised = StepTotal.Supervised(input, later ? [_teacher, _auxiliary] : Networks);
        var pseudo = MakePseudoLabels(input, unlabelled);
        var taught = _lessons.Give(input, unlabelled.Images,
        [
            new(_teacher, pseudo.Auxiliary, pseudo.TeacherWeight, _teacherViews),
            new(_auxiliary, pseudo.Teacher, pseudo.TeacherWeight, _teacherViews),
            new(_student, pseudo.Student, pseudo.StudentWeight, _studentViews) { BeginsWithLabels = later },
        ]);
        if (later)
            supervised = [.. supervised, taught[^1].OnLabels!];
        return StepTotal.Of(_options, input, this, supervised, taught, new EasyView([(_teacher, pseudo.Teacher), (_auxiliary, pseudo.Auxiliary)], pseudo.Agreement));
    }

    /// <inheritdoc/>
    public void EndStep(int step, Lanes lanes) => Lineage.EndStep(lanes, step, _teachers, _auxiliaries);

    /// <inheritdoc/>
    public void NextEpoch()
    {
        _teachers.NextEpoch();
        _auxiliaries.NextEpoch();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _teachers.Dispose();
        _auxiliaries.Dispose();
        foreach (var (_, network) in Networks)
            network.Dispose();
    }

    /// <summary>Easy view: what the teachers of all periods see, where they agree, and which keypoints count.</summary>
    private SspcmPseudoLabels MakePseudoLabels(StepInput input, UnlabelledBatch unlabelled)
    {
        using var noGradient = no_grad();
        var corrects = _options.Correction && input.Epoch >= _options.CorrectionWarmupEpochs;
        // So many epochs have ended; older copies are still networks that have learnt nothing.
        var seen = Lineage.See(input.Lanes, unlabelled.Images, earlier: corrects ? input.Epoch : 0, _teachers, _auxiliaries);
        var (a, b) = (seen[0], seen[1]);
        return SspcmPseudoLabels.Make(_options, a[0], b[0], corrects ? PositionInconsistency.Correct(a, b) : null, unlabelled.Weight);
    }
}
