using LeanPose.Datasets;

namespace LeanPose.Formats.Matlab;

/// <summary>A keypoint of a source that counts pixels from 1.</summary>
internal static class MatlabPoint
{
    /// <summary>The keypoint counted from 0; unlabelled where that is said or a coordinate is no number.</summary>
    public static Keypoint Of(double x, double y, Visibility visibility) =>
        visibility == Visibility.Unlabelled || !double.IsFinite(x) || !double.IsFinite(y) ? default : new(x - 1, y - 1, visibility);
}
