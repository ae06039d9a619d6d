namespace LeanPose.Drawing;

/// <summary>How <see cref="SkeletonPainter"/> draws.</summary>
public sealed record PaintOptions
{
    /// <summary>Keypoints with a score below this are left out, and so are limbs that end in one. Labels have no score and are drawn whenever they are labelled.</summary>
    public double MinScore { get; init; } = 0.2;

    /// <summary>Factor on the line width, which by itself follows the person's size.</summary>
    public double Thickness { get; init; } = 1;
}
