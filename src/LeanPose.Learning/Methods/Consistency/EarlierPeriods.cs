using LeanPose.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>A network as it was at the ends of the last epochs: whole copies, buffers included, without gradient.</summary>
internal sealed class EarlierPeriods
{
    private readonly PoseNetwork _present;
    private readonly PoseNetwork[] _copies;

    /// <summary>Copies the network as it is now, once for every earlier period.</summary>
    public EarlierPeriods(NamedNetwork present, int count, Device device)
    {
        _present = present.Network;
        _copies = [.. Enumerable.Range(0, count).Select(_ => Copy(_present, device))];
        Snapshots = [.. _copies.Select((n, i) => new NamedNetwork($"{present.Name}-{i + 1}", n))];
    }

    /// <summary>The copies, the youngest first.</summary>
    public IReadOnlyList<NamedNetwork> Snapshots { get; }

    /// <summary>What two networks see, without gradient, side by side.</summary>
    /// <param name="lanes">Where the passes run.</param>
    /// <param name="first">One network and its copies.</param>
    /// <param name="second">The other, with as many.</param>
    /// <param name="images"><c>B×3×H×W</c>.</param>
    /// <param name="earlier">Whether the copies are asked, too.</param>
    /// <returns>Heatmaps of each, the present first, then the copies from the youngest on.</returns>
    public static (Tensor[] First, Tensor[] Second) See(Lanes lanes, EarlierPeriods first, EarlierPeriods second, Tensor images, bool earlier)
    {
        using var noGradient = no_grad();
        var periods = earlier ? 1 + first._copies.Length : 1;
        var networks = first.Periods.Take(periods).Concat(second.Periods.Take(periods));
        var heatmaps = lanes.Run([.. networks.Select(n => (Func<Tensor>)(() => n.call(images)))]);
        return (heatmaps[..periods], heatmaps[periods..]);
    }

    /// <summary>The oldest period drops out; each copy takes the values of the next younger one, the first those of the present.</summary>
    public void Shift()
    {
        for (var i = _copies.Length - 1; i >= 0; i--)
            _copies[i].CopyFrom(i == 0 ? _present : _copies[i - 1]);
    }

    private IEnumerable<PoseNetwork> Periods => [_present, .. _copies];

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
