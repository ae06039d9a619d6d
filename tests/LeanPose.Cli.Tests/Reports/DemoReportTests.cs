using LeanPose.Cli.Reports;
using LeanPose.Imaging;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Reports;

public sealed class DemoReportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_compares_the_methods_and_shows_every_person()
    {
        var persons = Enumerable.Range(1, 3).Select(i => SampleRun.Person(_folder, i, i)).Select(p => new DemoPerson(p.Skeleton, p.Person, [p.Result, null])).ToArray();
        var page = SampleRun.Parse(Write(persons));
        var text = SampleRun.Text(page);

        foreach (var expected in new[] { "supervised", "sspcm", "31.2", "52.3", "no instance in this range", "1 min 30 s", "AP50", "only 5 of them carry labels", "200 steps" })
            Assert.Contains(expected, text);
        Assert.Equal(4, page.Descendants("svg").Count()); // AP and PCK, over steps and over time
        Assert.All(page.Descendants("svg"), svg => Assert.Equal(2, svg.Descendants("path").Count())); // both methods in one plot

        // One row per person below the titles, three columns: label and two methods.
        var grid = ImageDecoder.Load(_folder["grid.png"]);
        Assert.InRange(grid.Width, 3 * 200, 3 * 400);
        Assert.InRange(grid.Height, grid.Width * 0.9, grid.Width * 1.3);
    }

    [Fact]
    public void Without_pictures_there_is_no_grid()
    {
        Assert.Empty(SampleRun.Parse(Write([])).Descendants("img"));
        Assert.False(File.Exists(_folder["grid.png"]));
    }

    private string Write(IReadOnlyList<DemoPerson> persons)
    {
        SampleRun.Write(_folder["supervised"]);
        SampleRun.Write(_folder["sspcm"]);
        DemoEntry[] entries =
        [
            new("supervised", new Dictionary<string, double?> { ["AP"] = 0.3123, ["AP50"] = 0.5, ["APm"] = null }, 40, _folder["supervised"]),
            new("sspcm", new Dictionary<string, double?> { ["AP"] = 0.5234, ["AP50"] = 0.7, ["APm"] = null }, 90, _folder["sspcm"]),
        ];
        return DemoReport.Write(_folder.Path, new DemoSetting(5, 50, 20, 200), entries, persons);
    }
}
