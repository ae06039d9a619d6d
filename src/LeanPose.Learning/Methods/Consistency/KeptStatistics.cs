using TorchSharp.Modules;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>
/// Passes during its life leave the running statistics of batch normalisation as they are. They use their batch's
/// statistics as ever; evaluation, which sees undamaged crops, then uses running ones that damaged crops have not moved.
/// </summary>
internal sealed class KeptStatistics : IDisposable
{
    private readonly List<(BatchNorm2d Norm, double? Momentum)> _norms;

    public KeptStatistics(PoseNetwork network)
    {
        // Writing old values back would spoil the graphs of passes before, which hold on to these buffers.
        _norms = [.. network.modules().OfType<BatchNorm2d>().Select(n => (n, n.momentum))];
        foreach (var (norm, _) in _norms)
            norm.momentum = 0;
    }

    public void Dispose()
    {
        foreach (var (norm, momentum) in _norms)
            norm.momentum = momentum;
    }
}
