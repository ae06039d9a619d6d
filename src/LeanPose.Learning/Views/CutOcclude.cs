namespace LeanPose.Learning.Views;

/// <summary>
/// Semi-supervised Cut-Occlude (SSPCM; specification 2.8): the surroundings of another picture's predicted keypoint are
/// pasted over a predicted keypoint, so that the occluder looks like a body part. Pixel centre goes to pixel centre.
/// </summary>
public static class CutOcclude
{
    /// <summary>Writes the pastes into a map.</summary>
    /// <param name="map">Receives them.</param>
    /// <param name="patches">Centres and half sizes.</param>
    /// <param name="targets">[picture][k] keypoints to paste over.</param>
    /// <param name="sources">[picture][k] keypoints, of the source picture, to take from.</param>
    /// <param name="sourcePictures">For each picture the one it takes from (itself is allowed).</param>
    /// <param name="transposed">compat: a keypoint's y is taken as column and its x as row.</param>
    /// <param name="greyBars">compat: where the border cuts source and target differently, the whole target is blanked; off, what both hold is pasted.</param>
    public static void Apply(PatchMap map, KeypointPatches patches, int[][] targets, int[][] sources, int[] sourcePictures, bool transposed = false, bool greyBars = true)
    {
        for (var i = 0; i < patches.Count; i++)
        {
            var m = sourcePictures[i];
            for (var k = 0; k < targets[i].Length; k++)
            {
                var source = patches.Centres[m, sources[i][k]];
                var half = patches.Halves[m, sources[i][k]];
                var target = patches.Centres[i, targets[i][k]];
                if (transposed)
                    (source, half, target) = ((source.Y, source.X), (half.Y, half.X), (target.Y, target.X));
                if (greyBars)
                    PasteOrBlank(map, i, target, m, source, half);
                else
                    Paste(map, i, target, m, source, half);
            }
        }
    }

    private static void Paste(PatchMap map, int picture, (int X, int Y) target, int sourcePicture, (int X, int Y) source, (int X, int Y) half)
    {
        var (left, right) = Common(source.X, half.X, target.X, map.Width);
        var (top, bottom) = Common(source.Y, half.Y, target.Y, map.Height);
        if (right > left && bottom > top)
            map.Copy(picture, target.X + left, target.Y + top, right - left, bottom - top, sourcePicture, source.X + left, source.Y + top);
    }

    // One axis: the offsets from the centres, end exclusive, that lie inside the picture in both places.
    private static (int From, int To) Common(int source, int half, int target, int size) =>
        (Math.Max(-half, -Math.Min(source, target)), Math.Min(half, size - Math.Max(source, target)));

    private static void PasteOrBlank(PatchMap map, int picture, (int X, int Y) target, int sourcePicture, (int X, int Y) source, (int X, int Y) half)
    {
        var x = Align(source.X, half.X, target.X, map.Width);
        var y = Align(source.Y, half.Y, target.Y, map.Height);
        if (x.TargetLength <= 0 || y.TargetLength <= 0)
            return;
        if (x.SourceLength != x.TargetLength || y.SourceLength != y.TargetLength)
            map.Erase(picture, x.Target, y.Target, x.Target + x.TargetLength, y.Target + y.TargetLength);
        else
            map.Copy(picture, x.Target, y.Target, x.TargetLength, y.TargetLength, sourcePicture, x.Source, y.Source);
    }

    // One axis: clip the source interval, give the target the same extents around its centre, clip that, and cut from the
    // source what the target lost at the border.
    private static (int Source, int SourceLength, int Target, int TargetLength) Align(int source, int half, int target, int size)
    {
        int s0 = Clip(source - half), s1 = Clip(source + half);
        int t0 = Clip(target - Math.Abs(s0 - source)), t1 = Clip(target + Math.Abs(s1 - source));
        var lost = (s1 - s0) - (t1 - t0);
        if (lost > 0 && t0 == 0)
            s0 += lost;
        else if (lost > 0 && t1 == size - 1)
            s1 -= lost;
        return (s0, s1 - s0, t0, t1 - t0);

        int Clip(int v) => Math.Clamp(v, 0, size - 1);
    }
}
