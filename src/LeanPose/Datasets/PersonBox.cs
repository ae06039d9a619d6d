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

    /// <summary>The box of a detection: as it was found, as the published code crops it; with sides below 0 where nothing of it lies inside.</summary>
    public static Box Detected(Box box, int width, int height)
    {
        var misses = box.Right <= 0 || box.Bottom <= 0 || (width > 0 && box.X >= width) || (height > 0 && box.Y >= height);
        return misses ? new(box.X, box.Y, -1, -1) : box;
    }

    /// <summary>
    /// The box of a person of whom only keypoints are known: around the labelled ones, <see cref="Margin"/> wider and higher on every side,
    /// cut at the picture's borders. Empty (all 0) without labelled keypoints.
    /// </summary>
    public static Box Around(IEnumerable<Keypoint> keypoints, int width, int height)
    {
        var labelled = keypoints.Where(k => k.IsLabelled).ToArray();
        if (labelled.Length == 0)
            return default;
        double left = labelled.Min(k => k.X), right = labelled.Max(k => k.X), top = labelled.Min(k => k.Y), bottom = labelled.Max(k => k.Y);
        // A single keypoint, or keypoints in a line, still need a box that can be cropped.
        double padX = Math.Max(1, Margin * (right - left)), padY = Math.Max(1, Margin * (bottom - top));
        double x1 = Math.Max(0, left - padX), y1 = Math.Max(0, top - padY);
        var x2 = Math.Min(width > 0 ? width : double.PositiveInfinity, right + padX);
        var y2 = Math.Min(height > 0 ? height : double.PositiveInfinity, bottom + padY);
        return new(x1, y1, Math.Max(0, x2 - x1), Math.Max(0, y2 - y1));
    }

    /// <summary>Share of the keypoints' extent by which their box is larger on every side.</summary>
    public const double Margin = 0.15;
}
