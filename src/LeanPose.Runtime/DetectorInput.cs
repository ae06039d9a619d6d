using LeanPose.Geometry;
using LeanPose.Imaging;

namespace LeanPose.Runtime;

/// <summary>How a picture lies in a detector's input: fitted into its middle with grey around (letterbox), or stretched to fill it.</summary>
internal sealed class DetectorInput
{
    private const byte Grey = 114;

    // For red, green and blue what each of the 256 values becomes.
    private static readonly float[][] s_plain = Colours([0, 0, 0], [1, 1, 1]), s_imageNet = Colours([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    private readonly double _scaleX, _scaleY;
    private readonly int _left, _top, _innerWidth, _innerHeight, _width, _height;

    private DetectorInput(int width, int height, double scaleX, double scaleY, int innerWidth, int innerHeight)
    {
        (_width, _height, _scaleX, _scaleY, _innerWidth, _innerHeight) = (width, height, scaleX, scaleY, innerWidth, innerHeight);
        // Odd rests go to the right and bottom, as Ultralytics' rounding has it.
        (_left, _top) = ((width - innerWidth) / 2, (height - innerHeight) / 2);
    }

    /// <summary>Fits a picture into the input, keeping its aspect.</summary>
    public static DetectorInput Letterbox(RgbImage image, int width, int height)
    {
        var scale = Math.Min((double)width / image.Width, (double)height / image.Height);
        return new(width, height, scale, scale, Side(image.Width * scale, width), Side(image.Height * scale, height));
    }

    /// <summary>Stretches a picture to the input's width and height.</summary>
    public static DetectorInput Stretched(RgbImage image, int width, int height) =>
        new(width, height, (double)width / image.Width, (double)height / image.Height, width, height);

    /// <summary>Makes a detector's input.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="imageNetColours">Whether colours are normalised by ImageNet's means and deviations; otherwise they go from 0 to 1.</param>
    /// <param name="scaled">Room for the picture at its size in the input, H×W×3.</param>
    /// <param name="planes">3×H×W colours; overwritten whole.</param>
    public void Fill(RgbImage image, bool imageNetColours, Span<byte> scaled, Span<float> planes)
    {
        var inner = scaled[..(_innerWidth * _innerHeight * 3)];
        // Pixel centres at halves, as OpenCV resizes.
        BilinearWarp.Warp(image, new Affine2(_scaleX, 0, (_scaleX - 1) / 2, 0, _scaleY, (_scaleY - 1) / 2), _innerWidth, _innerHeight, inner);
        for (var c = 0; c < 3; c++)
        {
            var colours = (imageNetColours ? s_imageNet : s_plain)[c];
            var plane = planes.Slice(c * _width * _height, _width * _height);
            plane.Fill(colours[Grey]);
            for (var y = 0; y < _innerHeight; y++)
            {
                var row = plane.Slice(((y + _top) * _width) + _left, _innerWidth);
                for (var x = 0; x < _innerWidth; x++)
                    row[x] = colours[inner[(((y * _innerWidth) + x) * 3) + c]];
            }
        }
    }

    /// <summary>Corners in input pixels as a box in image pixels.</summary>
    public Box ToImage(double left, double top, double right, double bottom)
    {
        double x = (left - _left) / _scaleX, y = (top - _top) / _scaleY;
        return new Box(x, y, ((right - _left) / _scaleX) - x, ((bottom - _top) / _scaleY) - y);
    }

    private static int Side(double length, int most) => Math.Clamp((int)Math.Round(length), 1, most);

    private static float[][] Colours(float[] means, float[] deviations) =>
        [.. means.Zip(deviations, (mean, deviation) => Enumerable.Range(0, 256).Select(v => ((v / 255f) - mean) / deviation).ToArray())];
}
