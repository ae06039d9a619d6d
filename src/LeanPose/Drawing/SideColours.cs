using LeanPose.Skeletons;
using SkiaSharp;

namespace LeanPose.Drawing;

/// <summary>
/// Colours by body side: the person's left is orange, the right is blue, the middle is green, in every picture the same,
/// so that a mirrored prediction shows at a glance. Orange and blue stay apart for colour-blind readers.
/// </summary>
public static class SideColours
{
    /// <summary>The person's left side, as red, green, blue.</summary>
    public static (byte R, byte G, byte B) Left { get; } = (255, 159, 28);

    /// <summary>The person's right side, as red, green, blue.</summary>
    public static (byte R, byte G, byte B) Right { get; } = (56, 182, 255);

    /// <summary>Head, neck, torso middle, and limbs that join both sides, as red, green, blue.</summary>
    public static (byte R, byte G, byte B) Middle { get; } = (150, 230, 90);

    /// <summary>Colour of a keypoint.</summary>
    internal static SKColor OfKeypoint(Skeleton skeleton, int keypoint) => Colour(Side(skeleton, keypoint));

    /// <summary>Colour of a limb: a side's where one end is on that side and the other is not on the opposite one.</summary>
    internal static SKColor OfLimb(Skeleton skeleton, int a, int b) => Colour(Math.Sign(Side(skeleton, a) + Side(skeleton, b)));

    // -1 left, +1 right, 0 middle: a keypoint that the mirror does not move is in the middle.
    private static int Side(Skeleton skeleton, int keypoint)
    {
        foreach (var (left, right) in skeleton.FlipPairs)
        {
            if (keypoint == left)
                return -1;
            if (keypoint == right)
                return 1;
        }

        return 0;
    }

    private static SKColor Colour(int side)
    {
        var (r, g, b) = side switch { < 0 => Left, > 0 => Right, _ => Middle };
        return new SKColor(r, g, b);
    }
}
