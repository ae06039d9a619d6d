using System.Runtime.CompilerServices;

namespace LeanPose.Learning.Native;

/// <summary>
/// Holds back finalizers while tensors are computed. TorchSharp 0.107 turns every number given to an operator into a
/// <c>Scalar</c> with a finalizer and hands native code its handle without keeping the object alive: a garbage collection
/// started by another thread at the wrong moment frees the number while libtorch reads it. That shows as
/// "Unknown scalar type", or not at all but as another number, once in some hundred thousand operators
/// (dotnet/TorchSharp#1434 is about the same objects). No caller can root what an implicit conversion makes, so the one
/// thread that runs finalizers waits instead; what has piled up runs when the pause is over.
/// </summary>
/// <remarks>Nobody may wait for finalizers (<see cref="GC.WaitForPendingFinalizers"/>) on a thread that holds a pause.</remarks>
public sealed class FinalizerPause : IDisposable
{
    // Parking takes well below a millisecond; a finalizer thread that is busy with something endless is not waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly Lock Door = new();
    private static int s_holders;
    private static Gate? s_gate;
    private bool _disposed;

    private FinalizerPause()
    {
    }

    /// <summary>Starts a pause; pauses of several threads overlap, and it ends with the last of them.</summary>
    public static FinalizerPause Begin()
    {
        lock (Door)
        {
            if (s_holders++ == 0)
            {
                s_gate = new Gate();
                LeaveParker(s_gate);
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                s_gate.Parked.Wait(Patience);
            }
        }

        return new FinalizerPause();
    }

    /// <summary>Ends the pause.</summary>
    public void Dispose()
    {
        lock (Door)
        {
            if (_disposed)
                return;
            _disposed = true;
            if (--s_holders == 0)
            {
                s_gate!.Open.Set();
                s_gate = null;
            }
        }
    }

    // In a method of its own, so that no register or stack slot of the caller keeps the object alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveParker(Gate gate) => _ = new Parker(gate);

    private sealed class Gate
    {
        public ManualResetEventSlim Parked { get; } = new();

        public ManualResetEventSlim Open { get; } = new();
    }

    private sealed class Parker(Gate gate)
    {
        ~Parker()
        {
            gate.Parked.Set();
            gate.Open.Wait();
        }
    }
}
