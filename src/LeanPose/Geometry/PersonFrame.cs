namespace LeanPose.Geometry;

/// <summary>
/// The square-ish region of an image that one person's crop shows: its centre in image pixels and its size in units of
/// 200 image pixels, as SimpleBaseline, HRNet and their successors count it.
/// </summary>
/// <param name="Center">Centre, image pixels.</param>
/// <param name="ScaleX">Width / 200 px; the only size that the standard affine uses.</param>
/// <param name="ScaleY">Height / 200 px.</param>
public readonly record struct PersonFrame(Point2 Center, double ScaleX, double ScaleY)
{
    /// <summary>Image pixels per unit of scale.</summary>
    public const double PixelStd = 200;

    /// <summary>Grows a person box to the crop's aspect and then by a margin.</summary>
    /// <param name="box">Person box, image pixels.</param>
    /// <param name="aspect">Crop width over crop height.</param>
    /// <param name="margin">How much larger than the box; 1.25 in the published methods.</param>
    public static PersonFrame FromBox(Box box, double aspect, double margin = 1.25)
    {
        double w = box.Width, h = box.Height;
        if (w > aspect * h)
            h = w / aspect;
        else if (w < aspect * h)
            w = aspect * h;
        return new(box.Center, w / PixelStd * margin, h / PixelStd * margin);
    }

    /// <summary>The same frame, enlarged (the person gets smaller in the crop).</summary>
    public PersonFrame Scaled(double factor) => this with { ScaleX = ScaleX * factor, ScaleY = ScaleY * factor };

    /// <summary>The map from image pixels to crop pixels: a similarity with the standard rule; all but one with UDP's, whose crop has the aspect (W−1)/(H−1).</summary>
    /// <param name="rotationDegrees">Rotation of the frame in the image; the crop's content turns the other way.</param>
    /// <param name="width">Crop width, pixels.</param>
    /// <param name="height">Crop height, pixels.</param>
    /// <param name="rule">How lengths are counted.</param>
    public Affine2 ToCrop(double rotationDegrees, double width, double height, CropRule rule = CropRule.Standard)
    {
        var (sin, cos) = Math.SinCos(rotationDegrees * Math.PI / 180);
        if (rule == CropRule.Udp)
        {
            var (fx, fy) = ((width - 1) / (PixelStd * ScaleX), (height - 1) / (PixelStd * ScaleY));
            double c = fx * cos, d = fx * sin, e = -fy * sin, g = fy * cos;
            return new(c, d, ((width - 1) / 2) - (c * Center.X) - (d * Center.Y), e, g, ((height - 1) / 2) - (e * Center.X) - (g * Center.Y));
        }

        // The three-point construction of the reference collapses to one similarity: factor f, turned by -rotation.
        var f = width / (PixelStd * ScaleX);
        double a = f * cos, b = f * sin;
        return new(a, b, (width / 2) - (a * Center.X) - (b * Center.Y), -b, a, (height / 2) + (b * Center.X) - (a * Center.Y));
    }
}
