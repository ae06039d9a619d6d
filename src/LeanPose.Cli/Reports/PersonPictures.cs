using LeanPose.Datasets;
using LeanPose.Drawing;
using LeanPose.Imaging;
using LeanPose.Skeletons;

namespace LeanPose.Cli.Reports;

/// <summary>Crops of one person with a label or a prediction drawn in. Drawing comes after cutting, so that lines are sharp at any size.</summary>
internal sealed class PersonPictures
{
    private readonly RgbImage _image;
    private readonly PersonInstance _person;
    private readonly int _size;

    private PersonPictures(RgbImage image, PersonInstance person, int size) => (_image, _person, _size) = (image, person, size);

    /// <summary>Reads the person's image; null where it cannot be read any more (a report must not fail for that).</summary>
    /// <param name="person">Whose image.</param>
    /// <param name="size">Width and height of the crops, pixels.</param>
    public static PersonPictures? Open(PersonInstance person, int size)
    {
        try
        {
            return new PersonPictures(ImageDecoder.Load(person.Image.Path), person, size);
        }
        catch (DataException)
        {
            return null;
        }
    }

    /// <summary>The person with the label.</summary>
    public RgbImage Label(Skeleton skeleton)
    {
        var crop = Cut();
        SkeletonPainter.Draw(crop.Picture, skeleton, [.. _person.Keypoints.Select(k => crop.FromImage.Apply(new(k.X, k.Y)) is var p ? k with { X = p.X, Y = p.Y } : k)]);
        return crop.Picture;
    }

    /// <summary>The person with a prediction; every keypoint, however unsure, because evaluation counts them all.</summary>
    public RgbImage Prediction(Skeleton skeleton, PoseResult result)
    {
        var crop = Cut();
        SkeletonPainter.Draw(
            crop.Picture,
            skeleton,
            [.. result.Keypoints.Select(k => crop.FromImage.Apply(new(k.X, k.Y)) is var p ? k with { X = p.X, Y = p.Y } : k)],
            new PaintOptions { MinScore = double.NegativeInfinity });
        return crop.Picture;
    }

    private PersonCrop Cut() => PersonCrop.Cut(_image, _person.Box, _size, _size);
}
