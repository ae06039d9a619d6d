using TorchSharp;
using static TorchSharp.torch;

namespace LeanPose.Learning.Training;

/// <summary>
/// Adam (Kingma and Ba, ICLR 2015) on flat buffers, with PyTorch's defaults: β = (0.9, 0.999), ε = 1e-8, no weight decay.
/// </summary>
public sealed class Adam : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    // On the CPU, parts small enough for the cache: all passes over a part run before the next is fetched from memory.
    // Elsewhere one part, for the fewest kernels; nothing leaves the device.
    private const long Part = 1 << 16;
    private readonly FlatParameters _parameters;
    private readonly long _part;

    /// <summary>Starts with zero moments.</summary>
    public Adam(FlatParameters parameters)
        : this(parameters, parameters.Values.device_type == DeviceType.CPU ? Part : parameters.Values.numel())
    {
    }

    internal Adam(FlatParameters parameters, long part)
    {
        (_parameters, _part) = (parameters, part);
        FirstMoment = zeros_like(parameters.Values).DetachFromDisposeScope();
        SecondMoment = zeros_like(parameters.Values).DetachFromDisposeScope();
    }

    /// <summary>Running mean of the gradients.</summary>
    public Tensor FirstMoment { get; }

    /// <summary>Running mean of the squared gradients.</summary>
    public Tensor SecondMoment { get; }

    /// <summary>Moves the parameters and clears the gradients.</summary>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="learningRate">The step size.</param>
    public void Step(long step, double learningRate)
    {
        using var noGradient = no_grad();
        var stepSize = learningRate / (1 - Math.Pow(Beta1, step));
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, step));
        var total = _parameters.Values.numel();
        for (long start = 0; start < total; start += _part)
        {
            using var scope = NewDisposeScope();
            var length = Math.Min(_part, total - start);
            var p = _parameters.Values.narrow(0, start, length);
            var g = _parameters.Gradients.narrow(0, start, length);
            var m = FirstMoment.narrow(0, start, length);
            var v = SecondMoment.narrow(0, start, length);
            m.mul_(Beta1).add_(g, 1 - Beta1);
            v.mul_(Beta2).addcmul_(g, g, 1 - Beta2);
            p.addcdiv_(m, v.sqrt().div_(correction).add_(Epsilon), -stepSize);
            g.zero_();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }
}
