using SkiaSharp;

namespace LeanPose.Drawing;

/// <summary>
/// A plain font made of strokes, so that captions look the same on every machine: Skia's Linux build without system
/// dependencies finds no typeface at all. Covers ASCII and a few signs; any other character is drawn as an empty box.
/// </summary>
internal static class StrokeFont
{
    // Glyphs stand on a grid where capitals go from 0 (top) to 14 (baseline) and descenders down to 18.
    private const float CapHeight = 14;
    private const float Descent = 4;
    private const float Space = 3.6f;
    private const float Blank = 5;

    private static readonly (float Width, string Path) Unknown = (7, "M0 0H7V14H0Z");

    /// <summary>Height of a line whose capitals are <paramref name="capHeight"/> pixels high, with descenders.</summary>
    public static float LineHeight(float capHeight) => capHeight * (CapHeight + Descent) / CapHeight;

    /// <summary>Width of a text in pixels.</summary>
    public static float Measure(string text, float capHeight)
        => text.Length == 0 ? 0 : (text.Sum(Advance) - Space) * capHeight / CapHeight;

    /// <summary>The text, or as much of it as fits into <paramref name="width"/> pixels; what is left out in the middle becomes an ellipsis, because file names differ at the end.</summary>
    public static string Fit(string text, float capHeight, float width)
    {
        if (Measure(text, capHeight) <= width)
            return text;
        for (var kept = text.Length - 1; kept > 0; kept--)
        {
            var shorter = string.Concat(text.AsSpan(0, kept / 2), "…", text.AsSpan(text.Length - (kept - (kept / 2))));
            if (Measure(shorter, capHeight) <= width)
                return shorter;
        }

        return "";
    }

    /// <summary>Draws one line of text.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="text">What.</param>
    /// <param name="x">Left edge, pixels.</param>
    /// <param name="top">Top of the capitals, pixels.</param>
    /// <param name="capHeight">Height of the capitals, pixels.</param>
    /// <param name="colour">Of the strokes.</param>
    /// <param name="weight">Stroke width on the glyphs' grid; about 1.5 is regular, 2.2 bold.</param>
    public static void Draw(SKCanvas canvas, string text, float x, float top, float capHeight, SKColor colour, float weight = 1.5f)
    {
        using var paint = new SKPaint
        {
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
            StrokeWidth = weight,
            Color = colour,
        };
        canvas.Save();
        canvas.Translate(x, top);
        canvas.Scale(capHeight / CapHeight);
        foreach (var c in text)
        {
            if (c != ' ')
            {
                using var path = SKPath.ParseSvgPathData(Glyph(c).Path);
                canvas.DrawPath(path, paint);
            }

            canvas.Translate(Advance(c), 0);
        }

        canvas.Restore();
    }

    private static float Advance(char c) => c == ' ' ? Blank + Space : Glyph(c).Width + Space;

    private static (float Width, string Path) Glyph(char c) => Glyphs.TryGetValue(c, out var glyph) ? glyph : Unknown;

    // Width on the grid and the strokes as SVG path data.
    private static readonly Dictionary<char, (float Width, string Path)> Glyphs = new()
    {
        ['a'] = (8, "M8 4V14M8 9A4 5 0 1 0 0 9A4 5 0 1 0 8 9"),
        ['b'] = (8, "M0 0V14M0 9A4 5 0 1 1 8 9A4 5 0 1 1 0 9"),
        ['c'] = (7.5f, "M7.5 6A4 5 0 1 0 7.5 12"),
        ['d'] = (8, "M8 0V14M8 9A4 5 0 1 0 0 9A4 5 0 1 0 8 9"),
        ['e'] = (8, "M0 9H8A4 5 0 1 0 7.2 12.2"),
        ['f'] = (5, "M5 0H4.5A2.5 3 0 0 0 2 3V14M0 5H5"),
        ['g'] = (8, "M8 4V15A3.5 3 0 0 1 1 16M8 9A4 5 0 1 0 0 9A4 5 0 1 0 8 9"),
        ['h'] = (7, "M0 0V14M0 8A3.5 4 0 0 1 7 8V14"),
        ['i'] = (0, "M0 4V14M0 0.2V0.6"),
        ['j'] = (2, "M2 4V15.5A2.5 2.5 0 0 1 0 18M2 0.2V0.6"),
        ['k'] = (7.5f, "M0 0V14M7 4L0 10.5M2.6 8.2L7.5 14"),
        ['l'] = (2, "M0 0V12A2 2 0 0 0 2 14"),
        ['m'] = (12, "M0 4V14M0 7.5A3 3.5 0 0 1 6 7.5V14M6 7.5A3 3.5 0 0 1 12 7.5V14"),
        ['n'] = (7, "M0 4V14M0 8A3.5 4 0 0 1 7 8V14"),
        ['o'] = (8, "M0 9A4 5 0 1 1 8 9A4 5 0 1 1 0 9"),
        ['p'] = (8, "M0 4V18M0 9A4 5 0 1 1 8 9A4 5 0 1 1 0 9"),
        ['q'] = (8, "M8 4V18M8 9A4 5 0 1 0 0 9A4 5 0 1 0 8 9"),
        ['r'] = (4.5f, "M0 4V14M0 9A4.5 5 0 0 1 4.5 4"),
        ['s'] = (7, "M6.5 5.5C5.8 4.5 4.8 4 3.5 4C1.6 4 0.4 5 0.4 6.4C0.4 9.8 7 8.2 7 11.5C7 13 5.6 14 3.6 14C2 14 0.7 13.4 0 12.4"),
        ['t'] = (5, "M2 1V11.5A2.5 2.5 0 0 0 4.5 14H5M0 4.5H5"),
        ['u'] = (7, "M0 4V10A3.5 4 0 0 0 7 10M7 4V14"),
        ['v'] = (8, "M0 4L4 14L8 4"),
        ['w'] = (12, "M0 4L3 14L6 4.5L9 14L12 4"),
        ['x'] = (7.5f, "M0 4L7.5 14M7.5 4L0 14"),
        ['y'] = (8, "M0 4L4 14M8 4L4 14L2.8 16.8C2.4 17.7 1.6 18 0.3 18"),
        ['z'] = (7, "M0 4H7L0 14H7"),
        ['A'] = (10, "M0 14L5 0L10 14M1.8 9.3H8.2"),
        ['B'] = (8.5f, "M0 0V14H4.5A4 3.7 0 0 0 4.5 6.6H0M0 0H4A3.3 3.3 0 0 1 4 6.6"),
        ['C'] = (9.6f, "M9.6 3A5.3 7 0 1 0 9.6 11"),
        ['D'] = (9.5f, "M0 0V14H3.5A6 7 0 0 0 3.5 0Z"),
        ['E'] = (8, "M8 0H0V14H8M0 6.8H7"),
        ['F'] = (8, "M8 0H0V14M0 6.8H7"),
        ['G'] = (10.5f, "M9.6 3A5.3 7 0 1 0 10.5 8H6"),
        ['H'] = (9, "M0 0V14M9 0V14M0 6.8H9"),
        ['I'] = (0, "M0 0V14"),
        ['J'] = (5.5f, "M5.5 0V10.5A2.75 3.5 0 0 1 0 10.8"),
        ['K'] = (9, "M0 0V14M8.5 0L0 8.5M3 5.6L9 14"),
        ['L'] = (7, "M0 0V14H7"),
        ['M'] = (11, "M0 14V0L5.5 10L11 0V14"),
        ['N'] = (9, "M0 14V0L9 14V0"),
        ['O'] = (10.6f, "M0 7A5.3 7 0 1 1 10.6 7A5.3 7 0 1 1 0 7"),
        ['P'] = (8.5f, "M0 14V0H4.5A4 3.9 0 0 1 4.5 7.8H0"),
        ['Q'] = (10.6f, "M0 7A5.3 7 0 1 1 10.6 7A5.3 7 0 1 1 0 7M6.5 10.5L10.5 15"),
        ['R'] = (9, "M0 14V0H4.5A4 3.9 0 0 1 4.5 7.8H0M4.5 7.8L9 14"),
        ['S'] = (8.8f, "M8.2 2.5C7.4 0.9 6 0 4.3 0C2 0 0.4 1.4 0.4 3.5C0.4 8.2 8.8 5.6 8.8 10.4C8.8 12.6 7 14 4.5 14C2.4 14 0.8 13.1 0 11.4"),
        ['T'] = (9, "M0 0H9M4.5 0V14"),
        ['U'] = (9.2f, "M0 0V9.2A4.6 4.8 0 0 0 9.2 9.2V0"),
        ['V'] = (10, "M0 0L5 14L10 0"),
        ['W'] = (14.4f, "M0 0L3.6 14L7.2 1L10.8 14L14.4 0"),
        ['X'] = (9, "M0 0L9 14M9 0L0 14"),
        ['Y'] = (9.6f, "M0 0L4.8 7L9.6 0M4.8 7V14"),
        ['Z'] = (8.6f, "M0 0H8.6L0 14H8.6"),
        ['0'] = (8, "M0 7A4 7 0 1 1 8 7A4 7 0 1 1 0 7"),
        ['1'] = (8, "M1.5 2.6L4.8 0V14"),
        ['2'] = (8, "M0.4 3.6A3.7 3.7 0 0 1 7.7 4C7.7 6.5 5.5 8 0 14H8"),
        ['3'] = (8, "M0.6 2.6C1.2 0.9 2.4 0 4 0C6 0 7.4 1.3 7.4 3.2C7.4 5.3 6 6.6 3 6.6C6.3 6.6 8 8 8 10.2C8 12.5 6.4 14 4 14C2 14 0.6 13 0 11.3"),
        ['4'] = (8, "M6 14V0L0 9.8H8"),
        ['5'] = (8, "M7.2 0H1.2L0.6 6.4C1.5 5.5 2.6 5.1 3.8 5.1C6.3 5.1 8 6.9 8 9.5C8 12.2 6.3 14 3.9 14C2 14 0.6 13.1 0 11.5"),
        ['6'] = (8, "M7 1.6C6.4 0.6 5.5 0 4.3 0C1.6 0 0 3 0 7.6C0 11.8 1.4 14 4 14C6.4 14 8 12.2 8 9.6C8 7 6.4 5.4 4.2 5.4C2.2 5.4 0.6 6.6 0 8.6"),
        ['7'] = (8, "M0 0H8L2.8 14"),
        ['8'] = (8, "M4 0A3.4 3.25 0 0 1 4 6.5A3.4 3.25 0 0 1 4 0M4 6.5A4 3.75 0 0 1 4 14A4 3.75 0 0 1 4 6.5"),
        ['9'] = (8, "M1 12.4C1.6 13.4 2.5 14 3.7 14C6.4 14 8 11 8 6.4C8 2.2 6.6 0 4 0C1.6 0 0 1.8 0 4.4C0 7 1.6 8.6 3.8 8.6C5.8 8.6 7.4 7.4 8 5.4"),
        ['.'] = (0, "M0 13.6V14"),
        [','] = (0.6f, "M0.6 13.6L0 16.4"),
        [':'] = (0, "M0 6V6.4M0 13.6V14"),
        [';'] = (0.6f, "M0.6 6V6.4M0.6 13.6L0 16.4"),
        ['!'] = (0, "M0 0V9.5M0 13.6V14"),
        ['?'] = (7.3f, "M0 3.2C0.3 1.2 1.7 0 3.7 0C5.9 0 7.3 1.4 7.3 3.4C7.3 6.2 3.7 6.4 3.7 9.8M3.7 13.6V14"),
        ['-'] = (5, "M0 9H5"),
        ['+'] = (8, "M0 8.5H8M4 4.5V12.5"),
        ['='] = (8, "M0 6.5H8M0 10.5H8"),
        ['_'] = (8, "M0 16.5H8"),
        ['/'] = (6, "M0 16L6 -1"),
        ['\\'] = (6, "M0 -1L6 16"),
        ['('] = (3, "M3 -1C-1 4 -1 12 3 17"),
        [')'] = (3, "M0 -1C4 4 4 12 0 17"),
        ['['] = (3, "M3 -1H0V17H3"),
        [']'] = (3, "M0 -1H3V17H0"),
        ['{'] = (4, "M4 -1C1.5 -1 2.5 3 2 6.5C1.8 7.5 1 8 0 8C1 8 1.8 8.5 2 9.5C2.5 13 1.5 17 4 17"),
        ['}'] = (4, "M0 -1C2.5 -1 1.5 3 2 6.5C2.2 7.5 3 8 4 8C3 8 2.2 8.5 2 9.5C1.5 13 2.5 17 0 17"),
        ['<'] = (7, "M7 4L0 9L7 14"),
        ['>'] = (7, "M0 4L7 9L0 14"),
        ['|'] = (0, "M0 -1V17"),
        ['\''] = (0, "M0 0V3.5"),
        ['"'] = (3, "M0 0V3.5M3 0V3.5"),
        ['*'] = (6, "M3 1V8M0 2.8L6 6.2M6 2.8L0 6.2"),
        ['%'] = (12, "M0 3.2A2.4 3.2 0 1 1 4.8 3.2A2.4 3.2 0 1 1 0 3.2M7.2 10.8A2.4 3.2 0 1 1 12 10.8A2.4 3.2 0 1 1 7.2 10.8M10 0L2 14"),
        ['#'] = (9, "M3 1L1 13M8 1L6 13M0.8 4.8H9M0 9.2H8.2"),
        ['$'] = (8.8f, "M8.2 2.5C7.4 0.9 6 0 4.3 0C2 0 0.4 1.4 0.4 3.5C0.4 8.2 8.8 5.6 8.8 10.4C8.8 12.6 7 14 4.5 14C2.4 14 0.8 13.1 0 11.4M4.4 -2V16"),
        ['&'] = (9, "M9 14L2.6 4.6C1.2 2.4 2.2 0 4.2 0C6.4 0 7 2.6 5.2 4.4L2.4 6.6C-0.8 9 0 14 3.8 14C6.6 14 8.4 11.8 8.8 8"),
        ['@'] = (12.3f, "M8.5 4.5V9.5A1.9 1.9 0 0 0 12.3 9.5V7.5A6.2 6.6 0 1 0 9.5 13.2M8.5 7.2A2.5 2.8 0 1 0 3.5 7.2A2.5 2.8 0 1 0 8.5 7.2"),
        ['^'] = (6, "M0 4L3 0L6 4"),
        ['~'] = (8, "M0 9.5C1.5 7 3 7.5 4 8.5C5 9.5 6.5 10 8 7.5"),
        ['`'] = (2, "M0 0L2 2.5"),
        ['·'] = (0, "M0 8.3V8.7"),
        ['×'] = (7, "M0 5L7 12M7 5L0 12"),
        ['±'] = (8, "M0 7H8M4 3V11M0 14H8"),
        ['–'] = (8, "M0 9H8"),
        ['…'] = (8, "M0 13.6V14M4 13.6V14M8 13.6V14"),
    };
}
