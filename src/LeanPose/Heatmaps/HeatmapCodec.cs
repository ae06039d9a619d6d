using LeanPose.Datasets;
using LeanPose.Geometry;

namespace LeanPose.Heatmaps;

/// <summary>
/// From keypoints to Gaussian heatmaps and back, in one type so that training and prediction cannot drift apart. The
/// conventions are those of SimpleBaseline, HRNet and SSPCM: crop pixel u lies at heatmap position u / stride, with no
/// half-pixel term, and a target is drawn about the nearest cell; or, with <see cref="CropRule.Udp"/>, those of UDP. Immutable and safe to share between threads.
/// </summary>
public sealed partial class HeatmapCodec
{
    /// <summary>
    /// How keypoints are read off where nothing else is said. Finer than <see cref="Decoder.QuarterOffset"/>, with which most published numbers are taken,
    /// at no cost.
    /// </summary>
    public const Decoder DefaultDecoder = Decoder.SoftArgMax;

    private readonly int _radius;
    private readonly float[] _patch;

    /// <summary>Fixes the sizes.</summary>
    /// <param name="inputWidth">Crop width, pixels.</param>
    /// <param name="inputHeight">Crop height, pixels.</param>
    /// <param name="heatmapWidth">Heatmap width w, cells.</param>
    /// <param name="heatmapHeight">Heatmap height h, cells.</param>
    /// <param name="sigma">Standard deviation of the Gaussian, cells; 2 at 256×192 and 3 at 384×288 in the published methods.</param>
    /// <param name="crop">How lengths are counted.</param>
    /// <exception cref="ArgumentException">A size or sigma is not above 0, or with UDP a size is 1.</exception>
    public HeatmapCodec(int inputWidth, int inputHeight, int heatmapWidth, int heatmapHeight, double sigma, CropRule crop = CropRule.Standard)
    {
        if (inputWidth <= 0 || inputHeight <= 0 || heatmapWidth <= 0 || heatmapHeight <= 0)
            throw new ArgumentException($"Sizes must be above 0: input {inputWidth}×{inputHeight}, heatmap {heatmapWidth}×{heatmapHeight}.");
        if (!(sigma > 0 && sigma < 1000))
            throw new ArgumentException($"sigma must lie above 0 and below 1000 heatmap cells; it is {sigma}.");
        if (crop == CropRule.Udp && Math.Min(Math.Min(inputWidth, inputHeight), Math.Min(heatmapWidth, heatmapHeight)) < 2)
            throw new ArgumentException($"UDP needs sizes of 2 or more: input {inputWidth}×{inputHeight}, heatmap {heatmapWidth}×{heatmapHeight}.");
        (InputWidth, InputHeight, Width, Height, Sigma, Crop) = (inputWidth, inputHeight, heatmapWidth, heatmapHeight, sigma, crop);

        _radius = (int)Math.Ceiling(3 * sigma);
        var side = (2 * _radius) + 1;
        _patch = new float[side * side];
        for (var i = 0; i < _patch.Length; i++)
        {
            int x = (i % side) - _radius, y = (i / side) - _radius;
            _patch[i] = (float)Math.Exp(-((x * x) + (y * y)) / (2 * sigma * sigma));
        }
    }

    /// <summary>Crop width, pixels.</summary>
    public int InputWidth { get; }

    /// <summary>Crop height, pixels.</summary>
    public int InputHeight { get; }

    /// <summary>Heatmap width w, cells.</summary>
    public int Width { get; }

    /// <summary>Heatmap height h, cells.</summary>
    public int Height { get; }

    /// <summary>Standard deviation of the Gaussian, cells.</summary>
    public double Sigma { get; }

    /// <summary>How lengths are counted.</summary>
    public CropRule Crop { get; }

    /// <summary>Crop pixels per heatmap cell, horizontally.</summary>
    public double StrideX => Crop == CropRule.Udp ? (InputWidth - 1.0) / (Width - 1) : (double)InputWidth / Width;

    /// <summary>Crop pixels per heatmap cell, vertically.</summary>
    public double StrideY => Crop == CropRule.Udp ? (InputHeight - 1.0) / (Height - 1) : (double)InputHeight / Height;

    /// <summary>The shift of the flip test: one cell, as SimpleBaseline and HRNet have it; none with UDP.</summary>
    public FlipShift FlipShift => Crop == CropRule.Udp ? FlipShift.None : FlipShift.OneCell;

    /// <summary>
    /// How far heatmaps of a mirrored crop lie too far to the left when they are turned back, cells. Mirroring a crop of W pixels sends u to
    /// W−1−u, but mirroring w cells sends u/stride to w−1−u/stride: 1−1/stride apart. With UDP these are the same.
    /// </summary>
    public double MirrorShift => Crop == CropRule.Udp ? 0 : 1 - (1 / StrideX);

    private int Cells => Width * Height;

    /// <summary>
    /// The cell on which a keypoint's Gaussian is centred: trunc(v / stride + 0.5). Truncation is toward zero, so points
    /// just left of or above the crop fall on cell 0, as in the published code. May lie outside the heatmap.
    /// </summary>
    /// <param name="x">Crop pixels.</param>
    /// <param name="y">Crop pixels.</param>
    public (int X, int Y) Centre(double x, double y) => ((int)((x / StrideX) + 0.5), (int)((y / StrideY) + 0.5));

    /// <summary>
    /// Draws the target heatmaps: a Gaussian of height 1, cut off at 3σ, for every labelled keypoint; about the nearest cell, or with UDP
    /// about the point itself.
    /// </summary>
    /// <param name="joints">J keypoints in crop pixels; unlabelled ones get an empty map and weight 0.</param>
    /// <param name="target">J×h×w, overwritten.</param>
    /// <param name="weights">J, overwritten: 1, or 0 where the keypoint is unlabelled or its patch misses the heatmap.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public void Encode(ReadOnlySpan<Keypoint> joints, Span<float> target, Span<float> weights)
    {
        RequireMaps(target.Length, joints.Length, nameof(target));
        if (weights.Length != joints.Length)
            throw new ArgumentException($"{joints.Length} keypoints need {joints.Length} weights, not {weights.Length}.", nameof(weights));

        target.Clear();
        for (var j = 0; j < joints.Length; j++)
        {
            weights[j] = 0;
            if (!joints[j].IsLabelled || !double.IsFinite(joints[j].X) || !double.IsFinite(joints[j].Y))
                continue;
            var (cx, cy) = Centre(joints[j].X, joints[j].Y);
            long left = (long)cx - _radius, top = (long)cy - _radius, right = (long)cx + _radius + 1, bottom = (long)cy + _radius + 1;
            // The published test compares the exclusive right edge with "< 0": a patch that just touches from outside
            // leaves an empty map with weight 1.
            if (left >= Width || top >= Height || right < 0 || bottom < 0)
                continue;
            weights[j] = 1;
            var map = target.Slice(j * Cells, Cells);
            if (Crop == CropRule.Udp)
                DrawBetweenCells(map, (int)left, (int)top, joints[j].X / StrideX, joints[j].Y / StrideY);
            else
                DrawPatch(map, (int)left, (int)top);
        }
    }

    /// <summary>Reads one point per heatmap.</summary>
    /// <param name="heatmaps">J×h×w.</param>
    /// <param name="decoder">How to refine the maximum.</param>
    /// <param name="heatmapPoints">J points in heatmap cells; (0, 0) where a map's maximum is not above 0. The score is the maximum.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public void Decode(ReadOnlySpan<float> heatmaps, Decoder decoder, Span<ScoredPoint> heatmapPoints)
    {
        RequireMaps(heatmaps.Length, heatmapPoints.Length, nameof(heatmaps));
        for (var j = 0; j < heatmapPoints.Length; j++)
        {
            var map = heatmaps.Slice(j * Cells, Cells);
            var peak = HeatmapPeak.Of(map, Width);
            if (!(peak.Value > 0))
                peak = peak with { X = 0, Y = 0 };
            var (dx, dy) = decoder switch
            {
                Decoder.ArgMax => default,
                Decoder.QuarterOffset => QuarterOffset(map, peak),
                Decoder.Dark => DarkRefinement.Offset(map, Width, Height, peak),
                Decoder.SoftArgMax => SoftArgMax.Offset(map, Width, Height, peak, SoftArgMax.Radius(Sigma)),
                _ => throw new ArgumentOutOfRangeException(nameof(decoder), decoder, "Unknown decoder."),
            };
            heatmapPoints[j] = new(peak.X + dx, peak.Y + dy, peak.Value);
        }
    }

    /// <summary>Maps decoded points into the image.</summary>
    /// <param name="heatmapPoints">Points in heatmap cells.</param>
    /// <param name="frame">The person's frame in the image.</param>
    /// <param name="imagePoints">The same points in image pixels; may be the same memory.</param>
    /// <param name="rotationDegrees">Rotation with which the crop was taken; 0 in prediction.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void ToImage(ReadOnlySpan<ScoredPoint> heatmapPoints, PersonFrame frame, Span<ScoredPoint> imagePoints, double rotationDegrees = 0)
    {
        if (heatmapPoints.Length != imagePoints.Length)
            throw new ArgumentException($"{heatmapPoints.Length} points do not fit into {imagePoints.Length}.", nameof(imagePoints));
        var toImage = frame.ToCrop(rotationDegrees, Width, Height, Crop).Inverse();
        for (var j = 0; j < heatmapPoints.Length; j++)
        {
            var p = toImage.Apply(new(heatmapPoints[j].X, heatmapPoints[j].Y));
            imagePoints[j] = new(p.X, p.Y, heatmapPoints[j].Score);
        }
    }

    private (double X, double Y) QuarterOffset(ReadOnlySpan<float> map, HeatmapPeak peak)
    {
        if (peak.X <= 1 || peak.X >= Width - 1 || peak.Y <= 1 || peak.Y >= Height - 1)
            return default;
        var at = (peak.Y * Width) + peak.X;
        return (Quarter(map[at - 1], map[at + 1]), Quarter(map[at - Width], map[at + Width]));
    }

    private static double Quarter(float before, float after) => after > before ? 0.25 : after < before ? -0.25 : 0;

    private void DrawPatch(Span<float> map, int left, int top)
    {
        var side = (2 * _radius) + 1;
        int x0 = Math.Max(left, 0), x1 = Math.Min(left + side, Width);
        for (var y = Math.Max(top, 0); y < Math.Min(top + side, Height) && x1 > x0; y++)
            _patch.AsSpan(((y - top) * side) + x0 - left, x1 - x0).CopyTo(map[((y * Width) + x0)..]);
    }

    private void DrawBetweenCells(Span<float> map, int left, int top, double x, double y)
    {
        var side = (2 * _radius) + 1;
        for (var row = Math.Max(top, 0); row < Math.Min(top + side, Height); row++)
        {
            for (var column = Math.Max(left, 0); column < Math.Min(left + side, Width); column++)
                map[(row * Width) + column] = (float)Math.Exp(-(((column - x) * (column - x)) + ((row - y) * (row - y))) / (2 * Sigma * Sigma));
        }
    }

    private void RequireMaps(int length, int joints, string name)
    {
        if (length != (long)joints * Cells)
            throw new ArgumentException($"{joints} heatmaps of {Height}×{Width} are {(long)joints * Cells} numbers; {length} were given.", name);
    }
}
