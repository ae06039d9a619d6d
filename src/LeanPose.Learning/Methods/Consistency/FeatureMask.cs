using LeanPose.Randomness;
using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>Ablation of SSPCM: one random spatial cell of the last feature map is zeroed per picture.</summary>
public static class FeatureMask
{
    /// <summary>Zeroes the given cells.</summary>
    /// <param name="features"><c>B×C×h×w</c>.</param>
    /// <param name="cells">One flat position (y·w + x) per picture.</param>
    public static Tensor Apply(Tensor features, IReadOnlyList<long> cells)
    {
        var (height, width) = (features.shape[2], features.shape[3]);
        var mask = new float[cells.Count * height * width];
        Array.Fill(mask, 1);
        for (var i = 0; i < cells.Count; i++)
            mask[(i * height * width) + cells[i]] = 0;
        return features * tensor(mask, [cells.Count, 1, height, width]).to(features.device);
    }

    internal static Tensor Random(Tensor features, long seed, string network, int step)
    {
        var cells = (int)(features.shape[2] * features.shape[3]);
        return Apply(features, [.. Enumerable.Range(0, (int)features.shape[0]).Select(i => (long)KeyedRandom.For(seed, "feature mask/" + network, step, i).NextInt(cells))]);
    }
}
