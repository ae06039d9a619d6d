using System.Collections.Concurrent;
using LeanPose.Learning.Methods;
using static TorchSharp.torch;

namespace LeanPose.Learning.Benchmarking;

/// <summary>One call of a network.</summary>
/// <param name="Network">Name of the network in its method.</param>
/// <param name="Images">Pictures in the batch.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="WithGradient">Whether a backward pass goes through it, too.</param>
public sealed record NetworkPass(string Network, int Images, int Width, int Height, bool WithGradient);

/// <summary>
/// Writes down every call of a method's networks (and of their earlier copies) until it is disposed of. It hooks itself into
/// the networks, so a method knows nothing of it, and a network without it pays nothing.
/// </summary>
public sealed class PassCounter : IDisposable
{
    private readonly ConcurrentQueue<NetworkPass> _passes = new(); // networks may compute side by side
    private readonly List<Action> _remove = [];

    /// <summary>Begins to count.</summary>
    public PassCounter(IMethod method)
    {
        foreach (var (name, network) in method.Networks.Concat(method.Snapshots))
        {
            var hook = network.register_forward_hook((_, input, output) =>
            {
                _passes.Enqueue(new NetworkPass(name, (int)input.shape[0], (int)input.shape[3], (int)input.shape[2], is_grad_enabled() && output.requires_grad));
                return output;
            });
            _remove.Add(hook.remove);
        }
    }

    /// <summary>The calls so far; those of one network are in order.</summary>
    public IReadOnlyList<NetworkPass> Passes => [.. _passes];

    /// <inheritdoc/>
    public void Dispose() => _remove.ForEach(r => r());
}
