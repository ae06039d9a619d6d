using LeanPose.Geometry;
using LeanPose.Imaging;
using SkiaSharp;

namespace LeanPose.Drawing;

/// <summary>A picture of one person, cut out for looking at (training crops come from another, exact warp), and the map that takes keypoints along.</summary>
/// <param name="Picture">The crop; grey where the frame reaches beyond the image.</param>
/// <param name="FromImage">Image pixels to crop pixels, pixel centres at integers in both.</param>
public sealed record PersonCrop(RgbImage Picture, Affine2 FromImage)
{
    private static readonly SKColor Beyond = new(64, 66, 72);

    /// <summary>Cuts one person out.</summary>
    /// <param name="image">The whole image.</param>
    /// <param name="box">The person's box, image pixels.</param>
    /// <param name="width">Of the crop, pixels.</param>
    /// <param name="height">Of the crop, pixels.</param>
    /// <param name="margin">How much larger than the box the frame is.</param>
    public static PersonCrop Cut(RgbImage image, Box box, int width, int height, double margin = 1.2)
    {
        // A box without extent has no scale; one pixel gives it one.
        var solid = box with { Width = Math.Max(box.Width, 1), Height = Math.Max(box.Height, 1) };
        var map = PersonFrame.FromBox(solid, (double)width / height, margin).ToCrop(0, width, height);

        using var source = PixelCanvas.Of(image);
        using var target = new PixelCanvas(width, height);
        target.Canvas.Clear(Beyond);
        target.Draw(source, ToSkia(map));
        return new PersonCrop(target.ToImage(), map);
    }

    // Skia counts from a pixel's corner: to the centre, through the map, back to the corner.
    private static SKMatrix ToSkia(Affine2 m)
    {
        var corner = new Affine2(1, 0, 0.5, 0, 1, 0.5).After(m).After(new Affine2(1, 0, -0.5, 0, 1, -0.5));
        return new SKMatrix(
            (float)corner.M11, (float)corner.M12, (float)corner.M13,
            (float)corner.M21, (float)corner.M22, (float)corner.M23,
            0, 0, 1);
    }
}
