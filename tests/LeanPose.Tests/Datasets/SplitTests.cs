using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Datasets;

public sealed class SplitTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_written_split_selects_the_same_again()
    {
        var dataset = Dataset();
        Split.OfImages([dataset.Images[2], dataset.Images[0]]).Write(File("images.json"));
        var part = dataset.Select(Split.Read(File("images.json")));
        Assert.Equal([10, 30], part.Images.Select(i => i.Id));
        Assert.Equal([1, 2, 5, 6], part.Persons.Select(p => p.Id));

        Split.OfPersons([dataset.Persons[3], dataset.Persons[1]]).Write(File("persons.json"));
        part = dataset.Select(Split.Read(File("persons.json")));
        Assert.Equal(3, part.Images.Length);
        Assert.Equal([2, 4], part.Persons.Select(p => p.Id));

        System.IO.File.WriteAllText(File("names.json"), """{"note": {"any": 1}, "file_names": ["20.jpg"]}""");
        Assert.Equal([3, 4], dataset.Select(Split.Read(File("names.json"))).Persons.Select(p => p.Id));
    }

    [Fact]
    public void What_is_absent_is_named()
    {
        var split = new Split { Name = "s.json", ImageIds = [10, 1, 2, 3, 4] };
        Assert.Equal(
            "4 of the split's 5 image ids are not in the data set: 1, 2, 3 and 1 more.\n  where:    s.json\n  expected: image ids of d.json\n  do:       use the split with the annotation file it was made for",
            Error(() => Dataset().Select(split)));
        Assert.StartsWith("1 of the split's 1 annotation ids are not in the data set: 9.", Error(() => Dataset().Select(new() { AnnotationIds = [9] })), StringComparison.Ordinal);
        Assert.StartsWith("1 of the split's 1 file names are not in the data set: x.jpg.", Error(() => Dataset().Select(new() { FileNames = ["x.jpg"] })), StringComparison.Ordinal);
        Assert.Equal(
            "The split calls image 20 30.jpg; the data set calls it 20.jpg.\n  where:    the split\n  expected: ids and names of d.json\n  do:       use the split with the annotation file it was made for",
            Error(() => Dataset().Select(new() { ImageIds = [10, 20], FileNames = ["10.jpg", "30.jpg"] })));
    }

    [Theory]
    [InlineData("{}", "The file is no split.", "{\"image_ids\": […], \"file_names\": […]} or {\"annotation_ids\": […]}")]
    [InlineData("[1]", "The file is no split.", "{\"image_ids\": […], \"file_names\": […]} or {\"annotation_ids\": […]}")]
    [InlineData("""{"image_ids": [1], "annotation_ids": [2]}""", "The split names both pictures and annotations.", "{\"image_ids\": […], \"file_names\": […]} or {\"annotation_ids\": […]}")]
    [InlineData("""{"image_ids": [1], "file_names": []}""", "The split has 1 image_ids and 0 file_names.", "one file name for each id, or only one of the lists")]
    [InlineData("""{"image_ids": "all"}""", "\"image_ids\" holds a text.", "a list")]
    public void What_is_no_split_is_refused(string json, string problem, string expected)
    {
        System.IO.File.WriteAllText(File("s.json"), json);
        Assert.Equal($"{problem}\n  where:    {File("s.json")}\n  expected: {expected}", Error(() => Split.Read(File("s.json"))));
    }

    [Fact]
    public void Entries_of_the_wrong_kind_are_located()
    {
        System.IO.File.WriteAllText(File("s.json"), """{"image_ids": [1, "2"], "file_names": ["a", null]}""");
        Assert.Equal(
            $"2 problems were found.\n1. \"image_ids\" holds the text \"2\".\n  where:    {File("s.json")}, image_ids[1]\n  expected: a whole number\n2. \"file_names\" holds null.\n  where:    {File("s.json")}, file_names[1]\n  expected: a text",
            Error(() => Split.Read(File("s.json"))));
    }

    private static PoseDataset Dataset()
    {
        ImageRecord[] images = [.. new[] { 10, 20, 30 }.Select(i => new ImageRecord(i, $"{i}.jpg", $"/x/{i}.jpg", 100, 100))];
        var box = new Box(0, 0, 10, 10);
        var persons = images.SelectMany((image, i) => new[] { 1, 2 }.Select(k => new PersonInstance { Id = (2 * i) + k, Image = image, RawBox = box, Box = box, Area = 100 }));
        return new("d.json", KnownSkeletons.Lsp14, [.. images], [.. persons]);
    }

    private string File(string name) => _folder[name];

    private static string Error(Action action) => Assert.Throws<DataException>(action).Message;
}
