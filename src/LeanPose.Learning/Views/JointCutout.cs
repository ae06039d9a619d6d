namespace LeanPose.Learning.Views;

/// <summary>
/// Joint Cutout (Xie et al., ICCV 2021): blanks rectangles around randomly drawn predicted keypoints.
/// </summary>
public static class JointCutout
{
    /// <summary>Writes the rectangles into a map.</summary>
    /// <param name="map">Receives them.</param>
    /// <param name="patches">Centres and half sizes.</param>
    /// <param name="joints">[picture][k] the drawn keypoints.</param>
    /// <param name="swappedBounds">compat: width and height are exchanged where rectangles are clipped, so that rows below the width are never blanked.</param>
    public static void Apply(PatchMap map, KeypointPatches patches, int[][] joints, bool swappedBounds = false)
    {
        for (var i = 0; i < patches.Count; i++)
        {
            foreach (var j in joints[i])
            {
                var (x0, y0, x1, y1) = map.Clip(patches.Centres[i, j], patches.Halves[i, j], swappedBounds);
                map.Erase(i, x0, y0, x1, y1);
            }
        }
    }
}
