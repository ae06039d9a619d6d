using LeanPose.Datasets;
using LeanPose.Testing;
using PureHDF;
using Xunit;

namespace LeanPose.Formats.Tests.LabelTools;

public sealed class DeepLabCutFormatTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public DeepLabCutFormatTests() => Directory.CreateDirectory(_folder["labeled-data", "walk"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_individual_with_the_picture_in_one_cell()
    {
        var dataset = Csv("""
            scorer,DJ,DJ,DJ,DJ
            bodyparts,nose,nose,tail,tail
            coords,x,y,x,y
            labeled-data/walk/img001.png,10.5,20.25,,
            labeled-data\walk\img002.png,1,2,3,4
            labeled-data/walk/img003.png,,,,
            """);
        Assert.Equal(["nose", "tail"], dataset.Skeleton.Keypoints);
        Assert.Equal(["labeled-data/walk/img001.png", "labeled-data/walk/img002.png", "labeled-data/walk/img003.png"], dataset.Images.Select(i => i.FileName));
        Assert.Equal(_folder["labeled-data/walk/img001.png"], dataset.Images[0].Path);
        Assert.Equal([new(10.5, 20.25, Visibility.Visible), default], dataset.Persons[0].Keypoints);
        Assert.Equal(2, dataset.Persons.Length);
    }

    [Fact]
    public void Several_individuals_with_the_picture_in_three_cells()
    {
        var dataset = Csv("""
            scorer,,,DJ,DJ,DJ,DJ
            individuals,,,a,a,b,b
            bodyparts,,,nose,nose,nose,nose
            coords,,,x,y,x,y
            labeled-data,walk,img001.png,1,2,3,4
            labeled-data,walk,img002.png,NaN,,5,6
            """);
        Assert.Equal("labeled-data/walk/img002.png", dataset.Images[1].FileName);
        Assert.Equal([1, 3, 5], dataset.Persons.Select(p => p.Keypoints[0].X));
    }

    [Fact]
    public void Problems_name_line_and_keypoint()
    {
        var error = Assert.Throws<DataException>(() => Csv("scorer,DJ,DJ\nbodyparts,nose,nose\ncoords,x,y\na.png,1\nb.png,1,two\n"));
        Assert.Equal(["line 4", "line 5, nose y"], error.Problems.Select(p => p.Where.Split(".csv, ")[1]));
        Assert.Contains("what a model predicted", Assert.Throws<DataException>(() => Csv("scorer,DJ,DJ,DJ\nbodyparts,nose,nose,nose\ncoords,x,y,likelihood\n0,1,2,0.5\n")).Message, StringComparison.Ordinal);
        Assert.Contains("header rows", Assert.Throws<DataException>(() => Csv("scorer,DJ\nx,y\n")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tables_of_pandas_in_HDF5_hold_the_same(bool severalCells)
    {
        // The fixed form: of every level the names, and for each entry which of them it has; levels come sorted.
        var table = new H5Group
        {
            ["axis0_level0"] = new[] { "DJ" },
            ["block0_items_level0"] = new[] { "DJ" },
            ["block0_items_label0"] = new sbyte[] { 0, 0, 0, 0 },
            ["block0_items_level1"] = new[] { "nose", "tail" },
            ["block0_items_label1"] = new sbyte[] { 1, 1, 0, 0 },
            ["block0_items_level2"] = new[] { "x", "y" },
            ["block0_items_label2"] = new sbyte[] { 0, 1, 0, 1 },
            ["block0_values"] = new[,] { { 1.5, 2, double.NaN, double.NaN }, { 3, 4, 5, 6 } },
        };
        if (severalCells)
        {
            table["axis1_level0"] = new[] { "labeled-data" };
            table["axis1_label0"] = new sbyte[] { 0, 0 };
            table["axis1_level1"] = new[] { "walk" };
            table["axis1_label1"] = new sbyte[] { 0, 0 };
            table["axis1_level2"] = new[] { "img001.png", "img002.png" };
            table["axis1_label2"] = new sbyte[] { 1, 0 };
        }
        else
        {
            table["axis1"] = new[] { "labeled-data/walk/img002.png", "labeled-data/walk/img001.png" };
        }

        var path = _folder["labeled-data", "walk", "CollectedData_DJ.h5"];
        // PyTables writes texts of one length.
        new H5File { ["df_with_missing"] = table }.Write(path, new H5WriteOptions(DefaultStringLength: 40));
        var dataset = Read(path);
        Assert.Equal(["tail", "nose"], dataset.Skeleton.Keypoints);
        Assert.Equal(["labeled-data/walk/img002.png", "labeled-data/walk/img001.png"], dataset.Images.Select(i => i.FileName));
        Assert.Equal([new(1.5, 2, Visibility.Visible), default], dataset.Persons[0].Keypoints);
        Assert.Equal([new(3, 4, Visibility.Visible), new(5, 6, Visibility.Visible)], dataset.Persons[1].Keypoints);
    }

    [Fact]
    public void Other_HDF5_files_are_refused_with_a_way_out()
    {
        var path = _folder["labeled-data", "walk", "CollectedData_DJ.h5"];
        new H5File { ["df_with_missing"] = new H5Group { ["table"] = new[] { 1.0 } } }.Write(path);
        Assert.Contains("CollectedData_DJ.csv", Assert.Throws<DataException>(() => Read(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "nothing");
        Assert.Contains("no HDF5 file", Assert.Throws<DataException>(() => Read(path)).Message, StringComparison.Ordinal);
    }

    private PoseDataset Csv(string text)
    {
        var path = _folder["labeled-data", "walk", "CollectedData_DJ.csv"];
        File.WriteAllText(path, text);
        return Read(path);
    }

    private static PoseDataset Read(string path)
    {
        var format = FormatCatalog.Detect(path);
        Assert.Equal("deeplabcut", format.Name);
        return format.Read(path, new());
    }
}
