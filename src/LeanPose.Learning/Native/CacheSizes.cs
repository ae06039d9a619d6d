using System.Globalization;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace LeanPose.Learning.Native;

/// <summary>
/// Tells oneDNN, which computes libtorch's convolutions, how large the processor's caches are where the processor does not say.
/// </summary>
/// <remarks>
/// On some virtual machines AMD processors answer the question for their caches (CPUID leaf 0x8000001D) with zeros. oneDNN (3.7.1, of libtorch 2.10)
/// takes that for three caches of one byte. What it then computes is in part wrong (weights are not copied whole: gradients hold what was in the memory
/// before, not-a-numbers included); a convolution of 1024 channels, as in ResNet-50, ends the process with a division by zero. There is no
/// setting for it, so the sizes are written where oneDNN keeps them. Can go when libtorch comes with an oneDNN that knows such answers.
/// </remarks>
internal static unsafe class CacheSizes
{
    private const int ErrorsOnly = 2; // of c10/util/Logging.h

    // oneDNN's own guesses.
    private const int GuessedLevel1 = 32 << 10, GuessedLevel2 = 512 << 10, Level3OfACore = 1 << 20;

    // What the answer is taken for: ten sizes, for each the number of cores that share it, and how many of the ten there are.
    private static readonly uint[] OneByteEach =
    [
        1, 1, 1, 0, 0, 0, 0, 0, 0, 0,
        1, 1, 1, 0, 0, 0, 0, 0, 0, 0,
        3,
    ];

    /// <summary>Whether libtorch computes without oneDNN, because its sizes are not where they were looked for.</summary>
    public static bool OneDnnIsOff { get; private set; }

    /// <summary>Tells oneDNN the sizes where it does not know them. libtorch is loaded, and no other thread uses it yet.</summary>
    /// <returns>What to know of it: nothing where the processor says how large its caches are.</returns>
    public static IEnumerable<NativeFinding> Repair()
    {
        if (!AreHidden())
            return [];
        // NNPACK, a second library for convolutions, gives up on such a processor, and libtorch warns of it at every one, even where it is switched off.
        if (LibTorchExports.Loaded.LogLevel != null)
            *LibTorchExports.Loaded.LogLevel = ErrorsOnly;
        // oneDNN asks the processor at its first convolution.
        using (NewDisposeScope())
        using (no_grad())
            nn.functional.conv2d(ones(2, 16, 8, 8), ones(16, 16, 1, 1));
        var places = (OperatingSystem.IsLinux() ? Memory() : []).SelectMany(m => Find(new ReadOnlySpan<uint>((void*)m.Start, m.Words)).Select(at => m.Start + (at * sizeof(uint)))).ToList();
        if (places is not [var place])
            return [Unknown()];
        var (level1, level2) = Told();
        new[] { level1, level2, Level3OfACore }.CopyTo(new Span<int>((void*)place, 3));
        return
        [
            new(NativeFindingSeverity.Info, string.Create(CultureInfo.InvariantCulture, $"This (virtual) processor hides its cache sizes; oneDNN was told {level1 >> 10} KiB, {level2 >> 10} KiB and {Level3OfACore >> 10} KiB."), ""),
        ];
    }

    /// <summary>Where oneDNN keeps what it takes an answer of zeros for.</summary>
    /// <param name="memory">Where to look.</param>
    /// <returns>Indices of the first size.</returns>
    internal static List<int> Find(ReadOnlySpan<uint> memory)
    {
        var found = new List<int>();
        for (var at = 0; memory[at..].IndexOf(OneByteEach) is >= 0 and var next; at += next + 1)
            found.Add(at + next);
        return found;
    }

    private static bool AreHidden()
    {
        if (!X86Base.IsSupported)
            return false;
        var (_, b, c, d) = X86Base.CpuId(0, 0);
        return (b, d, c) == (0x68747541, 0x69746e65, 0x444d4163) // AuthenticAMD
            && (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax >= 0x8000001D
            && X86Base.CpuId(unchecked((int)0x8000001D), 0).Eax == 0;
    }

    // The older leaves for the first two levels, in KiB; a share of the third is not told by them.
    private static (int Level1, int Level2) Told()
    {
        var level1 = (int)((uint)X86Base.CpuId(unchecked((int)0x80000005), 0).Ecx >> 24) << 10;
        var level2 = (int)((uint)X86Base.CpuId(unchecked((int)0x80000006), 0).Ecx >> 16) << 10;
        return (level1 > 0 ? level1 : GuessedLevel1, level2 > 0 ? level2 : GuessedLevel2);
    }

    // The library's variables: what can be written of its file's mappings, and the part without a file that follows them.
    private static IEnumerable<(nint Start, int Words)> Memory()
    {
        var file = NativeLoading.LoadedFrom("torch_cpu");
        nint followed = 0;
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            var bounds = parts[0].Split('-');
            nint start = nint.Parse(bounds[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), end = nint.Parse(bounds[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var mine = parts.Length == 6 ? parts[5] == file : start == followed;
            if (mine)
                followed = end;
            if (mine && parts[1].StartsWith("rw", StringComparison.Ordinal))
                yield return (start, (int)((end - start) / sizeof(uint)));
        }
    }

    // Right without oneDNN, if slower.
    private static NativeFinding Unknown()
    {
        var exports = LibTorchExports.Loaded;
        OneDnnIsOff = exports.GlobalContext != null && exports.SetMkldnn != null;
        if (OneDnnIsOff)
            exports.SetMkldnn(exports.GlobalContext(), 0);
        return new(
            NativeFindingSeverity.Warning,
            "This (virtual) processor hides its cache sizes, which oneDNN, libtorch's library for convolutions, needs" + (OneDnnIsOff ? "; libtorch computes without it, which is slow." : ": results can be wrong, and the process can end."),
            "Use another kind of machine, or another processor.");
    }
}
