using System.Xml.Linq;
using LeanPose.Drawing;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Reports;

/// <summary>Validation pictures: label beside prediction for the worst, typical and best persons.</summary>
internal static class PictureSection
{
    private const int PersonsPerGroup = 6;
    private const int Size = 256;

    public static XElement? Draw(IReadOnlyList<PredictedPerson> examples)
    {
        var ranked = examples.Where(e => double.IsFinite(e.RelativeError)).OrderByDescending(e => e.RelativeError).ToArray();
        if (ranked.Length == 0)
            return null;
        return Section(
            "Validation pictures",
            Tag("p", Class("soft"), "Left: the label. Right: the prediction, unsure keypoints too. Persons are ranked by mean keypoint error over the longer side of their box.", SideKey()),
            Groups(ranked).Select(g => new object?[]
            {
                Tag("h3", $"{g.Title} ({g.Persons.Count} of {ranked.Length} persons)"),
                Tag("div", Class("pictures"), g.Persons.Select(Pair)),
            }));
    }

    /// <summary>Which colour is which side.</summary>
    public static XElement SideKey() => Tag("span", Key(SideColours.Left), "the person’s left", Key(SideColours.Right), "right", Key(SideColours.Middle), "middle");

    /// <summary>Few persons make one group; more make three that share none.</summary>
    internal static IEnumerable<(string Title, IReadOnlyList<PredictedPerson> Persons)> Groups(IReadOnlyList<PredictedPerson> worstFirst)
    {
        var n = worstFirst.Count;
        if (n <= 3 * PersonsPerGroup)
            return [("All, worst first", worstFirst)];
        return
        [
            ("Worst", [.. worstFirst.Take(PersonsPerGroup)]),
            ("Typical", [.. worstFirst.Skip((n - PersonsPerGroup) / 2).Take(PersonsPerGroup)]),
            ("Best", [.. worstFirst.TakeLast(PersonsPerGroup).Reverse()]),
        ];
    }

    private static XElement Pair(PredictedPerson example)
    {
        var name = example.Person.Image.FileName;
        var pictures = PersonPictures.Open(example.Person, Size);
        return Tag(
            "figure",
            pictures is null
                ? Tag("p", Class("soft small"), "The picture cannot be read any more: ", Tag("code", example.Person.Image.Path))
                : Tag(
                    "div",
                    Class("pair"),
                    Picture(DataUri.Jpeg(pictures.Label(example.Skeleton)), $"{name}, label"),
                    Picture(DataUri.Jpeg(pictures.Prediction(example.Skeleton, example.Result)), $"{name}, prediction")),
            Tag("figcaption", $"{name} · person {example.Person.Id} · error {example.MeanError:0.0} px ({Numbers.Percent(example.RelativeError)} % of the box)"));
    }

    private static XElement Picture(string uri, string description)
        => Tag("img", Attr("src", uri), Attr("alt", description), Attr("width", Size), Attr("height", Size));

    private static XElement Key((byte R, byte G, byte B) c) => Tag("span", Class("key"), Attr("style", $"background:rgb({c.R},{c.G},{c.B})"));
}
