using LeanPose.Datasets;
using LeanPose.Skeletons;

namespace LeanPose.Geometry;

/// <summary>
/// Half-body augmentation of HRNet's data set code: the crop shows only the upper or only the lower body, so that the network
/// learns to do without the other half.
/// </summary>
public static class HalfBody
{
    private const double Margin = 1.5;
    private static readonly string[] LowerBody = ["hip", "knee", "ankle", "heel", "toe", "foot"];

    /// <summary>For each keypoint, whether it belongs to the upper body: all but the root, hips, legs and feet.</summary>
    public static bool[] UpperKeypoints(Skeleton skeleton) =>
        [.. skeleton.Keypoints.Select(k => k is not "root" && !LowerBody.Any(part => k.Contains(part, StringComparison.Ordinal)))];

    /// <summary>The frame around one half of the body.</summary>
    /// <param name="keypoints">The person's keypoints, image pixels.</param>
    /// <param name="isUpper">For each keypoint, whether it is of the upper body.</param>
    /// <param name="preferUpper">The random draw: the upper body if it has more than 2 labelled keypoints; else the lower if that has, else the upper.</param>
    /// <param name="aspect">Crop width over crop height.</param>
    /// <returns>Centre = mean of the half's keypoints, size = 1.5 × their extent; null where the half has fewer than 2 keypoints or no extent.</returns>
    public static PersonFrame? Frame(ReadOnlySpan<Keypoint> keypoints, ReadOnlySpan<bool> isUpper, bool preferUpper, double aspect)
    {
        var upper = Extent.Of(keypoints, isUpper, true);
        var lower = Extent.Of(keypoints, isUpper, false);
        var half = (preferUpper && upper.Count > 2) || lower.Count <= 2 ? upper : lower;
        if (half.Count < 2)
            return null;
        var frame = PersonFrame.FromBox(half.Bounds, aspect, Margin);
        return frame.ScaleX > 0 ? frame with { Center = half.Mean } : null;
    }

    private readonly record struct Extent(int Count, Point2 Mean, Box Bounds)
    {
        public static Extent Of(ReadOnlySpan<Keypoint> keypoints, ReadOnlySpan<bool> isUpper, bool wanted)
        {
            var count = 0;
            var sum = default(Point2);
            double left = double.PositiveInfinity, top = left, right = double.NegativeInfinity, bottom = right;
            for (var i = 0; i < keypoints.Length; i++)
            {
                var k = keypoints[i];
                if (isUpper[i] != wanted || !k.IsLabelled)
                    continue;
                count++;
                sum += new Point2(k.X, k.Y);
                (left, right) = (Math.Min(left, k.X), Math.Max(right, k.X));
                (top, bottom) = (Math.Min(top, k.Y), Math.Max(bottom, k.Y));
            }

            return count == 0 ? default : new(count, sum * (1.0 / count), new Box(left, top, right - left, bottom - top));
        }
    }
}
