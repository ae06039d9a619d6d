using LeanPose.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>
/// A network over time, as the source of pseudo labels: as it is now, or the running average of its weights in its place,
/// and whole copies of that from the ends of the last epochs. Nothing of it has a gradient.
/// </summary>
internal sealed class Lineage : IDisposable
{
    private readonly PoseNetwork _network;
    private readonly PoseNetwork[] _earlier;
    private readonly double _decay;
    private readonly double _mirrorShift;
    private readonly Tensor? _mirror;

    /// <summary>Copies the network as it is now, once for its average and once for every earlier period.</summary>
    /// <param name="network">The network that is trained.</param>
    /// <param name="earlier">How many ends of epochs are kept.</param>
    /// <param name="options">Whether the weights are averaged, and whether the mirrored crop is looked at, too.</param>
    /// <param name="context">Channels, device.</param>
    public Lineage(NamedNetwork network, int earlier, ConsistencyOptions options, MethodContext context)
    {
        _network = network.Network;
        _decay = options.AverageDecay ?? 0;
        _mirrorShift = context.Codec.MirrorShift;
        if (options.AverageDecay is not null)
            Average = new($"{network.Name}-average", Copy(_network, context.Device));
        _earlier = [.. Enumerable.Range(0, earlier).Select(_ => Copy(_network, context.Device))];
        Snapshots = [.. Average is null ? Array.Empty<NamedNetwork>() : [Average], .. _earlier.Select((n, i) => new NamedNetwork($"{network.Name}-{i + 1}", n))];
        if (options.MirroredTeachers)
            _mirror = tensor(context.FlipIndex.Select(i => (long)i).ToArray(), device: context.Device).DetachFromDisposeScope();
    }

    /// <summary>The average, where there is one.</summary>
    public NamedNetwork? Average { get; }

    /// <summary>The average, where there is one, then the copies of earlier periods, the youngest first.</summary>
    public IReadOnlyList<NamedNetwork> Snapshots { get; }

    /// <summary>What is worth measuring beside each of the networks: their mean heatmaps, the first one's average, and the mean of all averages.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<NamedNetwork> Members)> Ensembles(IReadOnlyList<NamedNetwork> networks, IReadOnlyList<Lineage> lineages)
    {
        IReadOnlyList<NamedNetwork> averages = [.. lineages.Where(l => l.Average is not null).Select(l => l.Average!)];
        var ensembles = new List<(string, IReadOnlyList<NamedNetwork>)>();
        if (networks.Count > 1)
            ensembles.Add(("mean", networks));
        if (averages.Count > 0)
            ensembles.Add((averages[0].Name, [averages[0]]));
        if (averages.Count > 1)
            ensembles.Add(("mean-of-averages", averages));
        return ensembles;
    }

    /// <summary>What networks see, without gradient, side by side.</summary>
    /// <param name="lanes">Where the passes run.</param>
    /// <param name="images"><c>B×3×H×W</c>.</param>
    /// <param name="earlier">How many earlier periods are asked, too, at most; the youngest first.</param>
    /// <param name="lineages">The networks.</param>
    /// <returns>For each network its heatmaps <c>B×J×h×w</c>: the present period's, then the earlier ones' from the youngest on.</returns>
    public static Tensor[][] See(Lanes lanes, Tensor images, int earlier, params IReadOnlyList<Lineage> lineages)
    {
        using var noGradient = no_grad();
        var jobs = lineages.SelectMany(l => l.Periods(earlier).Select(n => (Func<Tensor>)(() => l.See(n, images)))).ToList();
        return [.. lanes.Run(jobs).Chunk(jobs.Count / lineages.Count)];
    }

    /// <summary>Moves the averages on, after the optimiser.</summary>
    public static void EndStep(Lanes lanes, int step, params IReadOnlyList<Lineage> lineages) =>
        lanes.Run([.. lineages.Where(l => l.Average is not null).Select(l => (Action)(() => l.MoveAverage(step)))]);

    /// <summary>The oldest period drops out; each copy takes the values of the next younger one, the first those of the present.</summary>
    public void NextEpoch()
    {
        for (var i = _earlier.Length - 1; i >= 0; i--)
            _earlier[i].CopyFrom(i == 0 ? Average?.Network ?? _network : _earlier[i - 1]);
    }

    /// <summary>Frees the copies; the network is its method's.</summary>
    public void Dispose()
    {
        foreach (var (_, network) in Snapshots)
            network.Dispose();
        _mirror?.Dispose();
    }

    private IEnumerable<PoseNetwork> Periods(int earlier) => [Average?.Network ?? _network, .. _earlier.Take(earlier)];

    private Tensor See(PoseNetwork network, Tensor images)
    {
        var plain = network.call(images);
        if (_mirror is null)
            return plain;

        var back = network.call(images.flip(3)).index_select(1, _mirror).flip(3);
        var right = nn.functional.pad(back, [1, 0])[.., .., .., ..^1];
        return (plain * 0.5).add_(right, 0.5 * _mirrorShift).add_(back, 0.5 * (1 - _mirrorShift));
    }

    // The first steps have nothing to be averaged with: the decay grows to its value, as in Mean Teacher's code.
    private void MoveAverage(int step)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var share = 1 - Math.Min(_decay, (1.0 + step) / (10.0 + step));
        foreach (var (mine, theirs) in Average!.Network.State().Zip(_network.State()))
        {
            if (mine.Value.is_floating_point())
                mine.Value.mul_(1 - share).add_(theirs.Value, share);
            else
                mine.Value.copy_(theirs.Value);
        }
    }

    private static PoseNetwork Copy(PoseNetwork network, Device device)
    {
        var copy = new PoseNetwork(network.BackboneName, network.Keypoints);
        copy.to(device);
        foreach (var (_, parameter) in copy.named_parameters())
            parameter.requires_grad = false;
        copy.CopyFrom(network);
        return copy;
    }
}
