using LeanPose.Datasets;
using LeanPose.Drawing;
using LeanPose.Geometry;
using LeanPose.Imaging;

namespace LeanPose.Checks;

/// <summary>Pictures of findings: the person with its labels and box, a ring where the fault is.</summary>
public static class FindingPicture
{
    /// <summary>Draws a finding; null where it is about no picture, or the picture cannot be read.</summary>
    /// <param name="finding">What was found.</param>
    /// <param name="size">Width and height of the drawing, pixels.</param>
    public static RgbImage? Draw(Finding finding, int size) => finding.Image?.Path is { } path && Load(path) is { } image
        ? finding is { Person: { } person, In: { } set } ? Draw(image, person, set, finding.At, size) : Whole(image, size)
        : null;

    /// <summary>The other of two pictures that are alike; null where the finding is about one.</summary>
    /// <param name="finding">What was found.</param>
    /// <param name="size">Width and height of the drawing, pixels.</param>
    public static RgbImage? DrawOther(Finding finding, int size) => finding.Other?.Path is { } path && Load(path) is { } image ? Whole(image, size) : null;

    private static RgbImage? Load(string path)
    {
        try
        {
            return ImageDecoder.Load(path);
        }
        catch (DataException)
        {
            return null;
        }
    }

    private static RgbImage Whole(RgbImage image, int size) => PersonCrop.Cut(image, new Box(0, 0, image.Width, image.Height), size, size, margin: 1).Picture;

    private static RgbImage Draw(RgbImage image, CheckedPerson person, CheckedSet set, Point2? at, int size)
    {
        var crop = PersonCrop.Cut(image, View(image, person, at), size, size);
        if (person.Keypoints.Length == set.Skeleton.Count)
            SkeletonPainter.Draw(crop.Picture, set.Skeleton, [.. person.Keypoints.Select(k => crop.FromImage.Apply(new(k.X, k.Y)) is var p ? k with { X = p.X, Y = p.Y } : k)]);
        if (person.Box is { } box && crop.FromImage.Apply(new(box.X, box.Y)) is var corner)
            FaultPainter.DrawBox(crop.Picture, new Box(corner.X, corner.Y, box.Width * crop.FromImage.M11, box.Height * crop.FromImage.M22));
        if (at is { } fault)
            FaultPainter.Draw(crop.Picture, [new FaultMark(crop.FromImage.Apply(fault), [])]);
        return crop.Picture;
    }

    // Box, keypoints and fault, but never so much that the person vanishes in it.
    private static Box View(RgbImage image, CheckedPerson person, Point2? at)
    {
        var boxes = new[] { person.Box, person.Extent(), at is { } p ? new Box(p.X, p.Y, 0, 0) : null }.OfType<Box>().ToArray();
        if (boxes.Length == 0)
            return new Box(0, 0, image.Width, image.Height);
        double Bound(double value, double side) => Math.Clamp(value, -0.5 * side, 1.5 * side);
        double left = Bound(boxes.Min(b => b.X), image.Width), right = Bound(boxes.Max(b => b.Right), image.Width);
        double top = Bound(boxes.Min(b => b.Y), image.Height), bottom = Bound(boxes.Max(b => b.Bottom), image.Height);
        return new Box(left, top, Math.Max(1, right - left), Math.Max(1, bottom - top));
    }
}
