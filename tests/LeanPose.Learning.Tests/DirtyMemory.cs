using static TorchSharp.torch;

namespace LeanPose.Learning.Tests;

/// <summary>Freed memory that holds a value, for what forgets to write some of its own: operators get such memory again.</summary>
internal static class DirtyMemory
{
    /// <summary>Fills blocks of many sizes, up to a few times that of a small network's weights and maps, and frees them.</summary>
    /// <param name="value">In bf16, as what is looked for computes in it.</param>
    public static void Leave(float value)
    {
        using var scope = NewDisposeScope();
        for (var length = 64L; length < 1 << 21; length += Math.Max(64, length / 16))
        {
            // Several of each size at once: a free list is longer than one.
            for (var i = 0; i < (length < 1 << 16 ? 4 : 1); i++)
                full(length, value, ScalarType.BFloat16);
        }
    }
}
