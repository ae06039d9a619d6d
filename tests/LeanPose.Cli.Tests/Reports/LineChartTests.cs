using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using LeanPose.Cli.Reports;
using Xunit;

namespace LeanPose.Cli.Tests.Reports;

public partial class LineChartTests
{
    [Fact]
    public void Every_point_lies_inside_the_picture()
        => Gen.Select(Gen.Double[-1e6, 1e6], Gen.Double[-1e3, 1e3]).Array[2, 600].Sample(points =>
        {
            var svg = new LineChart("t", "x", [new Series("s", points)], Marks: true).Draw()!.Descendants("svg").Single();
            var path = (string)svg.Descendants("path").Single().Attribute("d")!;
            foreach (Match m in Pair().Matches(path))
            {
                Assert.InRange(double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture), 0, 480);
                Assert.InRange(double.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture), 0, 250);
            }
        }, iter: 200);

    [Fact]
    public void Higher_values_are_drawn_higher_and_later_ones_further_right()
    {
        var svg = new LineChart("t", "x", [new Series("s", [(0, 1), (10, 3)])], Marks: true).Draw()!;
        var marks = svg.Descendants("circle").Select(c => ((double)c.Attribute("cx")!, (double)c.Attribute("cy")!)).ToArray();
        Assert.True(marks[1].Item1 > marks[0].Item1 && marks[1].Item2 < marks[0].Item2);
    }

    [Fact]
    public void Intervals_are_upright_bars_around_their_points_and_equal_factors_lie_equally_far_apart()
    {
        var series = new Series("s", [(50, 10), (100, 20), (200, 30)], [(50, 5, 15), (100, 12, 26), (200, 29, 31)]);
        var svg = new LineChart("t", "x", [series], Marks: true, LogarithmicX: true).Draw()!;
        var marks = svg.Descendants("circle").Select(c => (X: (double)c.Attribute("cx")!, Y: (double)c.Attribute("cy")!)).ToArray();
        var bars = svg.Descendants("line").Where(l => (string?)l.Attribute("class") == "range").ToArray();
        Assert.Equal(marks[1].X - marks[0].X, marks[2].X - marks[1].X, 0.2);
        Assert.Equal(3, bars.Length);
        foreach (var (mark, bar) in marks.Zip(bars))
        {
            Assert.Equal(mark.X, (double)bar.Attribute("x1")!, 0.2);
            Assert.InRange(mark.Y, (double)bar.Attribute("y2")!, (double)bar.Attribute("y1")!);
        }
    }

    [Fact]
    public void One_point_or_none_is_no_chart()
    {
        Assert.Null(new LineChart("t", "x", [new Series("s", [(1, 1)]), new Series("e", [])]).Draw());
        Assert.Null(new LineChart("t", "x", [new Series("s", [(1, 1), (2, double.NaN)])]).Draw());
    }

    [Fact]
    public void Thinning_keeps_the_mean_and_the_last_x()
        => Gen.Select(Gen.Double[0, 1e3], Gen.Double[0, 1]).Array[480, 5000].Sample(points =>
        {
            Assert.InRange(LineChart.Thin(points).Count, 121, 240);

            points = points[..(points.Length / 240 * 240)]; // neighbourhoods of equal size, so that the mean of means is the mean
            var thin = LineChart.Thin(points);
            Assert.Equal(points[^1].Item1, thin[^1].X);
            Assert.Equal(points.Average(p => p.Item2), thin.Average(p => p.Y), 1e-9);
        }, iter: 50);

    [Fact]
    public void Ticks_are_few_rise_and_stay_on_the_axis()
        => Gen.Select(Gen.Double[1e-6, 1e6], Gen.Double[1.5, 1e5]).Sample((low, factor) =>
        {
            foreach (var axis in new[] { Axis.Linear(low, low * factor, round: true), Axis.Linear(-low, low * factor, round: false), Axis.Logarithmic(low, low * Math.Max(factor, 30)) })
            {
                Assert.InRange(axis.Ticks.Count, 1, 12);
                Assert.Equal(axis.Ticks.Order(), axis.Ticks);
                Assert.All(axis.Ticks, t => Assert.InRange(axis.Place(t), -1e-3, 1 + 1e-3));
            }
        });

    [GeneratedRegex(@"(-?[\d.]+) (-?[\d.]+)")]
    private static partial Regex Pair();
}
