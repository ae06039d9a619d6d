using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Randomness;
using LeanPose.Skeletons;
using LeanPose.Testing;

namespace LeanPose.Learning.Tests;

/// <summary>Small data sets of pictures that are made on the spot, one person each.</summary>
internal static class MadeUpPeople
{
    public const int Width = 72;
    public const int Height = 80;

    /// <summary>Noise pictures with random keypoints, most of them labelled.</summary>
    public static PoseDataset Make(TempFolder folder, string name, int count, Skeleton? skeleton = null) =>
        Make(folder, name, count, skeleton ?? KnownSkeletons.Coco17, (i, random) =>
        {
            var image = new RgbImage(Width, Height);
            for (var p = 0; p < image.Pixels.Length; p++)
                image.Pixels[p] = (byte)random.NextInt(256);
            return image;
        });

    /// <summary>Person i stands before a plain colour whose red value is <see cref="Red"/>(i).</summary>
    public static PoseDataset Coloured(TempFolder folder, string name, int count) =>
        Make(folder, name, count, KnownSkeletons.Coco17, (i, _) => new RgbImage(Width, Height, [.. Enumerable.Repeat(new[] { Red(i), (byte)9, (byte)9 }, Width * Height).SelectMany(p => p)]));

    public static byte Red(int person) => (byte)(20 + (6 * person));

    public static PersonInstance Person(ImageRecord image, long id, Box box, ImmutableArray<Keypoint> keypoints) =>
        new() { Id = id, Image = image, RawBox = box, Box = box, Area = box.Area, Keypoints = keypoints };

    private static PoseDataset Make(TempFolder folder, string name, int count, Skeleton skeleton, Func<int, KeyedRandom, RgbImage> draw)
    {
        var persons = new List<PersonInstance>();
        for (var i = 0; i < count; i++)
        {
            var random = KeyedRandom.For(5, name, i);
            var path = folder[$"{name}-{i}.png"];
            ImageEncoder.SavePng(draw(i, random), path);
            var box = new Box(8 + random.NextInt(8), 8 + random.NextInt(8), 40 + random.NextInt(16), 40 + random.NextInt(16));
            var keypoints = ImmutableArray.CreateBuilder<Keypoint>();
            for (var j = 0; j < skeleton.Count; j++)
            {
                var visibility = j == 0 ? Visibility.Visible : (Visibility)Math.Min(2, random.NextInt(6));
                keypoints.Add(new(box.X + (random.NextDouble() * box.Width), box.Y + (random.NextDouble() * box.Height), visibility));
            }

            persons.Add(Person(new ImageRecord(100 + i, $"{name}-{i}.png", path, Width, Height), 1000 + i, box, keypoints.ToImmutable()));
        }

        return new PoseDataset(name, skeleton, [.. persons.Select(p => p.Image)], [.. persons]);
    }
}
