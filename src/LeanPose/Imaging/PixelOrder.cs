namespace LeanPose.Imaging;

/// <summary>How raw pixels lie in memory: one byte a colour, in this order.</summary>
public enum PixelOrder
{
    /// <summary>Three bytes: red, green, blue.</summary>
    Rgb,

    /// <summary>Three bytes: blue, green, red, as OpenCV holds pictures.</summary>
    Bgr,

    /// <summary>Four bytes: red, green, blue, and one that is not looked at.</summary>
    Rgba,

    /// <summary>Four bytes: blue, green, red, and one that is not looked at, as Windows bitmaps and many cameras have it.</summary>
    Bgra,

    /// <summary>One byte, the same for red, green and blue.</summary>
    Grey,
}
