using LeanPose.Datasets;
using LeanPose.Drawing;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;

namespace LeanPose.Cli.Reports;

/// <summary>Crops of one person with a label or a prediction drawn in. Drawing comes after cutting, so that lines are sharp at any size.</summary>
internal sealed class PersonPictures
{
    private readonly RgbImage _image;
    private readonly Affine2 _toImage;
    private readonly PersonInstance _person;
    private readonly int _size;

    // What is packed shows a part of the picture, perhaps a reduced one.
    private PersonPictures(PictureWindow window, PersonInstance person, int size)
    {
        (_image, _person, _size) = (window.ToImage(), person, size);
        _toImage = new Affine2(1, 0, -window.Window.Left, 0, 1, -window.Window.Top).After(window.ToReduced);
    }

    /// <summary>Reads the person's image; null where it cannot be read any more (a report must not fail for that).</summary>
    /// <param name="person">Whose image.</param>
    /// <param name="size">Width and height of the crops, pixels.</param>
    public static PersonPictures? Open(PersonInstance person, int size)
    {
        try
        {
            using var window = person.Pixels.ReadAll();
            return new PersonPictures(window, person, size);
        }
        catch (DataException)
        {
            return null;
        }
    }

    /// <summary>The person with the label.</summary>
    /// <param name="skeleton">Its keypoints.</param>
    /// <param name="marks">Places to mark, image pixels.</param>
    public RgbImage Label(Skeleton skeleton, IReadOnlyList<FaultMark>? marks = null)
    {
        var crop = Cut();
        SkeletonPainter.Draw(crop.Picture, skeleton, [.. _person.Keypoints.Select(k => crop.FromImage.Apply(new(k.X, k.Y)) is var p ? k with { X = p.X, Y = p.Y } : k)]);
        return Marked(crop, marks);
    }

    /// <summary>The person with a prediction; every keypoint, however unsure, because evaluation counts them all.</summary>
    /// <param name="skeleton">Its keypoints.</param>
    /// <param name="result">The prediction, image pixels.</param>
    /// <param name="marks">Places to mark, image pixels.</param>
    public RgbImage Prediction(Skeleton skeleton, PoseResult result, IReadOnlyList<FaultMark>? marks = null)
    {
        var crop = Cut();
        SkeletonPainter.Draw(
            crop.Picture,
            skeleton,
            [.. result.Keypoints.Select(k => crop.FromImage.Apply(new(k.X, k.Y)) is var p ? k with { X = p.X, Y = p.Y } : k)],
            new PaintOptions { MinScore = double.NegativeInfinity });
        return Marked(crop, marks);
    }

    private static RgbImage Marked(PersonCrop crop, IReadOnlyList<FaultMark>? marks)
    {
        FaultPainter.Draw(crop.Picture, [.. (marks ?? []).Select(m => new FaultMark(crop.FromImage.Apply(m.Place), [.. m.Proposals.Select(crop.FromImage.Apply)]))]);
        return crop.Picture;
    }

    private PersonCrop Cut()
    {
        var (box, corner) = (_person.Box, _toImage.Apply(new(_person.Box.X, _person.Box.Y)));
        var crop = PersonCrop.Cut(_image, new Box(corner.X, corner.Y, box.Width * _toImage.M11, box.Height * _toImage.M22), _size, _size);
        return crop with { FromImage = crop.FromImage.After(_toImage) };
    }
}
