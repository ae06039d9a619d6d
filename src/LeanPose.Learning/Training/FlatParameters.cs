using static TorchSharp.torch;

namespace LeanPose.Learning.Training;

/// <summary>
/// All parameters of a network in one flat buffer, and their gradients in another: the optimiser, snapshots and averages
/// then are a few long operations instead of thousands of short ones. Convolution weights are laid out channels-last, in
/// which libtorch's CPU and GPU convolutions are fastest; names and values stay those of the network.
/// </summary>
public sealed class FlatParameters : IDisposable
{
    /// <summary>Moves a network's parameters, with their present values, into flat buffers.</summary>
    public FlatParameters(PoseNetwork network)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var parameters = network.named_parameters().Select(p => p.parameter).ToList();
        var total = parameters.Sum(p => p.numel());
        Values = empty(total, device: parameters[0].device).DetachFromDisposeScope();
        Gradients = zeros(total, device: parameters[0].device).DetachFromDisposeScope();
        long offset = 0;
        foreach (var parameter in parameters)
        {
            var strides = ChannelsLast(parameter.shape);
            var value = Values.as_strided(parameter.shape, strides, offset);
            value.copy_(parameter);
            parameter.set_(value);
            parameter.grad = Gradients.as_strided(parameter.shape, strides, offset);
            offset += parameter.numel();
        }
    }

    /// <summary>All values.</summary>
    public Tensor Values { get; }

    /// <summary>All gradients; the backward pass adds to them.</summary>
    public Tensor Gradients { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Values.Dispose();
        Gradients.Dispose();
    }

    private static long[] ChannelsLast(long[] shape)
    {
        var strides = new long[shape.Length];
        long[] order = shape.Length == 4 ? [1, 3, 2, 0] : [.. Enumerable.Range(0, shape.Length).Reverse().Select(d => (long)d)];
        long stride = 1;
        foreach (var d in order)
        {
            strides[d] = stride;
            stride *= shape[d];
        }

        return strides;
    }
}
