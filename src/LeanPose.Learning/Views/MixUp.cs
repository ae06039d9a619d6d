using LeanPose.Randomness;
using static TorchSharp.torch;

namespace LeanPose.Learning.Views;

/// <summary>
/// MixUp (Zhang et al., ICLR 2018) as MultiAugs tried it: λ·I + (1 − λ)·I[partner] with λ = 1 − ¼·Beta(0.2, 0.2), so that
/// the partner is a ghost to be ignored; its keypoints do not enter the target.
/// </summary>
public static class MixUp
{
    /// <summary>Mixes.</summary>
    /// <param name="images"><c>B×C×H×W</c>.</param>
    /// <param name="share">λ, the picture's own share.</param>
    /// <param name="partners">For each picture the one that is mixed in.</param>
    public static Tensor Apply(Tensor images, double share, int[] partners)
    {
        using var scope = NewDisposeScope();
        var others = images.index_select(0, tensor(partners.Select(p => (long)p).ToArray()).to(images.device));
        return ((images * share) + (others * (1 - share))).MoveToOuterDisposeScope();
    }

    /// <summary>One λ in [¾, 1].</summary>
    public static double DrawShare(long seed, string purpose, long step)
    {
        // Beta(a, a) by Jöhnk's method, made for parameters below 1.
        var random = KeyedRandom.For(seed, purpose, step);
        while (true)
        {
            double x = Math.Pow(random.NextDouble(), 1 / 0.2), y = Math.Pow(random.NextDouble(), 1 / 0.2);
            if (x + y is > 0 and <= 1)
                return 1 - (0.25 * x / (x + y));
        }
    }
}
