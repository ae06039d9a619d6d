using CsCheck;
using LeanPose.Drawing;
using SkiaSharp;
using Xunit;

namespace LeanPose.Tests.Drawing;

public class StrokeFontTests
{
    [Fact]
    public void Every_printable_ASCII_character_has_a_glyph_of_its_own()
    {
        var pictures = new Dictionary<string, char>();
        foreach (var c in Enumerable.Range(' ', 95).Select(i => (char)i).Append('ü'))
        {
            using var canvas = new PixelCanvas(40, 40);
            canvas.Canvas.Clear(SKColors.White);
            StrokeFont.Draw(canvas.Canvas, c.ToString(), 10, 10, 14, SKColors.Black);
            var key = Convert.ToBase64String(canvas.ToImage().Pixels);
            Assert.True(pictures.TryAdd(key, c), $"'{c}' looks like '{pictures.GetValueOrDefault(key)}'.");
        }
    }

    [Fact]
    public void A_fitted_text_fits_and_keeps_its_end()
        => Gen.Select(Gen.String[Gen.Char[' ', '~'], 0, 60], Gen.Float[1, 400]).Sample((text, width) =>
        {
            var fitted = StrokeFont.Fit(text, 10, width);
            return StrokeFont.Measure(fitted, 10) <= width
                && (fitted == text || fitted.Length == 0 || (fitted.Length < text.Length + 1 && fitted[^1] == text[^1]));
        });
}
