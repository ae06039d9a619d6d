using System.Diagnostics;
using System.Globalization;

namespace LeanPose.Learning.Benchmarking;

/// <summary>Memory of this process that lies in RAM.</summary>
public static class ProcessMemory
{
    private const string Status = "/proc/self/status";

    /// <summary>Bytes now.</summary>
    public static long Resident() => Read("VmRSS") ?? Own(p => p.WorkingSet64);

    /// <summary>Most bytes since the process began; null where the system does not say.</summary>
    public static long? Peak() => Read("VmHWM") ?? (Own(p => p.PeakWorkingSet64) is > 0 and var bytes ? bytes : null);

    private static long Own(Func<Process, long> read)
    {
        using var process = Process.GetCurrentProcess();
        return read(process);
    }

    // "VmHWM:	  123456 kB"
    private static long? Read(string name) => File.Exists(Status) && File.ReadLines(Status).FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.Ordinal)) is { } line
        ? 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
        : null;
}
