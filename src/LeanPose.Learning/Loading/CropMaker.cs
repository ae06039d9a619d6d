using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Learning.Recipes;
using LeanPose.Randomness;
using LeanPose.Skeletons;

namespace LeanPose.Learning.Loading;

/// <summary>
/// Cuts one person out of a picture: the affine of the person's frame, with the random changes of the easy view
/// (specification 2.1 and 2.2) when asked for. Safe to share between threads.
/// </summary>
public sealed class CropMaker
{
    private readonly ImageCache _images;
    private readonly AugmentationRecipe _augmentation;

    /// <summary>Fixes the crop's size and the changes.</summary>
    public CropMaker(int width, int height, AugmentationRecipe augmentation, ImageCache images)
    {
        (Width, Height, _augmentation, _images) = (width, height, augmentation, images);
    }

    /// <summary>Crop width, pixels.</summary>
    public int Width { get; }

    /// <summary>Crop height, pixels.</summary>
    public int Height { get; }

    /// <summary>The frame that a crop shows when nothing is changed.</summary>
    public PersonFrame Frame(PersonInstance person) => PersonFrame.FromBox(person.Box, (double)Width / Height);

    /// <summary>Cuts the plain crop.</summary>
    /// <param name="person">Whom.</param>
    /// <param name="pixels">H×W×3 bytes, overwritten.</param>
    public void Plain(PersonInstance person, Span<byte> pixels) =>
        BilinearWarp.Warp(_images.Load(person.Image.Path), Frame(person).ToCrop(0, Width, Height), Width, Height, pixels);

    /// <summary>Cuts a randomly changed crop and says where the keypoints went.</summary>
    /// <param name="person">Whom.</param>
    /// <param name="skeleton">The person's skeleton, for left and right.</param>
    /// <param name="random">The draws; the same draws give the same crop.</param>
    /// <param name="pixels">H×W×3 bytes, overwritten.</param>
    /// <param name="keypoints">The person's keypoints in crop pixels, overwritten; may be empty for an unlabelled person.</param>
    public void Augmented(PersonInstance person, Skeleton skeleton, KeyedRandom random, Span<byte> pixels, Span<Keypoint> keypoints)
    {
        var image = _images.Load(person.Image.Path);
        var (scale, rotation, flipped) = EasyViewDraw.Of(_augmentation, random);
        var frame = Frame(person).Scaled(scale);

        Affine2 toCrop;
        if (flipped)
        {
            var mirror = KeypointFlip.Map(image.Width);
            toCrop = (frame with { Center = mirror.Apply(frame.Center) }).ToCrop(rotation, Width, Height).After(mirror);
        }
        else
        {
            toCrop = frame.ToCrop(rotation, Width, Height);
        }

        BilinearWarp.Warp(image, toCrop, Width, Height, pixels);
        for (var j = 0; j < keypoints.Length; j++)
        {
            var from = person.Keypoints[flipped ? skeleton.FlipIndex[j] : j];
            var p = from.IsLabelled ? toCrop.Apply(new Point2(from.X, from.Y)) : default;
            keypoints[j] = new Keypoint(p.X, p.Y, from.Visibility);
        }
    }
}
