using System.Numerics;

namespace LeanPose.Synthetic.Cameras;

/// <summary>Where a point of the world falls.</summary>
/// <param name="Pixel">Picture coordinates; the top left pixel covers [0, 1)×[0, 1).</param>
/// <param name="Distance">Metres from the camera.</param>
/// <param name="Scale">Pixels per metre at that place, for sizes across the line of sight.</param>
internal readonly record struct Projected(Vector2 Pixel, float Distance, float Scale);

/// <summary>
/// Maps the world (metres; x to the right, y up, z towards the viewer; the ground is y = 0) to the picture.
/// </summary>
internal interface ICamera
{
    Vector3 Position { get; }

    Projected Project(Vector3 point);

    /// <summary>The point of the ground that is seen at a pixel, or null where the line of sight misses the ground.</summary>
    Vector3? GroundAt(Vector2 pixel);
}
