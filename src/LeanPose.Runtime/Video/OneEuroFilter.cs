namespace LeanPose.Runtime.Video;

/// <summary>
/// Smooths one number over time (Casiez, Roussel, Vogel: "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in
/// Interactive Systems", CHI 2012). A first-order low-pass whose cutoff frequency rises with the speed, which is low-passed itself.
/// </summary>
public sealed class OneEuroFilter
{
    private readonly double _minCutoff, _beta, _derivativeCutoff;
    private double _speed, _seconds;

    /// <summary>A filter that has seen nothing.</summary>
    /// <param name="minCutoff">Cutoff frequency at rest, hertz, above 0.</param>
    /// <param name="beta">Rise of the cutoff with the speed, hertz for one unit a second, 0 or more.</param>
    /// <param name="derivativeCutoff">Cutoff frequency of the speed, hertz, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public OneEuroFilter(double minCutoff = 1, double beta = 0, double derivativeCutoff = 1)
    {
        Require(minCutoff is > 0 and < double.PositiveInfinity, minCutoff, nameof(minCutoff), "above 0");
        Require(beta is >= 0 and < double.PositiveInfinity, beta, nameof(beta), "0 or more");
        Require(derivativeCutoff is > 0 and < double.PositiveInfinity, derivativeCutoff, nameof(derivativeCutoff), "above 0");
        (_minCutoff, _beta, _derivativeCutoff) = (minCutoff, beta, derivativeCutoff);
    }

    /// <summary>The last smoothed number; null before the first and after <see cref="Reset"/>.</summary>
    public double? Value { get; private set; }

    /// <summary>Takes the next number. The first comes out as it is.</summary>
    /// <param name="value">What was measured.</param>
    /// <param name="seconds">When, later than the one before; distances need not be equal.</param>
    /// <param name="unit">What the speed is counted in, in the units of <paramref name="value"/>; does not change the result in any other way.</param>
    /// <returns>The smoothed number.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite, the time not later than the last, or the unit not above 0.</exception>
    public double Next(double value, double seconds, double unit = 1)
    {
        Require(double.IsFinite(value), value, nameof(value), "finite");
        Require(unit is > 0 and < double.PositiveInfinity, unit, nameof(unit), "above 0");
        if (Value is not { } last)
        {
            Require(double.IsFinite(seconds), seconds, nameof(seconds), "finite");
            (_speed, _seconds, Value) = (0, seconds, value);
            return value;
        }

        var step = seconds - _seconds;
        Require(step is > 0 and < double.PositiveInfinity, seconds, nameof(seconds), $"later than the last time, {_seconds}");
        _speed += Share(_derivativeCutoff, step) * (((value - last) / step) - _speed);
        last += Share(_minCutoff + (_beta * Math.Abs(_speed) / unit), step) * (value - last);
        (_seconds, Value) = (seconds, last);
        return last;
    }

    /// <summary>Forgets everything: the next number comes out as it is.</summary>
    public void Reset() => Value = null;

    // The paper's α = 1 / (1 + τ/T) with τ = 1/(2π·cutoff).
    private static double Share(double cutoff, double step)
    {
        var r = 2 * Math.PI * cutoff * step;
        return r / (1 + r);
    }

    private static void Require(bool holds, double value, string name, string expected)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"Must be {expected}.");
    }
}
