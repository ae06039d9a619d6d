namespace LeanPose.Cli.Reports;

/// <summary>One axis of a chart: the range of values, where a value lies in it (0 to 1), and round numbers to label.</summary>
internal sealed class Axis
{
    private readonly bool _logarithmic;
    private readonly double _low;
    private readonly double _high;

    private Axis(bool logarithmic, double low, double high, IReadOnlyList<double> ticks)
    {
        _logarithmic = logarithmic;
        _low = low;
        _high = high;
        Ticks = ticks;
    }

    /// <summary>Values to label, in rising order.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Equal steps; the ends are rounded outwards where <paramref name="round"/>.</summary>
    public static Axis Linear(double min, double max, bool round)
    {
        if (!(max > min))
            (min, max) = (min - Half(min), max + Half(max));
        var step = NiceStep((max - min) / 5);
        double low = round ? Math.Floor(min / step) * step : min, high = round ? Math.Ceiling(max / step) * step : max;
        var ticks = new List<double>();
        for (var k = Math.Ceiling((low / step) - 1e-9); k * step <= high + (step * 1e-9); k++)
            ticks.Add(k * step);
        return new Axis(false, low, high, ticks);
    }

    /// <summary>Equal factors, for values above 0 that span several.</summary>
    public static Axis Logarithmic(double min, double max)
    {
        var decades = Math.Log10(max / min);
        double[] steps = decades > 2.5 ? [1] : [1, 2, 5];
        var ticks = new List<double>();
        for (var e = (int)Math.Floor(Math.Log10(min)); e <= Math.Ceiling(Math.Log10(max)); e++)
            ticks.AddRange(steps.Select(s => s * Math.Pow(10, e)).Where(t => t >= min * 0.999 && t <= max * 1.001));
        return new Axis(true, Math.Log(min), Math.Log(max), ticks);
    }

    /// <summary>0 at the lower end, 1 at the upper.</summary>
    public double Place(double value) => ((_logarithmic ? Math.Log(value) : value) - _low) / (_high - _low);

    private static double Half(double v) => v == 0 ? 0.5 : Math.Abs(v) / 2;

    private static double NiceStep(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
    }
}
