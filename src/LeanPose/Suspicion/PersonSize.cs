using LeanPose.Geometry;

namespace LeanPose.Suspicion;

/// <summary>How large a person is, from the box alone: labels, which may be wrong, have no part in it.</summary>
internal static class PersonSize
{
    /// <summary>√(width·height) of the box, image pixels; at least 1.</summary>
    public static double Of(Box box) => Math.Sqrt(Math.Max(1, box.Area));
}
