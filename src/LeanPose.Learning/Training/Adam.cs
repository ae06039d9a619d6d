using System.Numerics;
using System.Runtime.InteropServices;
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

    private readonly FlatParameters _parameters;

    /// <summary>Starts with zero moments.</summary>
    public Adam(FlatParameters parameters)
    {
        _parameters = parameters;
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
        var stepSize = learningRate / (1 - Math.Pow(Beta1, step));
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, step));
        if (_parameters.Values.device_type == DeviceType.CPU)
            StepInMemory((float)stepSize, (float)correction);
        else
            StepOnDevice(stepSize, correction);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FirstMoment.Dispose();
        SecondMoment.Dispose();
    }

    /// <summary>A few long kernels; nothing leaves the device.</summary>
    internal void StepOnDevice(double stepSize, double correction)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (p, g, m, v) = (_parameters.Values, _parameters.Gradients, FirstMoment, SecondMoment);
        m.mul_(Beta1).add_(g, 1 - Beta1);
        v.mul_(Beta2).addcmul_(g, g, 1 - Beta2);
        p.addcdiv_(m, v.sqrt().div_(correction).add_(Epsilon), -stepSize);
        g.zero_();
    }

    /// <summary>
    /// One pass over memory, which is what costs: the same as a few operators of libtorch would fetch and write everything several
    /// times. Each number is computed by itself, so that threads and vector widths change no bit.
    /// </summary>
    private void StepInMemory(float stepSize, float correction)
    {
        var threads = get_num_threads();
        var length = checked((int)_parameters.Values.numel());
        var part = (length + threads - 1) / threads;
        if (threads == 1)
            MovePart(0);
        else
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, MovePart);

        void MovePart(int n)
        {
            var (start, end) = (Math.Min(n * part, length), Math.Min((n + 1) * part, length));
            Move(Floats(_parameters.Values)[start..end], Floats(_parameters.Gradients)[start..end],
                Floats(FirstMoment)[start..end], Floats(SecondMoment)[start..end], stepSize, correction);
        }
    }

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private static void Move(Span<float> p, Span<float> g, Span<float> m, Span<float> v, float stepSize, float correction)
    {
        var vectors = p.Length / Vector<float>.Count * Vector<float>.Count;
        Span<Vector<float>> ps = Vectors(p), gs = Vectors(g), ms = Vectors(m), vs = Vectors(v);
        for (var i = 0; i < ps.Length; i++)
        {
            ms[i] = (ms[i] * (float)Beta1) + (gs[i] * (float)(1 - Beta1));
            vs[i] = (vs[i] * (float)Beta2) + (gs[i] * gs[i] * (float)(1 - Beta2));
            ps[i] -= ms[i] / ((Vector.SquareRoot(vs[i]) / new Vector<float>(correction)) + new Vector<float>((float)Epsilon)) * stepSize;
            gs[i] = Vector<float>.Zero;
        }

        for (var i = vectors; i < p.Length; i++)
        {
            m[i] = (m[i] * (float)Beta1) + (g[i] * (float)(1 - Beta1));
            v[i] = (v[i] * (float)Beta2) + (g[i] * g[i] * (float)(1 - Beta2));
            p[i] -= m[i] / ((MathF.Sqrt(v[i]) / correction) + (float)Epsilon) * stepSize;
            g[i] = 0;
        }

        static Span<Vector<float>> Vectors(Span<float> numbers) => MemoryMarshal.Cast<float, Vector<float>>(numbers);
    }
}
