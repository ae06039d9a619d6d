using System.Xml.Linq;
using LeanPose.Datasets;
using LeanPose.Drawing;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using LeanPose.Suspicion;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Reports;

/// <summary>The persons whose labels, or pseudo labels, are to be looked at first: one page without script or other file.</summary>
internal static class ReviewPage
{
    private const int Size = 320;
    private const int Named = 4;
    private const int Marked = 6;

    /// <summary>The page as text.</summary>
    /// <param name="model">What looked at the persons.</param>
    /// <param name="skeleton">Their keypoints.</param>
    /// <param name="persons">All of them.</param>
    /// <param name="count">How many to show, labelled ones first, the most suspicious first.</param>
    public static string Of(string model, Skeleton skeleton, IReadOnlyList<DoubtedPerson> persons, int count)
    {
        var shown = persons.OrderBy(p => p.Label is null).ThenByDescending(p => p.Suspicion).Take(count).ToList();
        return Page(
            "Review · LeanPose",
            Tag("h1", "Labels to look at"),
            Tag("p", Class("soft"), $"{shown.Count} of {persons.Count} persons, the most suspicious first, as seen by {model}."),
            Part("Labelled persons", "Left: the label, rings where it is doubted. Right: what the networks see together; crosses: where each of them sees the doubted keypoint.", shown.Where(p => p.Label is not null)),
            Part("Unlabelled persons", "The pseudo label; rings where the networks disagree most.", shown.Where(p => p.Label is null)));

        XElement? Part(string title, string key, IEnumerable<DoubtedPerson> part)
        {
            var figures = part.Select(p => Figure(p, skeleton)).ToList();
            return figures.Count == 0 ? null : Section(title, Tag("p", Class("soft"), key, PictureSection.SideKey()), Tag("div", Class("pictures"), figures));
        }
    }

    private static XElement Figure(DoubtedPerson doubted, Skeleton skeleton)
    {
        var (person, suspicion) = (doubted.Person, doubted.KeypointSuspicion.ToArray());
        int[] worst = doubted.Label is { } label
            ? [.. Enumerable.Range(0, skeleton.Count).Where(j => label.Keypoints[j] >= Math.Min(LabelDoubt.Noted, label.Suspicion)).OrderByDescending(j => suspicion[j])]
            : [.. Enumerable.Range(0, skeleton.Count).OrderByDescending(j => suspicion[j]).Take(Named)];
        var pictures = PersonPictures.Open(person with { Keypoints = doubted.Given, Pixels = person.Pixels }, Size);
        return Tag(
            "figure",
            pictures is null
                ? Tag("p", Class("soft small"), "The picture cannot be read any more: ", Tag("code", person.Image.Path))
                : Tag("div", Class(doubted.Label is null ? "" : "pair"), Pictures(doubted, skeleton, pictures, [.. worst.Take(Marked)])),
            Tag("figcaption", $"{person.Image.FileName} · person {person.Id} · {Caption(doubted, skeleton, worst, suspicion)}"));
    }

    private static IEnumerable<XElement> Pictures(DoubtedPerson doubted, Skeleton skeleton, PersonPictures pictures, int[] worst)
    {
        var seen = new PoseResult(doubted.Person.Image.Id, [.. doubted.Pose.Keypoints.Select(k => new ScoredPoint(k.Position.X, k.Position.Y, k.Score))], 1);
        if (doubted.Label is not null)
        {
            yield return Picture(pictures.Label(skeleton, [.. worst.Select(j => new FaultMark(Place(doubted.Given[j]), []))]), "label");
            yield return Picture(pictures.Prediction(skeleton, seen, [.. worst.Select(j => new FaultMark(Place(doubted.Given[j]), [.. doubted.Seen!.Members.Select(m => new Point2(m[j].X, m[j].Y))]))]), "networks");
        }
        else
        {
            yield return Picture(pictures.Prediction(skeleton, seen, [.. worst.Select(j => new FaultMark(doubted.Pose.Keypoints[j].Position, []))]), "pseudo label");
        }

        XElement Picture(Imaging.RgbImage picture, string what) =>
            Tag("img", Attr("src", DataUri.Jpeg(picture)), Attr("alt", $"{doubted.Person.Image.FileName}, {what}"), Attr("width", Size), Attr("height", Size));
    }

    private static string Caption(DoubtedPerson doubted, Skeleton skeleton, int[] worst, double[] suspicion)
    {
        var keypoints = worst.Take(Named).Select(j =>
            $"{skeleton.Keypoints[j]} {suspicion[j]:0.00}{(doubted.Label?.Faults[j] is { } fault ? $" ({FaultNames.Of(fault)})" : "")}");
        return string.Join(", ", keypoints) + (worst.Length > Named ? $" and {worst.Length - Named} more" : "");
    }

    private static Point2 Place(Keypoint label) => new(label.X, label.Y);
}
