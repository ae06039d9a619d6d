using System.Collections.Immutable;
using System.Numerics;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Synthetic.Figures;
using LeanPose.Synthetic.Painting;

namespace LeanPose.Synthetic;

/// <summary>Makes pictures of people together with the truth about them, as a pure function of options and number.</summary>
public static class SceneMaker
{
    /// <summary>A person is listed only when at least this many of its pixels can be seen.</summary>
    private const int LeastVisible = 24;

    /// <summary>Makes one picture. Safe to call from any number of threads; the result depends on nothing but the arguments.</summary>
    /// <param name="options">What to make; <see cref="SyntheticOptions.Count"/> plays no part.</param>
    /// <param name="index">Number of the picture, from 0.</param>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    public static SyntheticScene Make(SyntheticOptions options, int index)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var rng = Rng.For(options.Seed, index, options.Domain);
        var shot = SyntheticDomain.Get(options.Domain).Compose(options, rng);
        return Develop(shot, options.Width, options.Height, rng.Fork("sensor"));
    }

    /// <summary>Paints a shot and labels it.</summary>
    internal static SyntheticScene Develop(Shot shot, int width, int height, Rng sensor)
    {
        using var layers = new Layers(width, height);
        using var brush = new Brush(layers, shot.Camera, shot.Light) { Rim = shot.Rim };
        shot.Backdrop(brush);

        var near = new List<(float Distance, Actor? Actor, Prop? Prop)>();
        near.AddRange(shot.Actors.Select(a => (Distance(shot, a.Figure.Pelvis), (Actor?)a, (Prop?)null)));
        near.AddRange(shot.Props.Select(p => (Distance(shot, p.At), (Actor?)null, (Prop?)p)));
        near.Sort(static (a, b) => b.Distance.CompareTo(a.Distance));

        var painters = near.Where(n => n.Actor is not null)
            .Select((n, i) => new PersonPainter(brush, i + 1, n.Actor!.Figure, n.Actor.Outfit)).ToArray();
        if (shot.Shadow > 0)
        {
            foreach (var painter in painters)
                painter.PaintShadow(shot.Shadow);
        }

        var silhouettes = new List<(Figure Figure, Box Box, int Area)>();
        foreach (var (_, actor, prop) in near)
        {
            prop?.Paint(brush);
            if (actor is null)
                continue;
            painters[silhouettes.Count].Paint();
            // Right after painting nothing nearer covers the person yet: the map holds the whole silhouette.
            var (box, area) = Measure(layers, silhouettes.Count + 1);
            silhouettes.Add((actor.Figure, box, area));
        }

        shot.Overlay?.Invoke(brush);
        brush.Canvas.Flush();
        var visible = new int[256];
        foreach (var cell in layers.Map)
            visible[Layers.Decode(cell).Person]++;

        var persons = silhouettes.Select((s, i) => (Person: i + 1, s.Figure, s.Box, s.Area))
            .Where(s => visible[s.Person] >= LeastVisible)
            .Select(s => Label(shot, layers, s.Person, s.Figure, s.Box, s.Area))
            .ToImmutableArray();

        shot.Lens.Apply(layers.Pixels, width, height, sensor);
        return new SyntheticScene(ToRgb(layers), persons, shot.Lens.JpegQuality);
    }

    private static float Distance(Shot shot, Vector3 at) => Vector3.Distance(shot.Camera.Position, at);

    private static (Box Box, int Area) Measure(Layers layers, int person)
    {
        int left = int.MaxValue, top = int.MaxValue, right = -1, bottom = -1, area = 0;
        var map = layers.Map;
        for (var y = 0; y < layers.Height; y++)
        {
            var row = map.Slice(y * layers.Width, layers.Width);
            for (var x = 0; x < row.Length; x++)
            {
                if ((row[x] & 0xFF) != person)
                    continue;
                area++;
                (left, right) = (Math.Min(left, x), Math.Max(right, x));
                (top, bottom) = (Math.Min(top, y), y);
            }
        }

        return area == 0 ? (default, 0) : (new Box(left, top, right + 1 - left, bottom + 1 - top), area);
    }

    private static SyntheticPerson Label(Shot shot, Layers layers, int person, Figure figure, Box box, int area)
    {
        var keypoints = ImmutableArray.CreateBuilder<Keypoint>(KeypointTruth.Count);
        for (var k = 0; k < KeypointTruth.Count; k++)
            keypoints.Add(KeypointTruth.Of(k, figure, person, shot.Camera, layers));

        // An ear may stick out of the silhouette by a fraction of a pixel.
        foreach (var k in keypoints.Where(k => k.IsLabelled))
        {
            double left = Math.Min(box.X, Math.Floor(k.X)), top = Math.Min(box.Y, Math.Floor(k.Y));
            box = new Box(left, top, Math.Max(box.Right, Math.Ceiling(k.X)) - left, Math.Max(box.Bottom, Math.Ceiling(k.Y)) - top);
        }

        return new SyntheticPerson(box, keypoints.MoveToImmutable(), area);
    }

    private static RgbImage ToRgb(Layers layers)
    {
        var image = new RgbImage(layers.Width, layers.Height);
        var from = layers.Pixels;
        var to = image.Pixels;
        for (int i = 0, j = 0; j < to.Length; i += 4, j += 3)
            (to[j], to[j + 1], to[j + 2]) = (from[i], from[i + 1], from[i + 2]);
        return image;
    }
}
