using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace LeanPose.Cli.Reports;

/// <summary>HTML as an XML tree: escaping is nobody's task, and the page is well-formed by construction.</summary>
internal static class Markup
{
    private static readonly HashSet<string> Void = ["meta", "img", "br"];

    /// <summary>An element; content is attributes, elements, text, sequences of these; null is left out.</summary>
    public static XElement Tag(string name, params object?[] content) => new(name, content);

    public static XAttribute Class(string value) => new("class", value);

    public static XAttribute Attr(string name, object value) => new(name, value);

    /// <summary>A section with a heading, or null where nothing stands under it.</summary>
    public static XElement? Section(string title, params object?[] content)
        => Flat(content).ToArray() is { Length: > 0 } parts ? Tag("section", Tag("h2", title), parts) : null;

    /// <summary>The whole page as text.</summary>
    public static string Page(string title, params object?[] body)
    {
        var page = Tag(
            "html",
            Attr("lang", "en"),
            Tag(
                "head",
                Tag("meta", Attr("charset", "utf-8")),
                Tag("meta", Attr("name", "viewport"), Attr("content", "width=device-width, initial-scale=1")),
                Tag("meta", Attr("name", "color-scheme"), Attr("content", "light dark")),
                Tag("title", title),
                Tag("style", ReportStyle.Css)),
            Tag("body", Tag("main", body)));

        foreach (var element in page.DescendantsAndSelf())
        {
            // HTML closes only its void elements in one go; <div /> would stay open.
            if (element.IsEmpty && !Void.Contains(element.Name.LocalName))
                element.Add("");
            foreach (var attribute in element.Attributes())
                attribute.Value = Legal(attribute.Value);
        }

        foreach (var text in page.DescendantNodes().OfType<XText>())
            text.Value = Legal(text.Value);
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static IEnumerable<object> Flat(object? content) => content switch
    {
        null => [],
        string or XObject => [content],
        IEnumerable<object?> many => many.SelectMany(Flat),
        _ => [content],
    };

    // File names may hold characters that no web page may.
    private static string Legal(string text)
    {
        if (text.All(c => XmlConvert.IsXmlChar(c)))
            return text;
        var legal = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            legal.Append(rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD");
        return legal.ToString();
    }
}
