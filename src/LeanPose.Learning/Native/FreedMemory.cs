using System.Runtime.InteropServices;

namespace LeanPose.Learning.Native;

/// <summary>
/// What becomes of memory that libtorch frees. glibc gives large blocks back to the system at once, and every step then
/// has its activations cleared and mapped anew, page by page: a seventh of a training step on two cores. Told to keep them,
/// it does so for the next step; the peak stays what it was, since a step needs as much as the one before.
/// </summary>
public static unsafe class FreedMemory
{
    // Of malloc.h.
    private const int TrimThreshold = -1, TopPad = -2, MmapThreshold = -3;
    private static readonly Lazy<bool> Kept = new(Tell);

    /// <summary>Keeps freed memory from now on, for the whole process.</summary>
    /// <returns>Whether the system's allocator could be told; on systems without glibc it is left as it is.</returns>
    public static bool Keep() => Kept.Value;

    private static bool Tell()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var libc) || !NativeLibrary.TryGetExport(libc, "mallopt", out var address))
            return false;
        var mallopt = (delegate* unmanaged[Cdecl]<int, int, int>)address;
        return (mallopt(MmapThreshold, 1 << 30) & mallopt(TrimThreshold, int.MaxValue) & mallopt(TopPad, 64 << 20)) != 0;
    }
}
