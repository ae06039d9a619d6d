namespace LeanPose.Learning.Views;

/// <summary>How much is damaged, and which oddities of the published code are wanted.</summary>
public sealed record DamageOptions
{
    /// <summary>JC: rectangles per picture.</summary>
    public int JointCutoutHoles { get; init; } = 5;

    /// <summary>JO: patches per picture.</summary>
    public int CutOccludePatches { get; init; } = 2;

    /// <summary>CO: rectangles per picture.</summary>
    public int CutoutHoles { get; init; } = 5;

    /// <summary>CM: rectangles per picture.</summary>
    public int CutMixPatches { get; init; } = 2;

    /// <summary>RA: strength of 30.</summary>
    public double RandAugmentMagnitude { get; init; } = 20;

    /// <summary>Channels whose keypoints JC and JO aim at.</summary>
    public required IReadOnlyList<int> Joints { get; init; }

    /// <summary>Factor of sizes and jitter; 1 are the published pixels, made for crops of 192×256.</summary>
    public double HoleScale { get; init; } = 1;

    /// <summary>compat: JO takes a keypoint's y as column and its x as row.</summary>
    public bool CutOccludeTransposed { get; init; }

    /// <summary>compat: JO blanks the whole target where source and target are cut differently by the border.</summary>
    public bool CutOccludeGreyBars { get; init; }

    /// <summary>compat: JC, CO and CM take the height for the width and the other way round.</summary>
    public bool SwappedBounds { get; init; }

    /// <summary>Whether CM takes its patches from pictures before any damage; off, as published, from what the damages before it made of them.</summary>
    public bool CleanDonor { get; init; }

    /// <summary>The factor for crops of another size: √(W·H / (192·256)).</summary>
    public static double ScaleFor(int width, int height) => Math.Sqrt(width * (double)height / (192 * 256));
}
