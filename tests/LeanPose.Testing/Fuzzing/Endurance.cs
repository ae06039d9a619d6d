using LeanPose.Datasets;
using Xunit;

namespace LeanPose.Testing.Fuzzing;

/// <summary>What every reader promises of files that are damaged.</summary>
public static class Endurance
{
    /// <summary>Far above any of these files' needs, far below what a claimed size could ask for.</summary>
    private const long MostBytes = 256L << 20;

    // Only a reader that hangs takes so long.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    /// <summary>Reads a file: it is accepted, or refused with a located message; memory and time are bounded.</summary>
    /// <param name="what">For messages: reader and number.</param>
    /// <param name="place">What every place must name: the file.</param>
    /// <param name="read">The reader.</param>
    /// <returns>Whether it was accepted.</returns>
    public static bool Reads(string what, string place, Action read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = TimeProvider.System.GetTimestamp();
        var accepted = false;
        try
        {
            read();
            accepted = true;
        }
        catch (DataException e)
        {
            Assert.All(e.Problems, p => Assert.True(p.Where.Contains(place, StringComparison.Ordinal) && p.Problem.Length > 0, $"{what}: the message names no place: {p}"));
        }
        catch (Exception e)
        {
            Assert.Fail($"{what}: {e}");
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytes, $"{what} took {GC.GetAllocatedBytesForCurrentThread() - before} bytes");
        Assert.True(TimeProvider.System.GetElapsedTime(start) < s_longest, $"{what} took {TimeProvider.System.GetElapsedTime(start)}");
        return accepted;
    }
}
