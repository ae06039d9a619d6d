using System.Buffers.Binary;
using LeanPose.Datasets;
using LeanPose.Datasets.Packed;
using LeanPose.Evaluation;
using LeanPose.Evaluation.Sigmas;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.IO;
using LeanPose.Skeletons;
using LeanPose.Testing;
using LeanPose.Testing.Fuzzing;
using LeanPose.Tests.Evaluation;
using Xunit;

namespace LeanPose.Tests.Fuzzing;

/// <summary>10 000 damaged files over all readers; <c>LEANPOSE_FUZZ=20</c> makes it 200 000.</summary>
public sealed class DamagedFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PoseDataset _people;

    public DamagedFilesTests()
    {
        Directory.CreateDirectory(_folder["images"]);
        var image = new ImageRecord(7, "7.png", _folder["images", "7.png"], 40, 30);
        ImageEncoder.SavePng(new RgbImage(40, 30), image.Path);
        var person = Poses.Person(3, 7, KnownSkeletons.Lsp14, new Box(2, 3, 30, 25), 500) with { Image = image };
        _people = new PoseDataset("people", KnownSkeletons.Lsp14, [image], [person, person with { Id = 4, IsCrowd = true }, person with { Id = 5, Keypoints = [] }]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Annotations() => Damage("coco.json", 3500, path => CocoWriter.Write(_people, path), path => CocoReader.Read(path, _folder["images"], new CocoReadOptions { CheckSizes = true }));

    [Fact]
    public void Annotations_without_pictures() => Damage("coco.json", 1000, path => CocoWriter.Write(_people, path), path =>
    {
        var read = CocoReader.Read(path, _folder["images"], new CocoReadOptions { CheckFiles = false });
        // What is read can be measured.
        CocoEvaluator.Evaluate(read, []);
    });

    [Fact]
    public void Boxes() => Damage(
        "boxes.json", 1500,
        path => File.WriteAllText(path, """[{"image_id": 7, "category_id": 1, "bbox": [1.5, 2, 20, 10], "score": 0.75}, {"image_id": 7, "category_id": 1, "bbox": [0, 0, 3, 4], "score": 1}]"""),
        path => BoxFileReader.Read(path, _folder["images"]));

    [Fact]
    public void Results() => Damage("results.json", 1500, path => CocoResults.Write([Poses.Found(_people.Persons[0]), Poses.Found(_people.Persons[0], 1)], path), path => CocoResults.Read(path));

    [Fact]
    public void Splits() => Damage("split.json", 1000, path => Split.OfImages(_people.Images).Write(path), path => _people.Select(Split.Read(path)));

    [Fact]
    public void Sigmas() => Damage(
        "sigmas.json", 500,
        path => File.WriteAllText(path, """{"sigmas": [{"keypoint": "neck", "sigma": 0.05}, {"keypoint": "left_hip", "sigma": 0.1}]}"""),
        path => SigmaFile.Read(path, KnownSkeletons.Lsp14));

    [Fact]
    public void Packed_files() => Damage(
        "a.lppack", 500,
        path => PackWriter.Write(path, [new("persons", _people.Trainable(), CropReach.Plain(16, 16))], null, stop: TestContext.Current.CancellationToken),
        path =>
        {
            foreach (var person in PackedFile.Open(path).Parts.SelectMany(p => p.Persons.Persons))
                person.Pixels.ReadAll().Dispose();
        });

    [Fact]
    public void Packed_files_whose_checksums_are_right()
    {
        var path = _folder["b.lppack"];
        PackWriter.Write(path, [new("persons", _people.Trainable(), CropReach.Plain(16, 16))], null, stop: TestContext.Current.CancellationToken);
        var whole = File.ReadAllBytes(path);
        var index = (int)BinaryPrimitives.ReadInt64LittleEndian(whole.AsSpan(16));
        Damage("index.json", 500, file => File.WriteAllBytes(file, whole[index..]), file =>
        {
            var json = File.ReadAllBytes(file);
            byte[] packed = [.. whole[..index], .. json];
            BinaryPrimitives.WriteUInt32LittleEndian(packed.AsSpan(12), Crc32C.Of(json));
            BinaryPrimitives.WriteInt64LittleEndian(packed.AsSpan(24), json.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(packed.AsSpan(44), Crc32C.Of(packed.AsSpan(0, 44)));
            File.WriteAllBytes(path, packed);
            foreach (var person in PackedFile.Open(path).Parts.SelectMany(p => p.Persons.Persons))
                person.Pixels.ReadAll().Dispose();
        });
    }

    private void Damage(string name, int count, Action<string> write, Action<string> read)
    {
        var path = _folder[name];
        write(path);
        var original = File.ReadAllBytes(path);
        read(path);
        var refused = 0;
        for (var i = 0; i < count * Mutation.Factor; i++)
        {
            File.WriteAllBytes(path, Mutation.Of(original, i));
            if (!Endurance.Reads($"{name}, damage {i}", _folder.Path, () => read(path)))
                refused++;
        }

        // The damage must be worth the name, and must not all be noticed at the first byte.
        Assert.InRange(refused, count * Mutation.Factor / 4, count * Mutation.Factor);
    }
}
