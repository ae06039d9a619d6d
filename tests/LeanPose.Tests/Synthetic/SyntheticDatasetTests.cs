using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Synthetic;
using LeanPose.Testing;
using SkiaSharp;
using Xunit;

namespace LeanPose.Tests.Synthetic;

public class SyntheticDatasetTests
{
    private static readonly SyntheticOptions Options = new() { Domain = "street", Count = 9, Seed = 4, Width = 160, Height = 120 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Files_are_the_same_for_any_number_of_threads()
    {
        using TempFolder one = new(), four = new();
        SyntheticDataset.WriteOn(1, Options, one.Path, null, Cancel);
        SyntheticDataset.WriteOn(4, Options, four.Path, null, Cancel);
        var names = Files(one.Path);
        Assert.Equal(Options.Count + 1, names.Length);
        Assert.Equal(names, Files(four.Path));
        Assert.All(names, n => Assert.Equal(File.ReadAllBytes(Path.Combine(one.Path, n)), File.ReadAllBytes(Path.Combine(four.Path, n))));
    }

    [Fact]
    public void Annotations_are_COCO_and_tell_of_the_written_pictures()
    {
        using var folder = new TempFolder();
        SyntheticDataset.Write(Options, folder.Path, null, Cancel);
        using var json = JsonDocument.Parse(File.ReadAllBytes(folder["annotations", "persons.json"]));
        var root = json.RootElement;
        var images = root.GetProperty("images").EnumerateArray().ToArray();
        Assert.Equal(Options.Count, images.Length);
        foreach (var image in images)
        {
            using var bitmap = SKBitmap.Decode(folder["images", image.GetProperty("file_name").GetString()!]);
            Assert.Equal((160, 120), (bitmap.Width, bitmap.Height));
            Assert.Equal((160, 120), (image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        }

        var ids = images.Select(i => i.GetProperty("id").GetInt32()).ToHashSet();
        var annotations = root.GetProperty("annotations").EnumerateArray().ToArray();
        Assert.Equal(annotations.Length, annotations.Select(a => a.GetProperty("id").GetInt32()).Distinct().Count());
        var scenes = Enumerable.Range(0, Options.Count).SelectMany(i => SceneMaker.Make(Options, i).Persons).ToArray();
        Assert.Equal(scenes.Length, annotations.Length);
        foreach (var (a, person) in annotations.Zip(scenes))
        {
            Assert.Contains(a.GetProperty("image_id").GetInt32(), ids);
            var numbers = a.GetProperty("keypoints").EnumerateArray().Select(n => n.GetDouble()).ToArray();
            Assert.Equal(person.Keypoints.SelectMany(k => new[] { k.X, k.Y, (double)k.Visibility }), numbers);
            Assert.Equal(person.Keypoints.Count(k => k.IsLabelled), a.GetProperty("num_keypoints").GetInt32());
            Assert.Equal([person.Box.X, person.Box.Y, person.Box.Width, person.Box.Height], a.GetProperty("bbox").EnumerateArray().Select(n => n.GetDouble()));
            Assert.Equal(person.Area, a.GetProperty("area").GetDouble());
            Assert.Equal(0, a.GetProperty("iscrowd").GetInt32());
        }

        var category = Assert.Single(root.GetProperty("categories").EnumerateArray().ToArray());
        Assert.Equal("person", category.GetProperty("name").GetString());
        Assert.Equal(17, category.GetProperty("keypoints").GetArrayLength());
        Assert.All(category.GetProperty("skeleton").EnumerateArray().SelectMany(l => l.EnumerateArray()), k => Assert.InRange(k.GetInt32(), 1, 17));
    }

    [Fact]
    public void Progress_counts_to_the_end_and_cancelling_leaves_whole_files_only()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        var progress = new Counter(n =>
        {
            if (n == 3)
                stop.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => SyntheticDataset.WriteOn(1, Options, folder.Path, progress, stop.Token));
        Assert.False(File.Exists(folder["annotations", "persons.json"]));
        Assert.All(Files(folder.Path), f => Assert.EndsWith(".jpg", f, StringComparison.Ordinal));

        var all = new Counter(_ => { });
        SyntheticDataset.Write(Options, folder.Path, all, Cancel);
        Assert.Equal(Enumerable.Range(1, Options.Count), all.Heard.Order());
    }

    [Fact]
    public void A_folder_that_is_a_file_is_reported_as_such()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["taken"], "");
        var e = Assert.Throws<DataException>(() => SyntheticDataset.Write(Options, folder["taken"], null, Cancel));
        Assert.Contains(folder["taken"], e.Message, StringComparison.Ordinal);
    }

    private static string[] Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal)];

    private sealed class Counter(Action<int> then) : IProgress<int>
    {
        public List<int> Heard { get; } = [];

        public void Report(int value)
        {
            lock (Heard)
                Heard.Add(value);
            then(value);
        }
    }
}
