using LeanPose.Datasets;
using LeanPose.Skeletons;

namespace LeanPose.Geometry;

/// <summary>Mirrors left and right: in a mirrored picture the left wrist is a right wrist.</summary>
public static class KeypointFlip
{
    /// <summary>The map x → width − 1 − x that mirrors a picture whose pixel centres lie at whole numbers. It is its own inverse.</summary>
    /// <param name="width">Picture width, pixels.</param>
    public static Affine2 Map(double width) => new(-1, 0, width - 1, 0, 1, 0);

    /// <summary>The keypoints of the mirrored picture. Flip partners change places; unlabelled ones become (0, 0).</summary>
    /// <param name="keypoints">J keypoints, pixels of the picture.</param>
    /// <param name="skeleton">Says who changes places.</param>
    /// <param name="width">Picture width, pixels.</param>
    /// <param name="target">J keypoints; must not be the same memory as <paramref name="keypoints"/>.</param>
    public static void Mirror(ReadOnlySpan<Keypoint> keypoints, Skeleton skeleton, double width, Span<Keypoint> target)
    {
        for (var i = 0; i < keypoints.Length; i++)
        {
            var k = keypoints[skeleton.FlipIndex[i]];
            target[i] = k.IsLabelled ? k with { X = width - 1 - k.X } : default;
        }
    }
}
