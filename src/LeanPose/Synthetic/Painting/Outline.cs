using System.Numerics;
using System.Runtime.InteropServices;
using LeanPose.Synthetic.Cameras;
using SkiaSharp;

namespace LeanPose.Synthetic.Painting;

/// <summary>
/// The silhouette of a solid under any camera: a union of convex hulls of projected points. A limb is the hull of two
/// discs, a torso that of neighbouring rings, a head that of points on an ellipsoid; nothing here depends on the projection.
/// </summary>
internal sealed class Outline(ICamera camera) : IDisposable
{
    private const int DiscPoints = 14;
    private static readonly Vector2[] Disc = [.. Enumerable.Range(0, DiscPoints).Select(i => UnitCircle(i * MathF.Tau / DiscPoints))];
    private readonly SKPathBuilder _path = new();
    private readonly List<Vector2> _points = [];
    private readonly List<Vector2> _hull = [];
    private readonly List<SKPoint> _polygon = [];

    public ICamera Camera { get; } = camera;

    /// <summary>The path so far; the next one starts empty.</summary>
    public SKPath Take() => _path.Detach();

    public Outline Point(Vector3 world)
    {
        _points.Add(Camera.Project(world).Pixel);
        return this;
    }

    public Outline Ball(Vector3 center, float radius)
    {
        var p = Camera.Project(center);
        foreach (var d in Disc)
            _points.Add(p.Pixel + (d * (radius * p.Scale)));
        return this;
    }

    /// <summary>An ellipse in space, spanned by two half axes.</summary>
    public Outline Ring(Vector3 center, Vector3 a, Vector3 b)
    {
        foreach (var d in Disc)
            _points.Add(Camera.Project(center + (d.X * a) + (d.Y * b)).Pixel);
        return this;
    }

    /// <summary>Closes the hull of the points gathered and adds it to the path.</summary>
    public Outline Hull()
    {
        ConvexHull(_points, _hull);
        _points.Clear();
        return Add(_hull);
    }

    /// <summary>Adds the points gathered as the corners of a polygon, in the order they came.</summary>
    public Outline Polygon()
    {
        Add(_points);
        _points.Clear();
        return this;
    }

    /// <summary>A limb: balls of changing size along a line.</summary>
    public Outline Tube(Vector3 a, float radiusA, Vector3 b, float radiusB) => Ball(a, radiusA).Ball(b, radiusB).Hull();

    public void Dispose() => _path.Dispose();

    /// <summary>Andrew's monotone chain; the hull runs the same way round for every input, so that unions fill.</summary>
    internal static void ConvexHull(List<Vector2> points, List<Vector2> hull)
    {
        hull.Clear();
        points.Sort(static (a, b) => a.X != b.X ? a.X.CompareTo(b.X) : a.Y.CompareTo(b.Y));
        for (var pass = 0; pass < 2; pass++)
        {
            var start = hull.Count;
            for (var i = 0; i < points.Count; i++)
            {
                var p = points[pass == 0 ? i : points.Count - 1 - i];
                while (hull.Count >= start + 2 && Cross(hull[^2], hull[^1], p) <= 0)
                    hull.RemoveAt(hull.Count - 1);
                hull.Add(p);
            }

            if (hull.Count > 0)
                hull.RemoveAt(hull.Count - 1);
        }
    }

    private Outline Add(List<Vector2> corners)
    {
        if (corners.Count < 3)
            return this;
        _polygon.Clear();
        foreach (var p in corners)
            _polygon.Add(new SKPoint(p.X, p.Y));
        _path.AddPoly(CollectionsMarshal.AsSpan(_polygon), true);
        return this;
    }

    private static float Cross(Vector2 o, Vector2 a, Vector2 b) => ((a.X - o.X) * (b.Y - o.Y)) - ((a.Y - o.Y) * (b.X - o.X));

    private static Vector2 UnitCircle(float angle) => new(MathF.Cos(angle), MathF.Sin(angle));
}
