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

    /// <summary>What all periods see: the given heatmaps of the present first, then those of the copies.</summary>
    public Tensor[] See(Tensor present, Tensor images) => [present, .. _copies.Select(c => c.call(images))];

    /// <summary>The oldest period drops out; each copy takes the values of the next younger one, the first those of the present.</summary>
    public void Shift()
    {
        for (var i = _copies.Length - 1; i >= 0; i--)
            _copies[i].CopyFrom(i == 0 ? _present : _copies[i - 1]);
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
