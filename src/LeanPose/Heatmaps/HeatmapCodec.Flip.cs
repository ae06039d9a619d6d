using LeanPose.Skeletons;

namespace LeanPose.Heatmaps;

/// <content>The flip test: predict the mirrored crop too and average.</content>
public sealed partial class HeatmapCodec
{
    /// <summary>Brings the heatmaps of a mirrored crop back: mirrors every map and lets left and right keypoints change places.</summary>
    /// <param name="mirrored">J×h×w, predicted on the mirrored crop.</param>
    /// <param name="skeleton">Says which keypoints change places; its count is J.</param>
    /// <param name="flippedBack">J×h×w, overwritten; other memory than <paramref name="mirrored"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public void FlipBack(ReadOnlySpan<float> mirrored, Skeleton skeleton, Span<float> flippedBack)
    {
        RequireMaps(mirrored.Length, skeleton.Count, nameof(mirrored));
        RequireMaps(flippedBack.Length, skeleton.Count, nameof(flippedBack));
        for (var j = 0; j < skeleton.Count; j++)
        {
            var target = flippedBack.Slice(j * Cells, Cells);
            mirrored.Slice(skeleton.FlipIndex[j] * Cells, Cells).CopyTo(target);
            for (var y = 0; y < Height; y++)
                target.Slice(y * Width, Width).Reverse();
        }
    }

    /// <summary>Averages plain heatmaps with those that <see cref="FlipBack"/> brought back.</summary>
    /// <param name="heatmaps">J×h×w of the plain crop; holds the average afterwards.</param>
    /// <param name="flippedBack">J×h×w; not changed.</param>
    /// <param name="shift">
    /// How far to move the flipped maps right, to make good for <see cref="MirrorShift"/>.
    /// </param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public void MergeFlipped(Span<float> heatmaps, ReadOnlySpan<float> flippedBack, FlipShift shift)
    {
        if (heatmaps.Length != flippedBack.Length || heatmaps.Length % Cells != 0)
            throw new ArgumentException($"Heatmaps of {Height}×{Width} are merged in equal numbers; {heatmaps.Length} and {flippedBack.Length} values were given.");
        for (var at = 0; at < heatmaps.Length; at += Width)
        {
            var row = heatmaps.Slice(at, Width);
            var flipped = flippedBack.Slice(at, Width);
            row[0] = 0.5f * (row[0] + (shift == FlipShift.Subpixel ? 0.25f * flipped[0] : flipped[0]));
            switch (shift)
            {
                case FlipShift.None:
                    for (var x = 1; x < row.Length; x++)
                        row[x] = 0.5f * (row[x] + flipped[x]);
                    break;
                case FlipShift.OneCell:
                    for (var x = 1; x < row.Length; x++)
                        row[x] = 0.5f * (row[x] + flipped[x - 1]);
                    break;
                case FlipShift.Subpixel:
                    for (var x = 1; x < row.Length; x++)
                        row[x] = 0.5f * (row[x] + (0.75f * flipped[x - 1]) + (0.25f * flipped[x]));
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(shift), shift, "Unknown shift.");
            }
        }
    }
}
