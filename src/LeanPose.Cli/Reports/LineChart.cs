using System.Text;
using System.Xml.Linq;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Reports;

/// <summary>One line of a chart.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">In rising order of x.</param>
/// <param name="Ranges">Intervals (x, low, high) to draw as upright bars; null for none.</param>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, IReadOnlyList<(double X, double Low, double High)>? Ranges = null);

/// <summary>
/// Lines over one axis as inline SVG. Colours and text come from the page's style sheet, so the chart follows light and
/// dark and needs no font of ours.
/// </summary>
/// <param name="Title">Heading.</param>
/// <param name="XLabel">What x counts, and in what.</param>
/// <param name="Series">The lines; empty ones are left out.</param>
/// <param name="Marks">Whether each point is marked (few, measured points) or not (many).</param>
/// <param name="LogarithmicX">Whether equal factors of x lie equally far apart; x above 0 then.</param>
internal sealed record LineChart(string Title, string XLabel, IReadOnlyList<Series> Series, bool Marks = false, bool LogarithmicX = false)
{
    private const int Width = 480;
    private const int Height = 250;
    private const int Left = 46;
    private const int Right = 12;
    private const int Top = 10;
    private const int Bottom = 38;
    private const int MostPoints = 240;
    private const double LogarithmicFrom = 30;

    /// <summary>The chart, or null where no line has two points.</summary>
    public XElement? Draw()
    {
        var lines = Series.Select(s => s with { Points = Thin([.. s.Points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y))]) }).Where(s => s.Points.Count > 0).ToArray();
        if (!lines.Any(s => s.Points.Count > 1))
            return null;

        var xs = lines.SelectMany(s => s.Points).Select(p => p.X).ToArray();
        var ys = lines.SelectMany(s => s.Points.Select(p => p.Y).Concat((s.Ranges ?? []).SelectMany(r => new[] { r.Low, r.High }))).ToArray();
        var xAxis = LogarithmicX && xs.Max() > xs.Min() ? Axis.Logarithmic(xs.Min(), xs.Max()) : Axis.Linear(xs.Min(), xs.Max(), round: false);
        var yAxis = ys.Min() > 0 && ys.Max() / ys.Min() > LogarithmicFrom ? Axis.Logarithmic(ys.Min(), ys.Max()) : Axis.Linear(Math.Min(0, ys.Min()), ys.Max(), round: true);
        double X(double v) => Left + (xAxis.Place(v) * (Width - Left - Right));
        double Y(double v) => Height - Bottom - (yAxis.Place(v) * (Height - Top - Bottom));

        return Tag(
            "figure",
            Class("chart"),
            Tag("h3", Title),
            Tag(
                "svg",
                Attr("viewBox", $"0 0 {Width} {Height}"),
                Attr("role", "img"),
                Attr("aria-label", Title),
                yAxis.Ticks.Select(t => new[] { Line(Left, Y(t), Width - Right, Y(t)), Label(Left - 7, Y(t) + 4, "end", Numbers.Short(t)) }),
                xAxis.Ticks.Select(t => Label(X(t), Height - Bottom + 17, "middle", Numbers.Short(t))),
                Label((Left + Width - Right) / 2.0, Height - 3, "middle", XLabel),
                lines.Select((s, i) => Tag("g", Class(Colour(i)), Curve(s, X, Y), s.Ranges?.Select(r => Range(r, i, X, Y)), Marks ? s.Points.Select(p => Mark(s.Name, p, X, Y)) : null))),
            Tag("ul", Class("legend"), lines.Select((s, i) => Tag("li", Class(Colour(i)), s.Name + " ", Tag("b", Numbers.Short(s.Points[^1].Y))))));
    }

    /// <summary>At most <see cref="MostPoints"/> points: means of neighbours, which also calms a noisy loss.</summary>
    internal static IReadOnlyList<(double X, double Y)> Thin(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count <= MostPoints)
            return points;
        var size = (points.Count + MostPoints - 1) / MostPoints;
        return [.. points.Chunk(size).Select(c => (c[^1].X, c.Average(p => p.Y)))];
    }

    private static string Colour(int series) => $"s{series % ReportStyle.Colours}";

    private static XElement Line(double x1, double y1, double x2, double y2)
        => Tag("line", Class("grid"), Attr("x1", Px(x1)), Attr("y1", Px(y1)), Attr("x2", Px(x2)), Attr("y2", Px(y2)));

    private static XElement Label(double x, double y, string anchor, string text)
        => Tag("text", Attr("x", Px(x)), Attr("y", Px(y)), Attr("text-anchor", anchor), text);

    private static XElement Curve(Series s, Func<double, double> x, Func<double, double> y)
    {
        var path = new StringBuilder();
        foreach (var p in s.Points)
            path.Append(path.Length == 0 ? 'M' : 'L').Append(Px(x(p.X))).Append(' ').Append(Px(y(p.Y)));
        return Tag("path", Class("curve"), Attr("d", path.ToString()));
    }

    // Series are moved a little to the side of one another, so that their bars stay apart.
    private static XElement Range((double X, double Low, double High) r, int series, Func<double, double> x, Func<double, double> y)
        => Tag("line", Class("range"), Attr("x1", Px(x(r.X) + (series % ReportStyle.Colours))), Attr("y1", Px(y(r.Low))), Attr("x2", Px(x(r.X) + (series % ReportStyle.Colours))), Attr("y2", Px(y(r.High))));

    private static XElement Mark(string name, (double X, double Y) p, Func<double, double> x, Func<double, double> y)
        => Tag("circle", Class("mark"), Attr("cx", Px(x(p.X))), Attr("cy", Px(y(p.Y))), Attr("r", "3.2"), Tag("title", $"{name}: {Numbers.Short(p.Y)} at {Numbers.Short(p.X)}"));

    private static string Px(double v) => v.ToString("0.#");
}
