using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace LeanPose.Learning.Native;

/// <summary>What of the processor decides how fast libtorch computes.</summary>
[Flags]
public enum CpuCapabilities
{
    /// <summary>None of those below.</summary>
    None = 0,

    /// <summary>256-bit vectors (x86).</summary>
    Avx2 = 1,

    /// <summary>512-bit vectors (x86: F, BW, CD, DQ and VL).</summary>
    Avx512 = 2,

    /// <summary>Dot products of bfloat16 in 512-bit vectors (x86).</summary>
    Avx512BFloat16 = 4,

    /// <summary>Tile products of bfloat16 (x86).</summary>
    AmxBFloat16 = 8,

    /// <summary>128-bit vectors (Arm).</summary>
    Neon = 16,
}

/// <summary>Asks the processor.</summary>
internal static class Cpu
{
    /// <summary>What this processor can do and the system allows.</summary>
    public static CpuCapabilities Detect()
    {
        var found = CpuCapabilities.None;
        if (AdvSimd.IsSupported)
            found |= CpuCapabilities.Neon;
        if (Avx2.IsSupported)
            found |= CpuCapabilities.Avx2;

        // IsSupported includes the system's consent to save the wide registers, which CPUID alone does not tell.
        if (!Avx512BW.VL.IsSupported || !Avx512CD.VL.IsSupported || !Avx512DQ.VL.IsSupported)
            return found;
        found |= CpuCapabilities.Avx512;

        // Leaf 7 (structured extended features): sub-leaf 1 EAX bit 5 is AVX512_BF16, sub-leaf 0 EDX bit 22 AMX-BF16.
        if (X86Base.CpuId(0, 0).Eax < 7)
            return found;
        var features = X86Base.CpuId(7, 0);
        if (features.Eax >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0)
            found |= CpuCapabilities.Avx512BFloat16;
        if ((features.Edx & (1 << 22)) != 0)
            found |= CpuCapabilities.AmxBFloat16;
        return found;
    }
}
