using System.Buffers.Binary;
using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Datasets.Packed;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Datasets.Packed;

public sealed class PackedFileTests : IDisposable
{
    private static readonly CropReach Reach = new(24, 32, 0.75, 1.25, 60, MayReduce: true);
    private readonly TempFolder _folder = new();
    private readonly PoseDataset _people;

    public PackedFileTests()
    {
        var random = new Random(4);
        var images = Enumerable.Range(1, 3).Select(i => new ImageRecord(i, $"{i}.png", _folder[$"{i}.png"], 120 * i, 90 * i)).ToImmutableArray();
        foreach (var image in images)
        {
            var pixels = new RgbImage(image.Width, image.Height);
            random.NextBytes(pixels.Pixels);
            ImageEncoder.SavePng(pixels, image.Path);
        }

        PersonInstance Person(long id, ImageRecord image, Box box) => new()
        {
            Id = id,
            Image = image,
            RawBox = box with { X = box.X - 0.1 },
            Box = box,
            Area = box.Area / 3,
            Score = 1.0 / 3,
            Keypoints = [.. Enumerable.Range(0, 14).Select(j => new Keypoint(box.X + (random.NextDouble() * box.Width), j / 7.0, (Visibility)(j % 3)))],
        };
        _people = new PoseDataset("made", KnownSkeletons.Lsp14, images,
        [
            Person(10, images[0], new(20, 10, 30, 60)),
            Person(11, images[0], new(70, 5, 45, 80)),
            Person(20, images[2], new(1, 1, 350, 260)),
            Person(21, images[2], new(0, 0, 10, 10)) with { IsCrowd = true },
        ]);
    }

    public void Dispose() => _folder.Dispose();

    private string Pack(int? quality = null, string name = "a.lppack")
    {
        PackWriter.Write(_folder[name], [new("persons", _people, Reach)], quality);
        return _folder[name];
    }

    [Fact]
    public void Everything_but_the_far_pixels_comes_back()
    {
        var part = Assert.Single(PackedFile.Open(Pack()).Parts);
        Assert.Equal(("persons", false, Reach), (part.Name, part.Selected, part.Reach));
        var s = part.Persons.Skeleton;
        Assert.Equal(_people.Skeleton.Keypoints, s.Keypoints.AsEnumerable());
        Assert.Equal(_people.Skeleton.FlipIndex, s.FlipIndex.AsEnumerable());
        Assert.Equal(_people.Skeleton.Sigmas, s.Sigmas.AsEnumerable());
        Assert.Equal(_people.Skeleton.Limbs, s.Limbs.AsEnumerable());
        Assert.Equal(_people.Images.Select(i => (i.Id, i.FileName, i.Width, i.Height)), part.Persons.Images.Select(i => (i.Id, i.FileName, i.Width, i.Height)));
        foreach (var (a, b) in _people.Persons.Zip(part.Persons.Persons))
        {
            Assert.Equal((a.Id, a.Image.Id, a.RawBox, a.Box, a.Area, a.IsCrowd, a.Score), (b.Id, b.Image.Id, b.RawBox, b.Box, b.Area, b.IsCrowd, b.Score));
            Assert.Equal(a.Keypoints, b.Keypoints.AsEnumerable());
            if (a.IsCrowd)
                Assert.Contains("No picture was packed", Assert.Throws<DataException>(b.Pixels.ReadAll).Message);
            else
                AssertSamePixels(a, b);
        }

        // The large person is more than four times finer than its crops need.
        using var large = part.Persons.Persons[2].Pixels.ReadAll();
        Assert.True(large.Window.Reduction > 1);
    }

    private static void AssertSamePixels(PersonInstance a, PersonInstance b)
    {
        var frame = PersonFrame.FromBox(a.Box, (double)Reach.Width / Reach.Height);
        using var original = a.Pixels.Read(frame, Reach);
        using var packed = b.Pixels.Read(frame, Reach);
        Assert.Equal((original.Window, original.PictureWidth, original.PictureHeight), (packed.Window, packed.PictureWidth, packed.PictureHeight));
        Assert.True(original.Pixels.SequenceEqual(packed.Pixels), $"person {a.Id} differs");
    }

    [Fact]
    public void Packing_again_gives_the_same_bytes_and_jpeg_is_smaller()
    {
        Assert.Equal(File.ReadAllBytes(Pack(name: "1")), File.ReadAllBytes(Pack(name: "2")));
        Assert.True(new FileInfo(Pack(quality: 90, name: "3")).Length < new FileInfo(_folder["1"]).Length);
        // What was packed can be packed again.
        var packed = PackedFile.Open(_folder["1"]).Parts[0].Persons;
        PackWriter.Write(_folder["4"], [new("persons", packed, Reach)], null, stop: TestContext.Current.CancellationToken);
        foreach (var (a, b) in _people.Persons.Zip(PackedFile.Open(_folder["4"]).Parts[0].Persons.Persons).Take(3))
            AssertSamePixels(a, b);
    }

    [Theory]
    [InlineData("more of the picture", 1.5)]
    [InlineData("a finer picture", 1.25)]
    public void Crops_that_need_more_than_was_packed_are_refused_before_anything_is_read(string needs, double maxScale)
    {
        var person = PackedFile.Open(Pack()).Parts[0].Persons.Persons[needs == "a finer picture" ? 2 : 0];
        var size = needs == "a finer picture" ? 8 : 1;
        var reach = new CropReach(24 * size, 32 * size, 0.75, maxScale, 60, MayReduce: true);
        var e = Assert.Throws<DataException>(() => ((PackedPixels)person.Pixels).Require(PersonFrame.FromBox(person.Box, 0.75), reach));
        Assert.Contains(needs, e.Message);
        Assert.Contains($"persons, person {person.Id}", e.Message);
    }

    [Fact]
    public void Evaluation_crops_can_be_cut_from_what_was_packed_for_training()
    {
        foreach (var person in PackedFile.Open(Pack()).Parts[0].Persons.Persons.Where(p => !p.IsCrowd))
            ((PackedPixels)person.Pixels).Require(PersonFrame.FromBox(person.Box, 0.75), CropReach.Plain(24, 32));
    }

    [Fact]
    public void Any_cut_and_any_changed_byte_is_a_located_error()
    {
        var whole = File.ReadAllBytes(Pack());
        var bad = _folder["bad.lppack"];
        foreach (var length in new[] { 0, 4, 20, 47, 48, 1000, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(bad, whole[..length]);
            var e = Assert.Throws<DataException>(() => PackedFile.Open(bad));
            Assert.Contains(length < 8 ? "is no packed data set" : "ends too early", e.Message);
            Assert.Contains(bad, e.Message);
        }

        File.WriteAllBytes(bad, [.. whole, 0]);
        Assert.Contains("its length is wrong", Assert.Throws<DataException>(() => PackedFile.Open(bad)).Message);

        var random = new Random(5);
        var index = BinaryPrimitives.ReadInt64LittleEndian(whole.AsSpan(16));
        for (var i = 0; i < 200; i++)
        {
            var at = i < 48 ? i : random.Next(whole.Length);
            var changed = whole.ToArray();
            changed[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(bad, changed);
            if (at is >= 48 && at < index)
            {
                var e = Assert.Throws<DataException>(() => PackedFile.Open(bad).Parts[0].Persons.Persons.Where(p => !p.IsCrowd).ToList().ForEach(p => p.Pixels.ReadAll().Dispose()));
                Assert.Contains("The packed picture is damaged", e.Message);
                Assert.Contains("persons, person ", e.Message);
            }
            else
            {
                Assert.Throws<DataException>(() => PackedFile.Open(bad));
            }
        }
    }

    [Fact]
    public void Foreign_and_missing_files_are_errors_that_say_so()
    {
        File.WriteAllText(_folder["x.json"], """{"images": [], "annotations": []}""");
        Assert.Contains("The file is no packed data set.", Assert.Throws<DataException>(() => PackedFile.Open(_folder["x.json"])).Message);
        Assert.Contains("The packed file does not exist.", Assert.Throws<DataException>(() => PackedFile.Open(_folder["none"])).Message);
        Assert.Throws<DataException>(() => PackedFile.Open(_folder.Path));
        var e = Assert.Throws<DataException>(() => PackedFile.Open(Pack()).Part("labelled", "labelled"));
        Assert.Contains("has no part 'labelled'", e.Message);
        Assert.Equal("persons", PackedFile.Open(Pack()).Part(null, "labelled").Name);
    }

    [Fact]
    public void Pictures_that_cannot_be_read_are_all_reported_and_nothing_is_written()
    {
        File.Delete(_people.Images[0].Path);
        File.WriteAllText(_people.Images[2].Path, "no picture");
        var e = Assert.Throws<DataException>(() => Pack());
        Assert.Equal(3, e.Problems.Count);
        Assert.Equal(["2.png", "3.png"], Directory.GetFiles(_folder.Path).Select(f => Path.GetFileName(f)!).Order());
    }

    [Fact]
    public void A_stop_leaves_nothing()
    {
        Assert.Throws<OperationCanceledException>(() => PackWriter.Write(_folder["s"], [new("persons", _people, Reach)], stop: new CancellationToken(true)));
        Assert.False(File.Exists(_folder["s"]));
    }
}
