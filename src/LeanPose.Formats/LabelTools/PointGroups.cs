using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.Geometry;

namespace LeanPose.Formats.LabelTools;

/// <summary>
/// Makes persons of the loose points and boxes of one picture. Points of one group are a person, and a box of that group is its box. A point
/// without a group belongs to the smallest box around it; without boxes all such points are one person.
/// </summary>
internal sealed class PointGroups(ImageRecord image, string place, DatasetBuilder builder, string howToGroup)
{
    private readonly Dictionary<string, Dictionary<string, Keypoint>> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Box> _groupBoxes = new(StringComparer.Ordinal);
    private readonly List<(string Name, Keypoint Point, string Place)> _loose = [];
    private readonly List<(Box Box, bool IsPerson, Dictionary<string, Keypoint> Points)> _boxes = [];
    private readonly List<string> _order = [];

    /// <summary>Adds a named point.</summary>
    public void Point(string name, Keypoint point, string? group, string where)
    {
        if (group is null)
            _loose.Add((name, point, where));
        else
            Put(Group(group), name, point, where);
    }

    /// <summary>Adds a box; one that holds no point is a person without labels if it is called so.</summary>
    public void Box(string label, Box box, string? group)
    {
        if (group is null)
        {
            _boxes.Add((box, IsPerson(label), new(StringComparer.Ordinal)));
            return;
        }

        if (IsPerson(label))
            Group(group);
        _groupBoxes.TryAdd(group, box);
    }

    /// <summary>Hands the persons on, in the order in which they were met: groups, boxes, the rest.</summary>
    public void Finish()
    {
        var rest = new Dictionary<string, Keypoint>(StringComparer.Ordinal);
        foreach (var (name, point, where) in _loose)
        {
            if (_boxes.Count == 0)
                Put(rest, name, point, where);
            else if (BoxOf(point) is { } points)
                Put(points, name, point, where);
            else
                builder.Problems.Add($"The point {name} lies in none of the {_boxes.Count} boxes.", where, "points inside the box of their person", howToGroup);
        }

        foreach (var group in _order)
            builder.Add(new(image) { Named = _groups[group], Box = _groupBoxes.TryGetValue(group, out var box) ? box : null });
        foreach (var (box, isPerson, points) in _boxes)
        {
            if (points.Count > 0 || isPerson)
                builder.Add(new(image) { Named = points, Box = box });
        }

        if (rest.Count > 0)
            builder.Add(new(image) { Named = rest });
    }

    private static bool IsPerson(string label) => label.Equals("person", StringComparison.OrdinalIgnoreCase);

    private Dictionary<string, Keypoint>? BoxOf(Keypoint point)
    {
        var around = _boxes.Where(b => point.X >= b.Box.X && point.X <= b.Box.Right && point.Y >= b.Box.Y && point.Y <= b.Box.Bottom).ToArray();
        if (around.Length > 0)
            return around.MinBy(b => b.Box.Area).Points;
        return _boxes.Count == 1 ? _boxes[0].Points : null;
    }

    private Dictionary<string, Keypoint> Group(string group)
    {
        if (_groups.TryGetValue(group, out var points))
            return points;
        _order.Add(group);
        return _groups[group] = new(StringComparer.Ordinal);
    }

    private void Put(Dictionary<string, Keypoint> points, string name, Keypoint point, string where)
    {
        if (!points.TryAdd(name, point))
            builder.Problems.Add($"The point {name} stands twice for one person.", $"{where} ({place})", "every keypoint of a person once", howToGroup);
    }
}
