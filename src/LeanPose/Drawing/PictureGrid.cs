using LeanPose.Imaging;
using SkiaSharp;

namespace LeanPose.Drawing;

/// <summary>One cell of a <see cref="PictureGrid"/>.</summary>
/// <param name="Picture">Null leaves the cell empty.</param>
/// <param name="Caption">A line below the picture; shortened to its width.</param>
public sealed record PictureCell(RgbImage? Picture, string Caption = "");

/// <summary>Lays pictures out in rows and columns with titles and captions.</summary>
public static class PictureGrid
{
    private const int Gap = 10;
    private const float TitleSize = 15;
    private const float CaptionSize = 10;
    private const float RowTitleWidth = 130;

    private static readonly SKColor Paper = new(255, 255, 255);
    private static readonly SKColor Ink = new(28, 32, 40);
    private static readonly SKColor Hairline = new(208, 212, 220);
    private static readonly SKColor Grey = new(96, 104, 118);

    /// <summary>Draws the grid on white. Every cell is as large as the largest picture; smaller ones stand in its middle.</summary>
    /// <param name="rows">Cells row by row; rows may be of unequal length.</param>
    /// <param name="columnTitles">One line above each column.</param>
    /// <param name="rowTitles">One line left of each row.</param>
    /// <exception cref="ArgumentException">No cell holds a picture.</exception>
    public static RgbImage Draw(
        IReadOnlyList<IReadOnlyList<PictureCell>> rows,
        IReadOnlyList<string>? columnTitles = null,
        IReadOnlyList<string>? rowTitles = null)
    {
        var pictures = rows.SelectMany(r => r).Select(c => c.Picture).OfType<RgbImage>().ToArray();
        if (pictures.Length == 0)
            throw new ArgumentException("A picture grid needs at least one picture.");

        var plan = new Plan(
            pictures.Max(p => p.Width),
            pictures.Max(p => p.Height),
            rowTitles is { Count: > 0 } ? Gap + (int)Math.Ceiling(Math.Min(RowTitleWidth, rowTitles.Max(t => StrokeFont.Measure(t, CaptionSize)))) : 0,
            columnTitles is { Count: > 0 } ? Gap + (int)Math.Ceiling(StrokeFont.LineHeight(TitleSize)) : 0,
            rows.Any(r => r.Any(c => c.Caption.Length > 0)) ? (Gap / 2) + (int)Math.Ceiling(StrokeFont.LineHeight(CaptionSize)) : 0);
        var columns = rows.Max(r => r.Count);

        using var canvas = new PixelCanvas(plan.X(columns), plan.Y(rows.Count));
        canvas.Canvas.Clear(Paper);
        for (var c = 0; c < Math.Min(columns, columnTitles?.Count ?? 0); c++)
            Text(canvas, columnTitles![c], plan.X(c), Gap, plan.CellWidth, TitleSize, Ink, 2);
        for (var r = 0; r < rows.Count; r++)
        {
            if (r < rowTitles?.Count)
                Text(canvas, rowTitles[r], Gap, plan.Y(r) + (plan.CellHeight / 2) - (CaptionSize / 2), plan.Left - Gap, CaptionSize, Ink, 1.7f);
            for (var c = 0; c < rows[r].Count; c++)
                DrawCell(canvas, rows[r][c], plan, plan.X(c), plan.Y(r));
        }

        return canvas.ToImage();
    }

    private static void DrawCell(PixelCanvas canvas, PictureCell cell, Plan plan, int x, int y)
    {
        if (cell.Picture is { } picture)
        {
            using var source = PixelCanvas.Of(picture);
            int left = x + ((plan.CellWidth - picture.Width) / 2), top = y + ((plan.CellHeight - picture.Height) / 2);
            canvas.Draw(source, SKMatrix.CreateTranslation(left, top));

            // A hairline, so that a picture with a white edge does not run into the paper.
            using var hairline = new SKPaint { Style = SKPaintStyle.Stroke, Color = Hairline };
            canvas.Canvas.DrawRect(left - 0.5f, top - 0.5f, picture.Width + 1, picture.Height + 1, hairline);
        }

        Text(canvas, cell.Caption, x, y + plan.CellHeight + (Gap / 2), plan.CellWidth, CaptionSize, Grey, 1.6f);
    }

    private static void Text(PixelCanvas canvas, string text, float x, float top, float width, float size, SKColor colour, float weight)
        => StrokeFont.Draw(canvas.Canvas, StrokeFont.Fit(text, size, width), x, top, size, colour, weight);

    /// <summary>Where things stand, pixels: cell size, room for row titles at the left, column titles at the top, captions below cells.</summary>
    private readonly record struct Plan(int CellWidth, int CellHeight, int Left, int Top, int Caption)
    {
        /// <summary>Left edge of a column; of the column after the last it is the grid's width.</summary>
        public int X(int column) => Gap + Left + (column * (CellWidth + Gap));

        /// <summary>Upper edge of a row; of the row after the last it is the grid's height.</summary>
        public int Y(int row) => Gap + Top + (row * (CellHeight + Caption + Gap));
    }
}
