namespace LeanPose.Geometry;

/// <summary>An axis-aligned rectangle in image pixels, as COCO writes it: left, top, width, height.</summary>
public readonly record struct Box(double X, double Y, double Width, double Height)
{
    /// <summary>X of the right edge.</summary>
    public double Right => X + Width;

    /// <summary>Y of the bottom edge.</summary>
    public double Bottom => Y + Height;

    /// <summary>Width times height.</summary>
    public double Area => Width * Height;

    /// <summary>The middle.</summary>
    public Point2 Center => new(X + (Width / 2), Y + (Height / 2));

    /// <summary>Intersection over union with another box: 1 for the same box, 0 for boxes that do not meet.</summary>
    public double OverlapWith(Box other)
    {
        var shared = Math.Max(0, Math.Min(Right, other.Right) - Math.Max(X, other.X)) * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Y, other.Y));
        return shared == 0 ? 0 : shared / (Area + other.Area - shared);
    }
}
