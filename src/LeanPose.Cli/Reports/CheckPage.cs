using System.Xml.Linq;
using LeanPose.Checks;
using LeanPose.Drawing;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Reports;

/// <summary>The findings as a page, with pictures of the faults.</summary>
internal static class CheckPage
{
    private const int PicturesPerCode = 24;
    private const int RowsPerCode = 200;
    private const int Size = 320;

    public static string Write(CheckReport report, CancellationToken stop)
    {
        var groups = report.Findings.GroupBy(f => f.Check).ToArray();
        return Page(
            "Data check",
            Tag("h1", "Data check"),
            report.Sets.Select(s => Tag("p", Class("soft small"), $"{s.Name}: {s.Images} pictures, {s.Persons} persons, {s.Labelled} with labels, {s.Skeleton} ", Tag("code", s.File))),
            Tag("div", Class("tiles"), Tile(report, FindingSeverity.Error, "errors"), Tile(report, FindingSeverity.Warning, "warnings"), Tile(report, FindingSeverity.Hint, "hints")),
            groups.Length == 0 ? Tag("p", "Nothing was found.") : Table(groups),
            Tag("p", Class("soft small"), "Drawn: the labels, the box and a ring at the fault in red. ", PictureSection.SideKey()),
            groups.Select(g => Group(g.Key, [.. g], stop)));
    }

    private static XElement Tile(CheckReport report, FindingSeverity severity, string name) =>
        Tag("div", Class("tile"), Tag("b", $"{report.Count(severity)}"), Tag("span", name));

    private static XElement Table(IGrouping<CheckCode, Finding>[] groups) => Tag(
        "div",
        Class("scroll"),
        Tag(
            "table",
            Tag("thead", Tag("tr", Tag("th", "code"), Tag("th", "what"), Tag("th", "errors"), Tag("th", "warnings"), Tag("th", "hints"))),
            Tag("tbody", groups.Select(g => Tag(
                "tr",
                Tag("th", Tag("a", Attr("href", "#" + g.Key.Code), g.Key.Code)),
                Tag("td", g.Key.Title),
                new[] { FindingSeverity.Error, FindingSeverity.Warning, FindingSeverity.Hint }.Select(s => Tag("td", Class("num"), $"{g.Count(f => f.Severity == s)}")))))));

    private static XElement Group(CheckCode check, Finding[] findings, CancellationToken stop)
    {
        var drawn = new List<XElement>();
        var left = new List<Finding>();
        foreach (var finding in findings)
        {
            stop.ThrowIfCancellationRequested();
            if (drawn.Count < PicturesPerCode && Figure(finding) is { } figure)
                drawn.Add(figure);
            else
                left.Add(finding);
        }

        return Tag(
            "section",
            Attr("id", check.Code),
            Tag("h2", $"{check.Code}: {check.Title} ({findings.Length})"),
            drawn.Count == 0 ? null : Tag("div", Class("pictures"), drawn),
            left.Count == 0 ? null : Tag("ul", left.Take(RowsPerCode).Select(f => Tag("li", Class("small"), Text(f)))),
            left.Count <= RowsPerCode ? null : Tag("p", Class("soft small"), $"… and {left.Count - RowsPerCode} more; --json has them."));
    }

    private static XElement? Figure(Finding finding)
    {
        if (FindingPicture.Draw(finding, Size) is not { } picture)
            return null;
        var other = FindingPicture.DrawOther(finding, Size);
        return Tag(
            "figure",
            Tag("div", Class(other is null ? "fault" : "pair"), new[] { picture, other }.OfType<Imaging.RgbImage>().Select(p => Tag("img", Attr("src", DataUri.Jpeg(p)), Attr("alt", finding.Found), Attr("width", Size), Attr("height", Size)))),
            Tag("figcaption", Text(finding)));
    }

    private static object[] Text(Finding finding) =>
    [
        Tag("span", Class(finding.Severity.ToString().ToLowerInvariant() is var s && s == "warning" ? "best" : s), finding.Severity.ToString().ToLowerInvariant()),
        $" {finding.Found} ",
        Tag("code", finding.Where()),
        Tag("br"),
        $"Expected: {finding.Expected}. Do: {finding.Fix}.",
    ];
}
