using LeanPose.Geometry;
using LeanPose.Heatmaps;
using LeanPose.Learning.Native;
using static TorchSharp.torch;

namespace LeanPose.Learning.Methods;

/// <summary>
/// A learning algorithm: the networks it trains and the losses of one step. The trainer knows nothing else of it: it makes
/// the batches, runs the backward pass and the optimiser, saves, evaluates and logs.
/// </summary>
public interface IMethod : IDisposable
{
    /// <summary>The networks that are trained, saved and evaluated, by name.</summary>
    IReadOnlyList<NamedNetwork> Networks { get; }

    /// <summary>Copies of networks that are saved but not trained (averages, earlier periods).</summary>
    IReadOnlyList<NamedNetwork> Snapshots { get; }

    /// <summary>Name of the network that is put to use after training.</summary>
    string Deployed { get; }

    /// <summary>Networks whose mean heatmap is worth measuring beside each of them; the names of the reports.</summary>
    IReadOnlyList<(string Name, IReadOnlyList<NamedNetwork> Members)> Ensembles => [];

    /// <summary>Whether a step needs unlabelled persons. Other threads ask ahead of the step, for its batch.</summary>
    /// <param name="step">Steps done before it.</param>
    /// <param name="steps">Steps of the whole run.</param>
    bool UsesUnlabelled(int step, int steps);

    /// <summary>
    /// The losses of one step. Runs in the trainer's dispose scope; what outlives the step must be detached from it.
    /// </summary>
    StepLosses Step(StepInput input);

    /// <summary>Called after the optimiser has moved the networks.</summary>
    /// <param name="step">Steps done before this one.</param>
    /// <param name="lanes">Where work of different networks runs side by side.</param>
    void EndStep(int step, Lanes lanes)
    {
    }

    /// <summary>Called between two epochs (for methods: periods), before the first step of the later one.</summary>
    void NextEpoch()
    {
    }
}

/// <summary>A network and what the method calls it.</summary>
public sealed record NamedNetwork(string Name, PoseNetwork Network);

/// <summary>What a method needs to set itself up.</summary>
public sealed record MethodContext
{
    /// <summary>Builds a network for a role (<c>student</c>, <c>teacher</c>, <c>auxiliary</c>), with that role's backbone, initial weights and random head.</summary>
    public required Func<string, PoseNetwork> CreateNetwork { get; init; }

    /// <summary>Output channels that the labelled data set annotates; the others never get a loss.</summary>
    public required IReadOnlyList<int> TrainedChannels { get; init; }

    /// <summary>Number of output channels (J).</summary>
    public required int Keypoints { get; init; }

    /// <summary>For each output channel the one that shows the same keypoint in a mirrored picture.</summary>
    public required IReadOnlyList<int> FlipIndex { get; init; }

    /// <summary>Standard deviation of target Gaussians, heatmap cells.</summary>
    public required double Sigma { get; init; }

    /// <summary>How lengths are counted where a crop is cut and where its heatmaps lie on it.</summary>
    public CropRule Crop { get; init; }

    /// <summary>Crop width, pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Crop height, pixels.</summary>
    public required int Height { get; init; }

    /// <summary>How heatmaps lie on crops.</summary>
    public HeatmapCodec Codec => new(Width, Height, Width / 4, Height / 4, Sigma, Crop);

    /// <summary>The run's seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Where tensors live.</summary>
    public required Device Device { get; init; }
}

/// <summary>Labelled crops of one step.</summary>
/// <param name="Images"><c>B×3×H×W</c>, normalised.</param>
/// <param name="Target"><c>B×J×h×w</c>.</param>
/// <param name="Weight"><c>B×J</c>, 0 or 1.</param>
public sealed record LabelledBatch(Tensor Images, Tensor Target, Tensor Weight);

/// <summary>Unlabelled crops of one step, as the easy view shows them.</summary>
/// <param name="Images"><c>B×3×H×W</c>, normalised.</param>
/// <param name="Weight"><c>1×J</c>: 1 for the channels that the labelled data set annotates.</param>
public sealed record UnlabelledBatch(Tensor Images, Tensor Weight);

/// <summary>All that a method gets for a step.</summary>
/// <param name="Step">Steps done before this one.</param>
/// <param name="Epoch">Epochs done before this one.</param>
/// <param name="Labelled">Labelled crops.</param>
/// <param name="Unlabelled">Unlabelled crops, for steps that use them.</param>
public sealed record StepInput(int Step, int Epoch, LabelledBatch Labelled, UnlabelledBatch? Unlabelled)
{
    /// <summary>Where passes of different networks run side by side.</summary>
    public Lanes Lanes { get; init; } = Lanes.One;

    /// <summary>Steps of the whole run; a step that belongs to no run is far from the end of one.</summary>
    public int Steps { get; init; } = int.MaxValue;

    /// <summary>Factor of all losses on unlabelled persons; below 1 where a guard has gone back and halved them.</summary>
    public double ConsistencyFactor { get; init; } = 1;
}

/// <summary>What a step gives back.</summary>
/// <param name="Parts">
/// Scalars whose sum is minimised, the costliest first. Their backward passes run side by side, so no two share a graph, and
/// no more than two reach the same network: the sum of two gradients does not depend on which comes first.
/// </param>
/// <param name="Scalars">Named parts and telemetry for the log, float32 each.</param>
public sealed record StepLosses(IReadOnlyList<Tensor> Parts, IReadOnlyList<(string Name, Tensor Value)> Scalars)
{
    /// <summary>Telemetry by keypoint, each of J float32 values; not a number where a keypoint has none.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> PerKeypoint { get; init; } = [];

    /// <summary>The scalar that is minimised.</summary>
    public Tensor Total => Parts.Aggregate((a, b) => a + b);
}
