using System.Diagnostics;
using System.Globalization;

namespace LeanPose.Learning.Benchmarking;

/// <summary>How busy others keep this machine: numbers taken beside other work are worth nothing.</summary>
public sealed class MachineLoad
{
    // The kernel counts in hundredths of a second for programs, whatever it counts in itself.
    private const double TicksPerSecond = 100;
    private readonly (double All, double Own)? _start = Seconds();
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Cores that other programs (or, on a virtual machine, other machines) have kept busy on average since this object was made; null where the system does not say.</summary>
    public double? OthersCores() => _start is { } before && Seconds() is { } now
        ? Math.Max(0, (now.All - before.All - (now.Own - before.Own)) / _clock.Elapsed.TotalSeconds)
        : null;

    /// <summary>The system's load average of the last minute; null where there is none.</summary>
    public static double? LoadAverage() => Read("/proc/loadavg") is [var first, ..] ? double.Parse(first, CultureInfo.InvariantCulture) : null;

    // Processor seconds of the whole machine, and of this process with those children that have ended.
    private static (double All, double Own)? Seconds()
    {
        // cpu user nice system idle iowait irq softirq steal …
        if (Read("/proc/stat") is not ["cpu", .. var all] || all.Length < 8 || Read("/proc/self/stat", after: ") ") is not { Length: > 14 } own)
            return null;
        // After the name in brackets: state is field 3, utime 14, stime 15, and those of ended children 16 and 17.
        return (Sum(all, 0, 1, 2, 5, 6, 7), Sum(own, 11, 12, 13, 14));
    }

    private static double Sum(string[] fields, params int[] which) => which.Sum(i => double.Parse(fields[i], CultureInfo.InvariantCulture)) / TicksPerSecond;

    private static string[]? Read(string path, string after = "")
    {
        if (!File.Exists(path))
            return null;
        var line = File.ReadLines(path).First();
        return line[(line.LastIndexOf(after, StringComparison.Ordinal) is var at && after.Length > 0 ? at + after.Length : 0)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
