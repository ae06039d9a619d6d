using System.Globalization;
using System.Text.RegularExpressions;
using LeanPose.Datasets;

namespace LeanPose.Runtime;

/// <summary>One output of a detector: float32 numbers, or whole ones that were made so. The array may be longer than the shape.</summary>
internal sealed record DetectorTensor(string Name, long[] Shape, float[] Values)
{
    public override string ToString() => $"{Name} {string.Join('×', Shape)}";
}

/// <summary>Reads persons out of a detector's outputs, whatever their layout; boxes come as corners in input pixels, or in image pixels.</summary>
internal sealed partial class DetectorOutput
{
    private const int CocoClassesWithGaps = 91;
    private readonly int _box, _score, _label, _person, _columns;
    private readonly bool _transposed;

    private DetectorOutput(DetectorLayout layout, IReadOnlyList<DetectorTensor> outputs, (int Box, int Score, int Label) at, bool transposed, string? names, int? person, string path)
    {
        (Layout, _box, _score, _label, _transposed) = (layout, at.Box, at.Score, at.Label, transposed);
        var shape = outputs[layout is DetectorLayout.DetrLogits ? _score : _box].Shape;
        _columns = (int)shape[transposed ? 1 : 2];
        var classes = layout switch
        {
            DetectorLayout.Yolo or DetectorLayout.DetrScores => _columns - 4,
            DetectorLayout.YoloObjectness => _columns - 5,
            DetectorLayout.DetrLogits => _columns,
            _ => int.MaxValue,
        };
        _person = person ?? PersonIn(names) ?? (classes == CocoClassesWithGaps ? 1 : 0);
        if (_person < 0 || _person >= classes)
            throw new DataException($"The detector has {classes} classes; class {_person} is none of them.", path, $"a class from 0 to {classes - 1}", "name the class of persons");
    }

    /// <summary>What the outputs are.</summary>
    public DetectorLayout Layout { get; }

    /// <summary>Whether the picture is to be fitted in with grey around; otherwise it is stretched.</summary>
    public bool Letterbox => Layout is DetectorLayout.Yolo or DetectorLayout.YoloObjectness or DetectorLayout.EndToEnd;

    /// <summary>Whether persons may come several times.</summary>
    public bool NeedsSuppression => Layout is DetectorLayout.Yolo or DetectorLayout.YoloObjectness;

    /// <summary>Whether boxes come in image pixels, from a graph that is told the picture's size.</summary>
    public bool InImagePixels => Layout is DetectorLayout.DetrPixels;

    /// <summary>Tells the layout from the outputs of a trial run.</summary>
    /// <param name="wanted">The layout, or <see cref="DetectorLayout.Auto"/>.</param>
    /// <param name="outputs">Their names and shapes.</param>
    /// <param name="takesSizes">Whether the graph has an input for the picture's size.</param>
    /// <param name="width">Input width, pixels.</param>
    /// <param name="height">Input height, pixels.</param>
    /// <param name="names">The metadata's class names, <c>{0: 'person', …}</c>, as Ultralytics writes them.</param>
    /// <param name="person">The class that is a person, where it is given.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="DataException">The outputs have no known layout, or not the one that was asked for.</exception>
    public static DetectorOutput Recognise(
        DetectorLayout wanted, IReadOnlyList<DetectorTensor> outputs, bool takesSizes, int width, int height, string? names, int? person, string path)
    {
        DetectorOutput As(DetectorLayout layout, (int, int, int) at = default, bool transposed = false) => new(layout, outputs, at, transposed, names, person, path);
        bool Fits(DetectorLayout layout) => wanted is DetectorLayout.Auto || wanted == layout;

        if (takesSizes)
        {
            var boxes = Find(outputs, t => t.Shape is [1, _, 4]);
            var scores = Find(outputs, t => t.Shape is [1, _] && t.Name.Contains("score", StringComparison.OrdinalIgnoreCase));
            var labels = Find(outputs, t => t.Shape is [1, _] && t.Name.Contains("label", StringComparison.OrdinalIgnoreCase));
            if (boxes >= 0 && scores >= 0 && labels >= 0 && Fits(DetectorLayout.DetrPixels))
                return As(DetectorLayout.DetrPixels, (boxes, scores, labels));
        }
        else if (outputs.Count(t => t.Shape.Length == 3) == 2 && Find(outputs, t => t.Shape is [1, _, 4]) is >= 0 and var boxes
            && Find(outputs, t => t.Shape.Length == 3 && t != outputs[boxes] && t.Shape[1] == outputs[boxes].Shape[1]) is >= 0 and var logits && Fits(DetectorLayout.DetrLogits))
        {
            return As(DetectorLayout.DetrLogits, (boxes, logits, 0));
        }
        else if (outputs[0].Shape is [1, var a, var b] && Single(wanted, a, b, Anchors(width, height), CountOf(names)) is var (layout, transposed))
        {
            return As(layout, transposed: transposed);
        }

        throw new DataException(
            $"The detector's outputs have {(wanted is DetectorLayout.Auto ? "no layout that is known" : $"not the layout {wanted}")}: {string.Join(", ", outputs)}.",
            path,
            "YOLO: 1×(4+C)×N, 1×N×(5+C) or 1×N×6; RT-DETR: 1×N×(4+C), boxes and logits, or labels, boxes and scores",
            "export it to one of these, or name the layout; else run it yourself and give its boxes as a COCO list");
    }

    /// <summary>The persons above a score, in any order.</summary>
    /// <param name="outputs">In the order of the trial run.</param>
    /// <param name="width">Input width, pixels.</param>
    /// <param name="height">Input height, pixels.</param>
    /// <param name="minScore">Weaker ones are left out.</param>
    public IEnumerable<(double Left, double Top, double Right, double Bottom, double Score)> Persons(IReadOnlyList<DetectorTensor> outputs, int width, int height, double minScore)
    {
        var boxes = outputs[_box].Values;
        var rows = (int)outputs[_box].Shape[_transposed ? 2 : 1];
        for (var i = 0; i < rows; i++)
        {
            double At(int column) => _transposed ? boxes[(column * rows) + i] : boxes[(i * (int)outputs[_box].Shape[2]) + column];
            var score = Layout switch
            {
                DetectorLayout.Yolo or DetectorLayout.DetrScores => At(4 + _person),
                DetectorLayout.YoloObjectness => At(4) * At(5 + _person),
                DetectorLayout.EndToEnd => (int)Math.Round(At(5)) == _person ? At(4) : 0,
                DetectorLayout.DetrLogits => 1 / (1 + Math.Exp(-outputs[_score].Values[(i * _columns) + _person])),
                _ => (int)Math.Round(outputs[_label].Values[i]) == _person ? outputs[_score].Values[i] : 0,
            };
            if (!(score >= minScore) || score <= 0)
                continue;
            var (a, b, c, d) = (At(0), At(1), At(2), At(3));
            if (!double.IsFinite(a + b + c + d))
                continue;
            yield return Layout switch
            {
                DetectorLayout.EndToEnd or DetectorLayout.DetrPixels => (a, b, c, d, score),
                DetectorLayout.DetrScores or DetectorLayout.DetrLogits => Corners(a * width, b * height, c * width, d * height, score),
                _ => Corners(a, b, c, d, score),
            };
        }
    }

    private static (double, double, double, double, double) Corners(double x, double y, double w, double h, double score) =>
        (x - (w / 2), y - (h / 2), x + (w / 2), y + (h / 2), score);

    // A YOLO has a row for each cell of its grids (YOLOv5 three of them); a DETR some hundreds of queries, whatever the input.
    private static (DetectorLayout Layout, bool Transposed)? Single(DetectorLayout wanted, long a, long b, long[] anchors, int? classes)
    {
        // Rows are many, columns few; a tie in small files falls to the grid.
        var transposed = anchors.Any(n => b == n || b == 3 * n) || (b > a && a >= 5 && !anchors.Any(n => a == n || a == 3 * n) && wanted is not (DetectorLayout.EndToEnd or DetectorLayout.DetrScores));
        var (rows, columns) = transposed ? (b, a) : (a, b);
        if (wanted is DetectorLayout.Yolo or DetectorLayout.DetrScores)
            return columns >= 5 ? (wanted, transposed) : null;
        if (wanted is DetectorLayout.YoloObjectness)
            return columns >= 6 ? (wanted, transposed) : null;
        if (wanted is DetectorLayout.EndToEnd)
            return columns == 6 ? (wanted, false) : null;
        if (wanted is not DetectorLayout.Auto || columns < 5)
            return null;
        if (classes is { } c && (columns == 4 + c || columns == 5 + c) && !(columns == 6 && !anchors.Any(n => rows == n || rows == 3 * n)))
            return (columns == 5 + c ? DetectorLayout.YoloObjectness : anchors.Contains(rows) || transposed ? DetectorLayout.Yolo : DetectorLayout.DetrScores, transposed);
        if (anchors.Any(n => rows == 3 * n))
            return columns >= 6 ? (DetectorLayout.YoloObjectness, transposed) : null;
        if (anchors.Contains(rows))
            return (columns == 85 ? DetectorLayout.YoloObjectness : DetectorLayout.Yolo, transposed);
        if (transposed)
            return null;
        return columns == 6 ? (DetectorLayout.EndToEnd, false) : (DetectorLayout.DetrScores, false);
    }

    /// <summary>Cells of the grids at strides 8, 16, 32, and with 64.</summary>
    private static long[] Anchors(int width, int height)
    {
        long Cells(int stride) => (long)(width / stride) * (height / stride);
        var usual = Cells(8) + Cells(16) + Cells(32);
        return [usual, usual + Cells(64)];
    }

    private static int Find(IReadOnlyList<DetectorTensor> outputs, Func<DetectorTensor, bool> test)
    {
        for (var i = 0; i < outputs.Count; i++)
        {
            if (test(outputs[i]))
                return i;
        }

        return -1;
    }

    private static int? CountOf(string? names) => names is not null && ClassName().Count(names) is > 0 and var n ? n : null;

    private static int? PersonIn(string? names) =>
        names is not null && ClassName().Matches(names).FirstOrDefault(m => m.Groups["name"].Value.Equals("person", StringComparison.OrdinalIgnoreCase)) is { } match
        && int.TryParse(match.Groups["id"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    [GeneratedRegex("""["']?(?<id>[0-9]+)["']?\s*:\s*(?<q>["'])(?<name>.*?)\k<q>""", RegexOptions.CultureInvariant)]
    private static partial Regex ClassName();
}
