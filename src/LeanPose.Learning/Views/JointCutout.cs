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
    public static void Apply(PatchMap map, KeypointPatches patches, int[][] joints)
    {
        for (var i = 0; i < patches.Count; i++)
        {
            foreach (var j in joints[i])
            {
                var (cx, cy) = patches.Centres[i, j];
                var (hx, hy) = patches.Halves[i, j];
                map.Erase(i, cx - hx, cy - hy, cx + hx, cy + hy);
            }
        }
    }
}
