using LeanPose.Learning.Losses;
using LeanPose.Learning.Views;
using LeanPose.Randomness;
using TorchSharp;
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
    private readonly MethodContext _context;
    private readonly PoseNetwork _teacher;
    private readonly PoseNetwork _auxiliary;
    private readonly PoseNetwork _student;
    private readonly PoseNetwork[] _earlierTeachers;
    private readonly PoseNetwork[] _earlierAuxiliaries;
    private readonly IReadOnlyList<int> _occlusionPool;

    /// <summary>Sets up the three networks and the copies of earlier periods.</summary>
    public Sspcm(SspcmOptions options, MethodContext context)
    {
        _options = options;
        _context = context;
        _teacher = context.CreateNetwork("teacher");
        _auxiliary = context.CreateNetwork("auxiliary");
        _student = context.CreateNetwork("student");
        Networks = [new("teacher", _teacher), new("auxiliary", _auxiliary), new("student", _student)];
        var earlier = options.Correction ? options.Periods - 1 : 0;
        _earlierTeachers = Copies(_teacher, earlier);
        _earlierAuxiliaries = Copies(_auxiliary, earlier);
        Snapshots =
        [
            .. _earlierTeachers.Select((n, i) => new NamedNetwork($"teacher-{i + 1}", n)),
            .. _earlierAuxiliaries.Select((n, i) => new NamedNetwork($"auxiliary-{i + 1}", n)),
        ];
        _occlusionPool = options.CutOccludeAllChannels ? [.. Enumerable.Range(0, context.Keypoints)] : context.TrainedChannels;
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Networks { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedNetwork> Snapshots { get; }

    /// <inheritdoc/>
    public string Deployed => "student";

    /// <inheritdoc/>
    public bool UsesUnlabelled => true;

    /// <summary>A fixed hard view in place of a drawn one, for tests against recorded numbers.</summary>
    internal HardView? ViewOverride { get; init; }

    /// <inheritdoc/>
    public StepLosses Step(StepInput input)
    {
        var (x, target, weight) = input.Labelled;
        var unlabelled = input.Unlabelled ?? throw new ArgumentException("SSPCM needs unlabelled persons in every step.");

        // Labelled pass; every pass runs on batch statistics and moves the running ones: labelled, easy, hard (4.5).
        var supervised = new SspcmTriple(
            HeatmapLoss.Compute(_teacher.call(x), target, weight),
            HeatmapLoss.Compute(_auxiliary.call(x), target, weight),
            HeatmapLoss.Compute(_student.call(x), target, weight));

        var pseudo = MakePseudoLabels(input, unlabelled);
        var views = MakeHardViews(input.Step, unlabelled.Images, pseudo);
        var predictions = HardPasses(input.Step, views);
        var consistency = new SspcmTriple(
            HeatmapLoss.Compute(predictions.Teacher, views.Targets.Teacher, views.Weights.Teacher),
            HeatmapLoss.Compute(predictions.Auxiliary, views.Targets.Auxiliary, views.Weights.Auxiliary),
            HeatmapLoss.Compute(predictions.Student, views.Targets.Student, views.Weights.Student));

        var consistencyWeight = _options.ConsistencyWeight * Rampup.Sigmoid(input.Step, _options.ConsistencyRampupSteps);
        var total = (supervised.Sum() * _options.SupervisedWeight) + (consistency.Sum() * consistencyWeight);
        return new StepLosses(total, input.Telemetry ? Telemetry(supervised, consistency, pseudo) : []);
    }

    /// <inheritdoc/>
    public void EndEpoch()
    {
        Shift(_earlierTeachers, _teacher);
        Shift(_earlierAuxiliaries, _auxiliary);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, network) in Networks.Concat(Snapshots))
            network.Dispose();
    }

    /// <summary>Easy view: what the teachers of both periods see, where they agree, and which keypoints count.</summary>
    private SspcmPseudoLabels MakePseudoLabels(StepInput input, UnlabelledBatch unlabelled)
    {
        using var noGradient = no_grad();
        var a = _teacher.call(unlabelled.Images);
        var b = _auxiliary.call(unlabelled.Images);
        PositionInconsistency? correction = null;
        if (_options.Correction && input.Epoch >= _options.CorrectionWarmupEpochs)
        {
            correction = PositionInconsistency.Correct(
                [a, .. _earlierTeachers.Select(t => t.call(unlabelled.Images))],
                [b, .. _earlierAuxiliaries.Select(t => t.call(unlabelled.Images))]);
        }

        return SspcmPseudoLabels.Make(_options, a, b, correction, unlabelled.Weight);
    }

    /// <summary>
    /// Hard views: Cut-Occlude at the keypoints that the other teacher (for the student: the corrected label) sees, drawn
    /// for each network on its own, then one θ per picture for all three networks and their targets.
    /// </summary>
    private SspcmViews MakeHardViews(int step, Tensor images, SspcmPseudoLabels pseudo)
    {
        using var noGradient = no_grad();
        var aspect = (double)_context.Width / _context.Height;
        var options = new HardViewOptions(_options.HardScale, _options.HardRotation, _options.HardRotationProbability, _options.IsotropicWarp);
        var view = ViewOverride ?? HardView.Draw(options, (int)images.shape[0], aspect, _context.Seed, step, _context.Device);
        var warpedImages = view.Warp(cat(
            [
                Occlude(images, pseudo.Auxiliary, "teacher", step),
                Occlude(images, pseudo.Teacher, "auxiliary", step),
                Occlude(images, pseudo.Student, "student", step),
            ],
            1)).chunk(3, 1);
        var warpedLabels = view.Warp(cat([pseudo.Auxiliary, pseudo.Teacher, pseudo.Student], 1)).chunk(3, 1);
        return new SspcmViews(
            new SspcmTriple(warpedImages[0], warpedImages[1], warpedImages[2]),
            new SspcmTriple(warpedLabels[0], warpedLabels[1], warpedLabels[2]),
            new SspcmTriple(
                Weight(view, pseudo.Auxiliary, pseudo.TeacherWeight),
                Weight(view, pseudo.Teacher, pseudo.TeacherWeight),
                Weight(view, pseudo.Student, pseudo.StudentWeight)));
    }

    // O14: as published, a keypoint that the warp moves out of the picture keeps its weight, with an empty target.
    private Tensor Weight(HardView view, Tensor label, Tensor weight) => _options.DropWarpedOutside
        ? weight * view.Inside(HeatmapPositions.Of(label), (int)label.shape[3], (int)label.shape[2])
        : weight;

    private Tensor Occlude(Tensor images, Tensor heatmaps, string network, int step)
    {
        if (_options.CutOccludeJoints == 0)
            return images;
        var count = (int)images.shape[0];
        var purpose = "cut-occlude/" + network;
        var patches = KeypointPatches.Draw(HeatmapPositions.InCrop(heatmaps), _context.Seed, purpose, step);
        var targets = KeypointPatches.DrawJoints(_occlusionPool, count, _options.CutOccludeJoints, _context.Seed, purpose + "/target", step);
        var sources = KeypointPatches.DrawJoints(_occlusionPool, count, _options.CutOccludeJoints, _context.Seed, purpose + "/source", step);
        var pictures = Enumerable.Range(0, count).Select(i => KeyedRandom.For(_context.Seed, purpose + "/picture", step, i).NextInt(count)).ToArray();
        var map = new PatchMap(count, _context.Width, _context.Height);
        CutOcclude.Apply(map, patches, targets, sources, pictures, _options.CutOccludeTransposed);
        return map.Apply(images);
    }

    private SspcmTriple HardPasses(int step, SspcmViews views)
    {
        return new SspcmTriple(
            Pass(_teacher, views.Images.Teacher, "teacher"),
            Pass(_auxiliary, views.Images.Auxiliary, "auxiliary"),
            Pass(_student, views.Images.Student, "student"));

        Tensor Pass(PoseNetwork network, Tensor images, string name)
        {
            if (!_options.FeatureMasking)
                return network.call(images);
            network.FeatureHook = features => FeatureMask.Random(features, _context.Seed, name, step);
            try
            {
                return network.call(images);
            }
            finally
            {
                network.FeatureHook = null;
            }
        }
    }

    private static IReadOnlyList<(string, Tensor)> Telemetry(SspcmTriple supervised, SspcmTriple consistency, SspcmPseudoLabels pseudo) =>
    [
        ("loss/supervised/teacher", supervised.Teacher),
        ("loss/supervised/auxiliary", supervised.Auxiliary),
        ("loss/supervised/student", supervised.Student),
        ("loss/consistency/teacher", consistency.Teacher),
        ("loss/consistency/auxiliary", consistency.Auxiliary),
        ("loss/consistency/student", consistency.Student),
        .. pseudo.Telemetry(),
    ];

    private PoseNetwork[] Copies(PoseNetwork network, int count) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var copy = new PoseNetwork(network.BackboneName, network.Keypoints);
        copy.to(_context.Device);
        foreach (var (_, parameter) in copy.named_parameters())
            parameter.requires_grad = false;
        copy.CopyFrom(network);
        return copy;
    })];

    // The oldest period drops out; each copy takes the values of the next younger one, the first those of the present.
    private static void Shift(PoseNetwork[] earlier, PoseNetwork present)
    {
        for (var i = earlier.Length - 1; i >= 0; i--)
            earlier[i].CopyFrom(i == 0 ? present : earlier[i - 1]);
    }
}

/// <summary>One tensor for each of the three networks.</summary>
internal sealed record SspcmTriple(Tensor Teacher, Tensor Auxiliary, Tensor Student)
{
    public Tensor Sum() => Teacher + Auxiliary + Student;
}

/// <summary>The hard views, the pseudo labels warped onto them, and the labels' weights (<c>B×J</c>).</summary>
internal sealed record SspcmViews(SspcmTriple Images, SspcmTriple Targets, SspcmTriple Weights);
