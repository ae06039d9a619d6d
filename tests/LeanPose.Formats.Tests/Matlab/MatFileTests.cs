using LeanPose.Datasets;
using LeanPose.Formats.Matlab;
using LeanPose.Testing;
using PureHDF;
using Xunit;

namespace LeanPose.Formats.Tests.Matlab;

public sealed class MatFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Variables_of_every_kind_are_read(bool compressed)
    {
        var path = Write(MatBytes.File(
            compressed,
            MatBytes.Doubles("ab", [2, 2], 1.5, -2, 3, double.NaN),
            MatBytes.Bytes("small", [1, 3], 7, 8, 255),
            MatBytes.Struct("s", ["name", "n"], [MatBytes.Text("", "ab.jpg"), MatBytes.Doubles("", [1, 1], 4)], [MatBytes.Empty(""), MatBytes.Text("", "1")]),
            MatBytes.Cells("c", MatBytes.Doubles("", [1, 1], 9))));
        var file = MatFile.Read(path);
        Assert.Equal([1.5, -2, 3, double.NaN], file.Numbers("ab", "").Values);
        Assert.Equal("2 × 2", file.Numbers("ab", "").Shape);
        Assert.Equal([7, 8, 255], file.Numbers("small", "").Values);
        var s = file.Struct("s", "");
        Assert.Equal(2, s.Count);
        Assert.Equal("ab.jpg", s.Get(0, "name")!.Text);
        Assert.Equal(4, s.Get(0, "n")!.Number);
        Assert.Equal(1, s.Get(1, "n")!.Number);
        Assert.Null(s.Get(1, "name")!.Number);
        Assert.Null(s.Get(0, "other"));
        Assert.True(file.Has("c"));
    }

    [Fact]
    public void Version_7_3_is_HDF5_with_the_dimensions_the_other_way_round()
    {
        var path = _folder["v73.mat"];
        new H5File { ["joints"] = new double[,] { { 1, 2, 3 }, { 4, 5, 6 } } }.Write(path, new H5WriteOptions(UserBlockSize: 512));
        using (var file = File.OpenWrite(path))
            file.Write("MATLAB 7.3 MAT-file"u8);
        var joints = MatFile.Read(path).Numbers("joints", "");
        Assert.Equal([3, 2], joints.Dimensions);
        Assert.Equal([1, 2, 3, 4, 5, 6], joints.Values);
    }

    [Fact]
    public void What_is_missing_is_said_with_what_is_there()
    {
        var path = Write(MatBytes.File(false, MatBytes.Text("title", "x")));
        var error = Assert.Throws<DataException>(() => MatFile.Read(path).Numbers("joints", "3 × 14 × N"));
        Assert.Contains("There is no variable \"joints\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"joints\": 3 × 14 × N; found title", error.Message, StringComparison.Ordinal);
        Assert.Throws<DataException>(() => MatFile.Read(path).Numbers("title", ""));
        Assert.Throws<DataException>(() => MatFile.Read(_folder["none.mat"]));
    }

    [Fact]
    public void Files_that_are_cut_off_or_changed_never_crash()
    {
        foreach (var compressed in new[] { false, true })
        {
            var whole = MatBytes.File(compressed, MatBytes.Struct("s", ["a"], [MatBytes.Doubles("", [3, 1], 1, 2, 3)]), MatBytes.Cells("c", MatBytes.Text("", "abc")));
            for (var length = 0; length < whole.Length; length += 3)
                ReadsOrSays(whole[..length]);
            var random = new Random(5);
            for (var n = 0; n < 500; n++)
            {
                var changed = whole.ToArray();
                for (var k = 0; k < 3; k++)
                    changed[random.Next(126, changed.Length)] = (byte)random.Next(256);
                ReadsOrSays(changed);
            }
        }

        void ReadsOrSays(byte[] bytes)
        {
            try
            {
                MatFile.Read(Write(bytes));
            }
            catch (DataException e)
            {
                Assert.Contains("a.mat", e.Message, StringComparison.Ordinal);
            }
        }
    }

    private string Write(byte[] bytes)
    {
        File.WriteAllBytes(_folder["a.mat"], bytes);
        return _folder["a.mat"];
    }
}
