using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Recipes;
using LeanPose.Randomness;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Learning.Tests.Loading;

/// <summary>Crops have the same pixels wherever the picture comes from.</summary>
public sealed class ImageCacheTests : IDisposable
{
    private const int Width = 48;
    private const int Height = 64;
    private static readonly AugmentationRecipe Augmentation = new();
    private readonly TempFolder _folder = new();
    private readonly List<PersonInstance> _persons = [];

    public ImageCacheTests()
    {
        // One picture that is coarser than a crop needs, one that is finer than twice that; two persons in each.
        foreach (var (name, scale) in new[] { ("small.png", 1), ("large.jpg", 6) })
        {
            var image = new RgbImage(90 * scale, 80 * scale);
            new Random(scale).NextBytes(image.Pixels);
            if (name.EndsWith("png", StringComparison.Ordinal))
                ImageEncoder.SavePng(image, _folder[name]);
            else
                ImageEncoder.SaveJpeg(image, _folder[name]);
            var record = new ImageRecord(scale, name, _folder[name], image.Width, image.Height);
            foreach (var box in new[] { new Box(5 * scale, 10 * scale, 30 * scale, 50 * scale), new Box(50 * scale, 20 * scale, 38 * scale, 40 * scale) })
                _persons.Add(MadeUpPeople.Person(record, _persons.Count, box, []));
        }
    }

    public void Dispose() => _folder.Dispose();

    private CutCache Disk(long maxBytes = 1 << 30) => new(_folder["cache"], maxBytes);

    private List<byte[]> Crops(ImageCache images)
    {
        var maker = new CropMaker(Width, Height, Augmentation, images);
        var crops = new List<byte[]>();
        // The second round reads what the first one kept.
        for (var round = 0; round < 2; round++)
        {
            foreach (var person in _persons)
            {
                var crop = new byte[Width * Height * 3];
                maker.Plain(person, crop);
                crops.Add(crop);
                for (var draw = 0; draw < 5; draw++)
                {
                    crop = new byte[crop.Length];
                    maker.Augmented(person, KnownSkeletons.Coco17, KeyedRandom.For(1, "crop", person.Id, draw), crop, []);
                    crops.Add(crop);
                }
            }
        }

        return crops;
    }

    private string[] Entries() => [.. Directory.EnumerateFiles(_folder["cache"], "*", SearchOption.AllDirectories).Order()];

    [Fact]
    public void Memory_disk_and_file_give_the_same_crops()
    {
        var expected = Crops(new ImageCache(0));
        Assert.Equal(expected, Crops(new ImageCache()));
        Assert.Equal(expected, Crops(new ImageCache(20_000)));
        Assert.Equal(expected, Crops(new ImageCache(0, Disk())));
        Assert.Equal(2 * _persons.Count, Entries().Length);
        Assert.Equal(expected, Crops(new ImageCache(0, Disk())));
        Assert.Equal(expected, Crops(new ImageCache(disk: Disk())));
    }

    [Fact]
    public void Plain_crops_are_those_of_the_whole_picture_and_coarse_pictures_are_never_reduced()
    {
        var maker = new CropMaker(Width, Height, Augmentation, new ImageCache());
        foreach (var person in _persons)
        {
            byte[] actual = new byte[Width * Height * 3], expected = new byte[actual.Length];
            maker.Plain(person, actual);
            var frame = maker.Frame(person);
            BilinearWarp.Warp(ImageDecoder.Load(person.Image.Path), frame.ToCrop(0, Width, Height), Width, Height, expected);
            Assert.Equal(expected, actual);
            Assert.Equal(person.Image.Id == 1, CropMaker.Reach(Width, Height, Augmentation).Reduction(frame) == 1);
        }

        var random = KeyedRandom.For(1, "crop", 3);
        var draw = EasyViewDraw.Of(Augmentation, random);
        byte[] a = new byte[Width * Height * 3], b = new byte[a.Length];
        maker.Augmented(_persons[0], KnownSkeletons.Coco17, random, a, []);
        var mirror = draw.Flipped ? KeypointFlip.Map(90) : Affine2.Identity;
        var whole = maker.Frame(_persons[0]).Scaled(draw.Scale);
        var map = (whole with { Center = mirror.Apply(whole.Center) }).ToCrop(draw.Rotation, Width, Height);
        BilinearWarp.Warp(ImageDecoder.Load(_persons[0].Image.Path), draw.Flipped ? map.After(mirror) : map, Width, Height, b);
        Assert.Equal(b, a);
    }

    [Fact]
    public void Memory_stays_below_its_bound()
    {
        var images = new ImageCache(40_000);
        Crops(images);
        Assert.InRange(images.KeptBytes, 1, 40_000);
    }

    [Fact]
    public void Damaged_entries_are_made_anew()
    {
        var expected = Crops(new ImageCache(0, Disk()));
        var (entries, random) = (Entries(), new Random(1));
        var good = entries.ToDictionary(e => e, File.ReadAllBytes);
        for (var round = 0; round < 4; round++)
        {
            foreach (var entry in entries)
            {
                var bytes = good[entry].ToArray();
                bytes[round == 0 ? random.Next(48) : random.Next(bytes.Length)] ^= 1;
                File.WriteAllBytes(entry, round == 3 ? bytes[..random.Next(bytes.Length)] : bytes);
            }

            Assert.Equal(expected, Crops(new ImageCache(0, Disk())));
            Assert.All(entries, e => Assert.Equal(good[e], File.ReadAllBytes(e)));
        }
    }

    [Fact]
    public void Another_picture_under_the_same_name_is_another_entry()
    {
        Crops(new ImageCache(0, Disk()));
        foreach (var path in _persons.Select(p => p.Image.Path).Distinct())
        {
            var image = ImageDecoder.Load(path);
            image.Pixels.AsSpan().Reverse();
            ImageEncoder.SavePng(image, path);
        }

        Assert.Equal(Crops(new ImageCache(0)), Crops(new ImageCache(0, Disk())));
    }

    [Fact]
    public void Several_users_of_one_folder_at_once_see_whole_entries()
    {
        var expected = Crops(new ImageCache(0));
        var users = Enumerable.Range(0, 6).AsParallel().WithDegreeOfParallelism(6).Select(_ => Crops(new ImageCache(0, Disk()))).ToList();
        Assert.All(users, crops => Assert.Equal(expected, crops));
        Assert.All(Entries(), e => Assert.EndsWith(".cut", e));
    }

    [Fact]
    public void The_folder_stays_below_its_bound_and_old_entries_make_room()
    {
        Crops(new ImageCache(0, Disk()));
        long Size() => Entries().Sum(e => new FileInfo(e).Length);
        var bound = Size() / 2;
        Directory.Delete(_folder["cache"], recursive: true);

        var expected = Crops(new ImageCache(0, Disk(bound)));
        Assert.InRange(Size(), 1, bound);
        var kept = Entries();
        Crops(new ImageCache(0, Disk(bound)));
        Assert.Equal(kept, Entries());

        // Two days later nobody has asked for these.
        foreach (var entry in kept)
        {
            File.Move(entry, entry.Replace(".cut", "0.cut"));
            File.SetLastWriteTimeUtc(entry.Replace(".cut", "0.cut"), DateTime.UtcNow.AddDays(-2));
        }

        Assert.Equal(expected, Crops(new ImageCache(0, Disk(bound))));
        Assert.InRange(Size(), 1, bound);
        Assert.Contains(Entries(), e => !e.EndsWith("0.cut", StringComparison.Ordinal) || kept.Contains(e));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_speed_only()
    {
        File.WriteAllText(_folder["cache"], "a file");
        Assert.Equal(Crops(new ImageCache(0)), Crops(new ImageCache(0, Disk())));
    }
}
