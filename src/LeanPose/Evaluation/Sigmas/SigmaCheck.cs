using System.Globalization;

namespace LeanPose.Evaluation.Sigmas;

/// <summary>Finds OKS sigmas with which the metric says little.</summary>
public static class SigmaCheck
{
    /// <summary>Sigmas above this forgive errors that anybody sees; COCO's largest, the hips', is 0.107.</summary>
    public const double Loose = 0.15;

    /// <summary>A mean above this does so for the whole pose; COCO's is 0.066.</summary>
    public const double LooseMean = 0.12;

    /// <summary>Sigmas below this ask for more than labels are worth; the tightest published ones are AI Challenger's 0.0106.</summary>
    public const double Tight = 0.01;

    /// <summary>An estimate from fewer persons is a guess.</summary>
    public const int FewPersons = 30;

    private const double SideRatio = 1.5, OutlierRatio = 1.5;

    // OKS of a keypoint falls to one half at d = s·σ·√(8·ln 2).
    private static readonly double s_halfRight = Math.Sqrt(8 * Math.Log(2));

    /// <summary>What is doubtful about sigmas, one sentence each; empty where nothing is.</summary>
    /// <param name="keypoints">Names.</param>
    /// <param name="sigmas">One each.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> keypoints, IReadOnlyList<double> sigmas)
    {
        var found = new List<string>();
        for (var j = 0; j < sigmas.Count; j++)
        {
            if (sigmas[j] > Loose)
                found.Add($"{keypoints[j]}: σ {Text(sigmas[j])} is loose; a keypoint that is off by {100 * sigmas[j] * s_halfRight:0} % of the person's size still counts as half right.");
            else if (sigmas[j] < Tight)
                found.Add($"{keypoints[j]}: σ {Text(sigmas[j])} is tight; on a person of 100 pixels a keypoint that is off by {Text(100 * sigmas[j] * s_halfRight)} pixels counts as half wrong, which is within what labels vary.");
            if (Mirrored(keypoints, j) is { } other && Math.Max(sigmas[j], sigmas[other]) > SideRatio * Math.Min(sigmas[j], sigmas[other]))
                found.Add($"{keypoints[j]} and {keypoints[other]}: σ {Text(sigmas[j])} and {Text(sigmas[other])}; the two sides of a body are about as hard to place.");
        }

        if (sigmas.Count > 0 && sigmas.Average() > LooseMean)
            found.Add($"The mean σ is {Text(sigmas.Average())} (COCO's is 0.066): OKS comes out near 1 while keypoints are visibly off.");
        if (sigmas.Count > 2 && sigmas.All(s => Math.Abs(s - (1.0 / sigmas.Count)) < 1e-9))
            found.Add($"All sigmas are 1 / {sigmas.Count}, a placeholder: they were not measured.");
        return found;
    }

    /// <summary>What is doubtful about an estimate, one sentence each; empty where nothing is.</summary>
    public static IReadOnlyList<string> Of(SigmaEstimate estimate)
    {
        var found = new List<string>();
        foreach (var k in estimate.Keypoints)
        {
            if (k.Sigma is not { } sigma)
                found.Add($"{k.Keypoint}: nobody has two labels of it.");
            else if (k.Persons < FewPersons)
                found.Add($"{k.Keypoint}: estimated from {k.Persons} persons; at least {FewPersons} make it worth using.");
            if (k.Sigma > OutlierRatio * k.Robust)
                found.Add($"{k.Keypoint}: σ {Text(k.Sigma.Value)}, but {Text(k.Robust!.Value)} from the median: a few labels lie far apart (swapped sides, another person?). Look at them first.");
        }

        var known = estimate.Keypoints.Where(k => k.Sigma > 0).ToArray();
        found.AddRange(Of([.. known.Select(k => k.Keypoint)], [.. known.Select(k => k.Sigma!.Value)]));
        found.AddRange(estimate.Keypoints.Where(k => k.Sigma == 0).Select(k => $"{k.Keypoint}: the labels are equal everywhere; a copy is no second annotation."));
        return found;
    }

    private static int? Mirrored(IReadOnlyList<string> keypoints, int j)
    {
        if (!keypoints[j].StartsWith("left_", StringComparison.Ordinal))
            return null;
        var right = "right_" + keypoints[j]["left_".Length..];
        for (var i = 0; i < keypoints.Count; i++)
        {
            if (keypoints[i] == right)
                return i;
        }

        return null;
    }

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
