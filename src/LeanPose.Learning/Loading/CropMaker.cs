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
    private readonly CropReach _plain;
    private readonly CropReach _augmented;

    /// <summary>Fixes the crop's size, the changes, and how lengths are counted.</summary>
    public CropMaker(int width, int height, AugmentationRecipe augmentation, ImageCache images, CropRule rule = CropRule.Standard)
    {
        (Width, Height, _augmentation, _images, Rule) = (width, height, augmentation, images, rule);
        (_plain, _augmented) = (CropReach.Plain(width, height), Reach(width, height, augmentation));
    }

    /// <summary>What randomly changed crops can touch (see <see cref="EasyViewDraw"/> for the draws).</summary>
    public static CropReach Reach(int width, int height, AugmentationRecipe a) =>
        new(width, height, 1 - a.Scale, 1 + a.Scale, a.RotationProbability > 0 ? 2 * a.Rotation : 0, MayReduce: true);

    /// <summary>Crop width, pixels.</summary>
    public int Width { get; }

    /// <summary>Crop height, pixels.</summary>
    public int Height { get; }

    /// <summary>How lengths are counted.</summary>
    public CropRule Rule { get; }

    /// <summary>The frame that a crop shows when nothing is changed.</summary>
    public PersonFrame Frame(PersonInstance person) => PersonFrame.FromBox(person.Box, (double)Width / Height);

    /// <summary>The map from the picture's pixels to those of the plain crop.</summary>
    public Affine2 ToCrop(PersonInstance person) => Frame(person).ToCrop(0, Width, Height, Rule);

    /// <summary>Cuts the plain crop.</summary>
    /// <param name="person">Whom.</param>
    /// <param name="pixels">H×W×3 bytes, overwritten.</param>
    public void Plain(PersonInstance person, Span<byte> pixels)
    {
        var frame = Frame(person);
        using var picture = _images.Around(person, frame, _plain);
        BilinearWarp.Warp(picture, frame.ToCrop(0, Width, Height, Rule), Width, Height, pixels);
    }

    /// <summary>Plain crops of many persons; the next batches are cut while one is looked at.</summary>
    /// <param name="persons">Whom, in order.</param>
    /// <param name="batch">Persons in a batch, at least 1; the last one may be smaller.</param>
    /// <returns>The persons of each batch and their B×H×W×3 bytes.</returns>
    public IEnumerable<(PersonInstance[] Persons, byte[] Pixels)> PlainBatches(IReadOnlyCollection<PersonInstance> persons, int batch)
    {
        var size = Width * Height * 3;
        var batches = persons.Chunk(Math.Max(1, batch)).ToArray();
        using var loader = new Prefetcher<byte[]>(
            n =>
            {
                var pixels = new byte[batches[n].Length * size];
                for (var i = 0; i < batches[n].Length; i++)
                    Plain(batches[n][i], pixels.AsSpan(i * size, size));
                return pixels;
            },
            0, batches.Length, 2);
        foreach (var members in batches)
            yield return (members, loader.Next());
    }

    /// <summary>Cuts a randomly changed crop and says where the keypoints went.</summary>
    /// <param name="person">Whom.</param>
    /// <param name="skeleton">The person's skeleton, for left and right.</param>
    /// <param name="random">The draws; the same draws give the same crop.</param>
    /// <param name="pixels">H×W×3 bytes, overwritten.</param>
    /// <param name="keypoints">The person's keypoints in crop pixels, overwritten; may be empty for an unlabelled person.</param>
    public void Augmented(PersonInstance person, Skeleton skeleton, KeyedRandom random, Span<byte> pixels, Span<Keypoint> keypoints)
    {
        var frame = Frame(person);
        using var picture = _images.Around(person, frame, _augmented);
        var (scale, rotation, flipped) = EasyViewDraw.Of(_augmentation, random);
        frame = frame.Scaled(scale);

        Affine2 toCrop;
        if (flipped)
        {
            var mirror = KeypointFlip.Map(picture.PictureWidth);
            toCrop = (frame with { Center = mirror.Apply(frame.Center) }).ToCrop(rotation, Width, Height, Rule).After(mirror);
        }
        else
        {
            toCrop = frame.ToCrop(rotation, Width, Height, Rule);
        }

        BilinearWarp.Warp(picture, toCrop, Width, Height, pixels);
        for (var j = 0; j < keypoints.Length; j++)
        {
            var from = person.Keypoints[flipped ? skeleton.FlipIndex[j] : j];
            var p = from.IsLabelled ? toCrop.Apply(new Point2(from.X, from.Y)) : default;
            keypoints[j] = new Keypoint(p.X, p.Y, from.Visibility);
        }
    }
}
