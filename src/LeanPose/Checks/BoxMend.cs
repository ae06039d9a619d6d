using System.Text.Json.Nodes;
using LeanPose.Geometry;

namespace LeanPose.Checks;

/// <summary>Boxes for a corrected copy.</summary>
internal static class BoxMend
{
    // What a box of a whole person is larger than its outermost joints: half a head above, a foot below.
    private const double Padding = 0.15;

    /// <summary>A box around keypoints, clipped to the picture; drops the annotation where there are no keypoints.</summary>
    public static Action<AnnotationTree> Around(int annotation, Box? keypoints, CheckedImage? image)
    {
        if (keypoints is not { } extent || image is null)
            return tree => tree.DropAnnotation(annotation);
        var pad = Padding * Math.Max(Math.Max(extent.Width, extent.Height), 4);
        double left = Math.Max(0, extent.X - pad), top = Math.Max(0, extent.Y - pad), right = extent.Right + pad, bottom = extent.Bottom + pad;
        if (image is { Width: > 0, Height: > 0 })
            (right, bottom) = (Math.Min(image.Width, right), Math.Min(image.Height, bottom));
        return Set(annotation, new(left, top, right - left, bottom - top));
    }

    /// <summary>Another box; the area follows where it could not be that box's.</summary>
    public static Action<AnnotationTree> Set(int annotation, Box box) => tree =>
    {
        if (tree.Annotation(annotation) is not { } record)
            return;
        record["bbox"] = new JsonArray(Round(box.X), Round(box.Y), Round(box.Width), Round(box.Height));
        if (record["area"] is not JsonValue area || !area.TryGetValue<double>(out var value) || value <= 0.03 * box.Area || value > box.Area)
            record["area"] = Round(box.Area);
    };

    private static double Round(double value) => Math.Round(value, 2);
}
