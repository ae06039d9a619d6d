namespace LeanPose.Geometry;

/// <summary>A 2×3 affine map of the plane: x' = M11·x + M12·y + M13, y' = M21·x + M22·y + M23.</summary>
public readonly record struct Affine2(double M11, double M12, double M13, double M21, double M22, double M23)
{
    /// <summary>The map that changes nothing.</summary>
    public static Affine2 Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>Maps one point.</summary>
    public Point2 Apply(Point2 p) => new((M11 * p.X) + (M12 * p.Y) + M13, (M21 * p.X) + (M22 * p.Y) + M23);

    /// <summary>The map that does <paramref name="first"/> and then this one.</summary>
    public Affine2 After(Affine2 first) => new(
        (M11 * first.M11) + (M12 * first.M21), (M11 * first.M12) + (M12 * first.M22), (M11 * first.M13) + (M12 * first.M23) + M13,
        (M21 * first.M11) + (M22 * first.M21), (M21 * first.M12) + (M22 * first.M22), (M21 * first.M13) + (M22 * first.M23) + M23);

    /// <summary>The inverse map.</summary>
    /// <exception cref="InvalidOperationException">The map squashes the plane onto a line.</exception>
    public Affine2 Inverse()
    {
        var det = (M11 * M22) - (M12 * M21);
        if (Math.Abs(det) < 1e-300)
            throw new InvalidOperationException("An affine map with determinant 0 has no inverse.");
        double a = M22 / det, b = -M12 / det, c = -M21 / det, d = M11 / det;
        return new(a, b, -((a * M13) + (b * M23)), c, d, -((c * M13) + (d * M23)));
    }
}
