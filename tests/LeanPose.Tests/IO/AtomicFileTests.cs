using LeanPose.Datasets;
using LeanPose.IO;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.IO;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Writes_makes_folders_and_replaces()
    {
        var path = _folder["deep", "er", "a.txt"];
        AtomicFile.WriteAllText(path, "ä");
        AtomicFile.WriteAllText(path, "b");
        Assert.Equal("b", File.ReadAllText(path));
        AtomicFile.WriteAllBytes(path, [1, 2]);
        Assert.Equal([1, 2], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder["deep", "er"]));
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        var path = _folder["a.txt"];
        AtomicFile.WriteAllText(path, "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            throw new InvalidOperationException("half way");
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_folder_of_that_name_is_a_clear_error()
    {
        Directory.CreateDirectory(_folder["a"]);
        Assert.Equal(
            $"The file cannot be written because a folder has its name.\n  where:    {_folder["a"]}\n  do:       choose another name, or remove the folder",
            Assert.Throws<DataException>(() => AtomicFile.WriteAllText(_folder["a"], "x")).Message);
    }

    [Fact]
    public void An_unwritable_place_is_a_clear_error()
    {
        File.WriteAllText(_folder["file"], "in the way");
        var path = _folder["file", "a.txt"];
        var error = Assert.Throws<DataException>(() => AtomicFile.WriteAllText(path, "x"));
        Assert.StartsWith("The file cannot be written: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"\n  where:    {path}\n  do:       check that the folder exists, is writable and has room, or choose another place", error.Message, StringComparison.Ordinal);
    }
}
