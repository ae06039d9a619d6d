using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.Geometry;

namespace LeanPose.Formats.LabelTools;

/// <summary>
/// CVAT's "CVAT for images 1.1": <c>annotations.xml</c> with skeletons, or with single points and boxes that a <c>group_id</c> joins. A point marked
/// outside is not labelled, one marked occluded is hidden. CVAT's "COCO Keypoints" is read as coco.
/// </summary>
public sealed class CvatFormat : IDatasetFormat
{
    private const string HowToGroup = "label persons with a skeleton, or group the points of each (G in CVAT)";

    /// <inheritdoc/>
    public string Name => "cvat";

    /// <inheritdoc/>
    public string Description => "CVAT for images 1.1, annotations.xml; its COCO Keypoints export is read as coco.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) =>
        source.Holds("annotations.xml") || (source.Extension == ".xml" && source.Head.Contains("<annotations", StringComparison.Ordinal)) ? Recognition.Certain : Recognition.No;

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, "annotations.xml") : path;
        var root = Load(file);
        if (root.Name != "annotations" || root.Elements("track").Any())
            throw new DataException("The file is not CVAT for images.", file, "<annotations> with <image> elements", "export the task as \"CVAT for images 1.1\"");
        var beside = Path.Combine(CocoDialect.FolderOf(file), "images");
        var builder = new DatasetBuilder(file, options, Directory.Exists(beside) ? beside : CocoDialect.FolderOf(file));
        var labels = CvatLabels.Of(root, file);
        foreach (var element in root.Elements("image"))
            AddImage(element, labels, builder, file);
        return builder.BuildByName(labels.Keypoints);
    }

    private static void AddImage(XElement element, CvatLabels labels, DatasetBuilder builder, string file)
    {
        var place = Place(file, element);
        if ((string?)element.Attribute("name") is not { Length: > 0 } name)
        {
            builder.Problems.Add("The image has no name.", place, "name=\"a.jpg\"");
            return;
        }

        var image = builder.Image(name, place, Side(element, "width"), Side(element, "height"));
        var groups = new PointGroups(image, $"image {name}", builder, HowToGroup);
        foreach (var shape in element.Elements())
        {
            var label = (string?)shape.Attribute("label") ?? "";
            var group = (string?)shape.Attribute("group_id") is { Length: > 0 } id && id != "0" ? "group " + id : null;
            if (shape.Name == "skeleton" && labels.IsPerson(label))
            {
                // A skeleton is a group of its own, and a box of its group is its box.
                var own = group ?? $"skeleton {((IXmlLineInfo)shape).LineNumber}:{((IXmlLineInfo)shape).LinePosition}";
                foreach (var point in shape.Elements("points"))
                    AddPoint(point, own, groups, builder, file);
            }
            else if (shape.Name == "points" && labels.IsKeypoint(label))
            {
                AddPoint(shape, group, groups, builder, file);
            }
            else if (shape.Name == "box" && Box(shape) is { } box)
            {
                groups.Box(label, box, group);
            }
        }

        groups.Finish();
    }

    private static void AddPoint(XElement element, string? group, PointGroups groups, DatasetBuilder builder, string file)
    {
        var place = Place(file, element);
        if ((string?)element.Attribute("label") is not { Length: > 0 } name)
        {
            builder.Problems.Add("The point has no label.", place, "label=\"nose\"");
            return;
        }

        if ((string?)element.Attribute("outside") == "1")
            return;
        var xy = ((string?)element.Attribute("points") ?? "").Split(',', ';');
        if (xy.Length == 2 && Number(xy[0]) is { } x && Number(xy[1]) is { } y)
            groups.Point(name, new(x, y, (string?)element.Attribute("occluded") == "1" ? Visibility.Hidden : Visibility.Visible), group, place);
        else
            builder.Problems.Add($"The shape {name} has {xy.Length / 2} points.", place, "points=\"x,y\": one point for each keypoint", "label persons with a skeleton, whose points have names");
    }

    private static Box? Box(XElement e)
    {
        double? At(string name) => Number((string?)e.Attribute(name));
        return At("xtl") is { } left && At("ytl") is { } top && At("xbr") is { } right && At("ybr") is { } bottom && right >= left && bottom >= top
            ? new(left, top, right - left, bottom - top)
            : null;
    }

    private static int Side(XElement image, string name) =>
        int.TryParse((string?)image.Attribute(name), NumberStyles.None, CultureInfo.InvariantCulture, out var side) ? side : 0;

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static string Place(string file, XElement element) => $"{file}, line {((IXmlLineInfo)element).LineNumber}";

    private static XElement Load(string file)
    {
        try
        {
            using var reader = XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
        }
        catch (XmlException e)
        {
            throw new DataException($"The file is not valid XML: {e.Message}", $"{file}, line {e.LineNumber}", "XML as CVAT writes it", "export it again", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(File.Exists(file) ? $"The file cannot be read: {e.Message}" : "The file does not exist.", file, fix: "check the path", inner: e);
        }
    }
}

/// <summary>What CVAT's header says of labels.</summary>
/// <param name="Person">The skeleton that is a person; null where there is none and points stand alone.</param>
/// <param name="Keypoints">Its points in their order, or all point labels.</param>
internal sealed record CvatLabels(string? Person, IReadOnlyList<string> Keypoints)
{
    /// <exception cref="DataException">Several skeletons are there and none is called person.</exception>
    public static CvatLabels Of(XElement root, string file)
    {
        var labels = root.Element("meta")?.Descendants("label").Select(l => (Name: (string?)l.Element("name") ?? "", Type: (string?)l.Element("type"), Parent: (string?)l.Element("parent"))).ToArray() ?? [];
        var skeletons = labels.Where(l => l.Type == "skeleton").Select(l => l.Name).Distinct().ToArray();
        if (skeletons.Length == 0)
            return new(null, [.. labels.Where(l => l.Type == "points").Select(l => l.Name).Distinct()]);
        var person = skeletons.Length == 1 ? skeletons[0] : skeletons.FirstOrDefault(s => s.Equals("person", StringComparison.OrdinalIgnoreCase))
            ?? throw new DataException($"{skeletons.Length} skeletons could be persons: {string.Join(", ", skeletons)}.", $"{file}, meta", "one skeleton, or one of them called person", "rename the one that is meant to person");
        return new(person, [.. labels.Where(l => l.Parent == person).Select(l => l.Name).Distinct()]);
    }

    public bool IsPerson(string label) => Person is null || label == Person;

    public bool IsKeypoint(string label) => Keypoints.Count == 0 || Keypoints.Contains(label);
}
