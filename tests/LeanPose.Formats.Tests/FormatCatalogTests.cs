using LeanPose.Datasets;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Formats.Tests;

public sealed class FormatCatalogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_format_has_a_name_of_its_own_and_is_documented()
    {
        var names = FormatCatalog.All.Select(f => f.Name).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(FormatCatalog.All, f => Assert.Same(f, FormatCatalog.Find(f.Name)));
        Assert.All(FormatCatalog.All, f => Assert.EndsWith(".", f.Description, StringComparison.Ordinal));
        var page = File.ReadAllText(Path.Combine(TestMaterial.RepositoryRoot, "docs", "formats.md"));
        Assert.All(names, n => Assert.Contains($"\n| `{n}` |", page, StringComparison.Ordinal));
        Assert.Equal(["coco", "ultralytics"], FormatCatalog.Writable.Select(f => f.Name));
    }

    [Theory]
    [InlineData("a.json", "[]")]
    [InlineData("a.json", "{\"images\": [], \"annotations\": []}")]
    [InlineData("a.txt", "hello")]
    [InlineData("a.xml", "<html/>")]
    [InlineData("a.csv", "x,y\n1,2\n")]
    [InlineData("a.yaml", "a: 1\n")]
    [InlineData("a.mat", "MATLAB")]
    public void What_nobody_knows_is_said_to_be_unknown(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        var error = Assert.Throws<DataException>(() => FormatCatalog.Detect(_folder[name]));
        Assert.Contains("The format was not recognised.", error.Message, StringComparison.Ordinal);
        Assert.Contains("--from NAME", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_several_formats_fit_names_them()
    {
        File.WriteAllText(_folder["joints.mat"], "");
        File.WriteAllText(_folder["annotations.xml"], "<annotations/>");
        var error = Assert.Throws<DataException>(() => FormatCatalog.Detect(_folder.Path));
        Assert.Contains("it could be lsp or cvat", error.Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<DataException>(() => FormatCatalog.Detect(_folder["none"])).Message, StringComparison.Ordinal);
        Assert.Contains("not recognised", Assert.Throws<DataException>(() => FormatCatalog.Detect(Directory.CreateDirectory(_folder["empty"]).FullName)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_must_be_there_when_their_folder_is_given()
    {
        File.WriteAllText(_folder["CollectedData_a.csv"], "scorer,a,a\nbodyparts,nose,nose\ncoords,x,y\nb.png,1,2\n");
        var format = FormatCatalog.Detect(_folder["CollectedData_a.csv"]);
        Assert.Single(format.Read(_folder["CollectedData_a.csv"], new()).Persons);
        Assert.Contains("1 of 1 pictures are missing: b.png", Assert.Throws<DataException>(() => format.Read(_folder["CollectedData_a.csv"], new() { Images = _folder.Path })).Message, StringComparison.Ordinal);
    }
}
