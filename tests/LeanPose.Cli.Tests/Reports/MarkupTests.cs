using System.Xml;
using System.Xml.Linq;
using CsCheck;
using Xunit;
using static LeanPose.Cli.Reports.Markup;

namespace LeanPose.Cli.Tests.Reports;

public class MarkupTests
{
    [Fact]
    public void Any_text_comes_through_a_page_but_for_what_no_page_may_hold()
        => Gen.String.Sample(text =>
        {
            var page = Page("t", Tag("p", Attr("title", text), text));
            var p = XDocument.Parse(page["<!DOCTYPE html>".Length..], LoadOptions.PreserveWhitespace).Descendants("p").Single();
            var legal = string.Concat(text.EnumerateRunes().Select(r => r.Value > 0xFFFF || XmlConvert.IsXmlChar((char)r.Value) ? r.ToString() : "\uFFFD"));
            Assert.Equal(legal, p.Value);
            Assert.Equal(legal, (string)p.Attribute("title")!);
        });

    [Fact]
    public void Only_HTML_s_void_elements_close_themselves()
    {
        var page = Page("t", Tag("div"), Tag("br"));
        Assert.Contains("<div></div>", page);
        Assert.Contains("<br />", page);
    }

    [Fact]
    public void A_section_with_nothing_in_it_is_left_out()
    {
        Assert.Null(Section("Empty", null, Array.Empty<XElement>(), new object?[] { null }));
        Assert.NotNull(Section("Full", "text"));
    }
}
