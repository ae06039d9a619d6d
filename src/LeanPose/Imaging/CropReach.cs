using LeanPose.Geometry;

namespace LeanPose.Imaging;

/// <summary>
/// What the crops of a person can touch: their size and how far random changes take them. From it follows which pixels of a
/// picture are worth reading, and how finely.
/// </summary>
/// <param name="Width">Crop width, pixels.</param>
/// <param name="Height">Crop height, pixels.</param>
/// <param name="MinScale">Smallest factor of the person's frame, above 0: the strongest zoom.</param>
/// <param name="MaxScale">Largest factor of the person's frame.</param>
/// <param name="MaxRotation">Largest rotation to either side, degrees; the crop may be mirrored, too.</param>
/// <param name="MayReduce">Whether pictures that are finer than any crop needs are reduced by a whole factor.</param>
public readonly record struct CropReach(int Width, int Height, double MinScale, double MaxScale, double MaxRotation, bool MayReduce)
{
    // Bilinear interpolation reads one pixel further, and positions are rounded.
    private const int Border = 2;

    /// <summary>The crop without random changes, from the picture as it is: that of evaluation and prediction.</summary>
    public static CropReach Plain(int width, int height) => new(width, height, 1, 1, 0, MayReduce: false);

    /// <summary>
    /// The factor by which a picture may be reduced so that even the strongest zoom has a pixel of it for every pixel of the
    /// crop: 1 where it is less than twice as fine as needed, else 2, 4 or 8.
    /// </summary>
    public int Reduction(PersonFrame frame)
    {
        var reduction = 1;
        while (MayReduce && reduction < PixelWindow.MaxReduction && IsFineEnough(frame, reduction * 2))
            reduction *= 2;
        return reduction;
    }

    /// <summary>Whether a picture reduced so far still has a pixel for every pixel of the crop, or is not reduced at all.</summary>
    public bool IsFineEnough(PersonFrame frame, int reduction) =>
        reduction == 1 || PersonFrame.PixelStd * frame.ScaleX * MinScale / Width >= reduction;

    /// <summary>The part of a picture that a crop can touch, at the resolution that it needs.</summary>
    /// <param name="frame">The person's frame, image pixels.</param>
    /// <param name="pictureWidth">Unreduced pixels.</param>
    /// <param name="pictureHeight">Unreduced pixels.</param>
    public PixelWindow Window(PersonFrame frame, int pictureWidth, int pictureHeight) =>
        Window(frame, pictureWidth, pictureHeight, Reduction(frame));

    /// <summary>The same at a given reduction.</summary>
    public PixelWindow Window(PersonFrame frame, int pictureWidth, int pictureHeight, int reduction)
    {
        var pixel = PersonFrame.PixelStd * frame.ScaleX * MaxScale / Width / reduction;
        var (x, y) = (Extent(Width, Height) * pixel, Extent(Height, Width) * pixel);
        var offset = (reduction - 1) / 2.0;
        var (left, width) = Span((frame.Center.X - offset) / reduction, x, PixelWindow.Reduced(pictureWidth, reduction));
        var (top, height) = Span((frame.Center.Y - offset) / reduction, y, PixelWindow.Reduced(pictureHeight, reduction));
        return new(left, top, width, height, reduction);
    }

    // Half the extent along one axis of a rectangle that is turned by up to MaxRotation, crop pixels.
    private double Extent(double along, double across)
    {
        var turn = Math.Min(Math.Abs(MaxRotation) * Math.PI / 180, Math.Atan2(across, along));
        return ((along * Math.Cos(turn)) + (across * Math.Sin(turn))) / 2;
    }

    // A person without extent (or with an absurd one) gets the whole side.
    private static (int First, int Count) Span(double centre, double half, int side)
    {
        if (!double.IsFinite(centre) || !(half > 0 && half < int.MaxValue))
            return (0, side);
        var first = (int)Math.Clamp(Math.Floor(centre - half) - Border, 0, side - 1);
        var end = (int)Math.Clamp(Math.Ceiling(centre + half) + Border + 1, first + 1, side);
        return (first, end - first);
    }
}
