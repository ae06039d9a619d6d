using LeanPose.Datasets;

namespace LeanPose.Evaluation;

/// <summary>Assigns one picture's detections to its annotated persons: <c>COCOeval.computeOks</c> and <c>evaluateImg</c>.</summary>
internal sealed class OksMatcher(OksOptions options, double[] sigmas)
{
    /// <summary>All, medium, large; both bounds belong to a range.</summary>
    private static readonly (double From, double To)[] s_areaRanges = [(0, 1e10), (32 * 32, 96 * 96), (96 * 96, 1e10)];

    /// <summary>0.50, 0.55 … 0.95, with the rounding of NumPy's <c>linspace</c>.</summary>
    private static readonly double[] s_thresholds =
        [.. Enumerable.Range(0, OksReport.Thresholds).Select(i => i == OksReport.Thresholds - 1 ? 0.95 : (i * ((0.95 - 0.5) / (OksReport.Thresholds - 1))) + 0.5)];

    private double[] _similarity = [];
    private int[] _order = [];
    private bool[] _ignored = [];
    private bool[] _taken = [];
    private uint[] _right = [];
    private uint[] _wrong = [];

    /// <summary>Matches one picture.</summary>
    /// <param name="image">Its index.</param>
    /// <param name="truths">Its persons in file order.</param>
    /// <param name="detections">Its detections by falling score, already cut to the number allowed.</param>
    /// <param name="truthCounts">Receives how many persons are to be found, per area range.</param>
    /// <param name="into">Receives the detections.</param>
    public void Match(int image, ReadOnlySpan<PersonInstance> truths, ReadOnlySpan<PoseResult> detections, Span<int> truthCounts, List<MatchedDetection> into)
    {
        Reserve(truths.Length, detections.Length);
        for (var d = 0; d < detections.Length; d++)
        {
            for (var g = 0; g < truths.Length; g++)
            {
                var truth = truths[g];
                _similarity[(d * truths.Length) + g] =
                    Oks.ToTruth(truth.Keypoints.AsSpan(), truth.RawBox, Oks.Areas(truth, options.Area).Oks, detections[d].Keypoints.AsSpan(), sigmas);
            }
        }

        for (var a = 0; a < s_areaRanges.Length; a++)
        {
            truthCounts[a] = IgnoredLast(truths, s_areaRanges[a]);
            for (var t = 0; t < s_thresholds.Length; t++)
                MatchAt(t, a, truths, detections);
        }

        for (var d = 0; d < detections.Length; d++)
            into.Add(new(detections[d].Score, image, _right[d], _wrong[d]));
    }

    /// <summary>Orders the persons so that those to be found stand first; returns their number.</summary>
    private int IgnoredLast(ReadOnlySpan<PersonInstance> truths, (double From, double To) range)
    {
        var wanted = 0;
        for (var g = 0; g < truths.Length; g++)
        {
            var area = Oks.Areas(truths[g], options.Area).Range;
            _ignored[g] = truths[g].IsCrowd || !HasLabel(truths[g]) || area < range.From || area > range.To;
            if (!_ignored[g])
                _order[wanted++] = g;
        }

        for (int g = 0, at = wanted; g < truths.Length; g++)
        {
            if (_ignored[g])
                _order[at++] = g;
        }

        return wanted;
    }

    /// <summary>Greedy assignment: the best detection first, each to the free person it resembles most.</summary>
    private void MatchAt(int threshold, int area, ReadOnlySpan<PersonInstance> truths, ReadOnlySpan<PoseResult> detections)
    {
        var bit = MatchedDetection.Bit(threshold, area);
        Array.Clear(_taken, 0, truths.Length);
        for (var d = 0; d < detections.Length; d++)
        {
            var best = s_thresholds[threshold];
            var match = -1;
            for (var i = 0; i < truths.Length; i++)
            {
                var g = _order[i];
                if (_taken[g] && !truths[g].IsCrowd)
                    continue;
                // A person to be found beats any that is ignored; those stand last.
                if (match >= 0 && !_ignored[match] && _ignored[g])
                    break;
                var similarity = _similarity[(d * truths.Length) + g];
                if (similarity < best)
                    continue;
                best = similarity;
                match = g;
            }

            if (match >= 0)
            {
                _taken[match] = true;
                if (!_ignored[match])
                    _right[d] |= bit;
            }
            else if (InRange(detections[d], s_areaRanges[area]))
            {
                _wrong[d] |= bit;
            }
        }
    }

    /// <summary>The area of a detection: of its box, as COCO's <c>loadRes</c> has it, or else of the rectangle around all its keypoints.</summary>
    private static bool InRange(PoseResult detection, (double From, double To) range)
    {
        var area = detection.Box?.Area ?? Extent(detection.Keypoints.AsSpan());
        return !(area < range.From || area > range.To);
    }

    private static double Extent(ReadOnlySpan<ScoredPoint> points)
    {
        double x0 = points[0].X, x1 = x0, y0 = points[0].Y, y1 = y0;
        foreach (var p in points)
            (x0, x1, y0, y1) = (Math.Min(x0, p.X), Math.Max(x1, p.X), Math.Min(y0, p.Y), Math.Max(y1, p.Y));
        return (x1 - x0) * (y1 - y0);
    }

    private static bool HasLabel(PersonInstance person)
    {
        foreach (var k in person.Keypoints.AsSpan())
        {
            if (k.IsLabelled)
                return true;
        }

        return false;
    }

    private void Reserve(int truths, int detections)
    {
        if (_similarity.Length < truths * detections)
            _similarity = new double[truths * detections];
        if (_order.Length < truths)
            (_order, _ignored, _taken) = (new int[truths], new bool[truths], new bool[truths]);
        if (_right.Length < detections)
            (_right, _wrong) = (new uint[detections], new uint[detections]);
        Array.Clear(_right);
        Array.Clear(_wrong);
    }
}
