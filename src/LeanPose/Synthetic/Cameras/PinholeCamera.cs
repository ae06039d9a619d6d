using System.Numerics;

namespace LeanPose.Synthetic.Cameras;

/// <summary>Perspective camera at the height of a viewer, looking along -z, tilted a little.</summary>
internal sealed class PinholeCamera : ICamera
{
    private readonly Vector3 _right, _down, _forward;
    private readonly float _focal;
    private readonly Vector2 _center;

    /// <param name="position">World, metres.</param>
    /// <param name="focal">Focal length, pixels.</param>
    /// <param name="center">Principal point, pixels.</param>
    /// <param name="pitch">Downward tilt, radians.</param>
    /// <param name="roll">Turn of the camera about its line of sight, radians, clockwise.</param>
    public PinholeCamera(Vector3 position, float focal, Vector2 center, float pitch, float roll)
    {
        Position = position;
        _focal = focal;
        _center = center;
        var turn = Quaternion.CreateFromAxisAngle(Vector3.UnitX, -pitch) * Quaternion.CreateFromAxisAngle(Vector3.UnitZ, -roll);
        _right = Vector3.Transform(Vector3.UnitX, turn);
        _down = Vector3.Transform(-Vector3.UnitY, turn);
        _forward = Vector3.Transform(-Vector3.UnitZ, turn);
    }

    public Vector3 Position { get; }

    public Projected Project(Vector3 point)
    {
        var d = point - Position;
        // Nothing is placed behind the camera; the floor keeps a limb that reaches past it from turning inside out.
        var z = Math.Max(Vector3.Dot(d, _forward), 0.1f);
        var scale = _focal / z;
        return new(_center + (scale * new Vector2(Vector3.Dot(d, _right), Vector3.Dot(d, _down))), d.Length(), scale);
    }

    public Vector3? GroundAt(Vector2 pixel)
    {
        var p = (pixel - _center) / _focal;
        var ray = _forward + (p.X * _right) + (p.Y * _down);
        return ray.Y < -1e-4f ? Position - (ray * (Position.Y / ray.Y)) : null;
    }
}
