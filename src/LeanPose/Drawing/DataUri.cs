using LeanPose.Imaging;
using SkiaSharp;

namespace LeanPose.Drawing;

/// <summary>Pictures as text, so that a web page can hold them and needs no other file.</summary>
public static class DataUri
{
    /// <summary>A JPEG as a <c>data:</c> address.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="quality">0 to 100.</param>
    public static string Jpeg(RgbImage image, int quality = 85)
    {
        using var canvas = PixelCanvas.Of(image);
        return "data:image/jpeg;base64," + Convert.ToBase64String(canvas.Encode(SKEncodedImageFormat.Jpeg, quality));
    }
}
