using System.Runtime.CompilerServices;
using LeanPose.Learning.Native;
using Xunit;

namespace LeanPose.Learning.Tests.Native;

public sealed class FinalizerPauseTests
{
    private static int s_finalized;

    [Fact]
    public void Nothing_is_finalized_until_the_last_pause_ends()
    {
        var before = Volatile.Read(ref s_finalized);
        var outer = FinalizerPause.Begin();
        var inner = FinalizerPause.Begin();
        LeaveGarbage();
        GC.Collect();
        Assert.Equal(before, Volatile.Read(ref s_finalized));
        inner.Dispose();
        inner.Dispose();
        GC.Collect();
        Assert.Equal(before, Volatile.Read(ref s_finalized));

        outer.Dispose();
        GC.WaitForPendingFinalizers();
        Assert.Equal(before + 1, Volatile.Read(ref s_finalized));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveGarbage() => _ = new Witness();

    private sealed class Witness
    {
        ~Witness() => Interlocked.Increment(ref s_finalized);
    }
}
