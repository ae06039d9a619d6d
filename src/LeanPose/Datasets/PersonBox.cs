using LeanPose.Geometry;

namespace LeanPose.Datasets;

/// <summary>SimpleBaseline's rule for the box from which crops are made.</summary>
internal static class PersonBox
{
    /// <summary>Clips a box to the pixel centres of a picture; its sides come out below 0 where nothing of it lies inside.</summary>
    /// <param name="box">Image pixels.</param>
    /// <param name="width">Picture width; 0 where it is not known, which clips at 0 only.</param>
    /// <param name="height">Picture height; likewise.</param>
    public static Box Clip(Box box, int width, int height)
    {
        double x1 = Math.Max(0, box.X), y1 = Math.Max(0, box.Y);
        var x2 = Math.Min(width > 0 ? width - 1 : double.PositiveInfinity, x1 + Math.Max(0, box.Width - 1));
        var y2 = Math.Min(height > 0 ? height - 1 : double.PositiveInfinity, y1 + Math.Max(0, box.Height - 1));
        return new(x1, y1, x2 - x1, y2 - y1);
    }
}
