using System.Numerics;

namespace LeanPose.Synthetic.Cameras;

/// <summary>
/// Equidistant fisheye under the ceiling, looking down: a point at angle θ from the line of sight falls r = f·θ from the
/// centre of the image circle.
/// </summary>
internal sealed class FisheyeCamera : ICamera
{
    private readonly Vector3 _right, _down, _forward;
    private readonly float _focal;
    private readonly Vector2 _center;

    /// <param name="position">World, metres.</param>
    /// <param name="focal">Pixels per radian.</param>
    /// <param name="center">Centre of the image circle, pixels.</param>
    /// <param name="heading">Turn about the vertical, radians.</param>
    /// <param name="tilt">How far the line of sight is off the vertical, radians.</param>
    public FisheyeCamera(Vector3 position, float focal, Vector2 center, float heading, float tilt)
    {
        Position = position;
        _focal = focal;
        _center = center;
        var turn = Quaternion.CreateFromAxisAngle(Vector3.UnitY, heading) * Quaternion.CreateFromAxisAngle(Vector3.UnitX, tilt);
        _right = Vector3.Transform(Vector3.UnitX, turn);
        _down = Vector3.Transform(Vector3.UnitZ, turn);
        _forward = Vector3.Transform(-Vector3.UnitY, turn);
    }

    public Vector3 Position { get; }

    public Projected Project(Vector3 point)
    {
        var d = point - Position;
        var distance = Math.Max(d.Length(), 1e-3f);
        var across = new Vector2(Vector3.Dot(d, _right), Vector3.Dot(d, _down));
        var sine = across.Length();
        var theta = MathF.Atan2(sine, Vector3.Dot(d, _forward));
        var pixel = sine > 1e-6f ? _center + (across * (_focal * theta / sine)) : _center;
        // Along the radius a metre takes f/d pixels, around it f·θ/(d·sin θ); their geometric mean serves for widths.
        var widening = sine > 1e-4f * distance ? theta * distance / sine : 1;
        var scale = _focal / distance * MathF.Sqrt(widening);
        return new(pixel, distance, scale);
    }

    public Vector3? GroundAt(Vector2 pixel)
    {
        var p = pixel - _center;
        var r = p.Length();
        var (sin, cos) = MathF.SinCos(r / _focal);
        var ray = (cos * _forward) + (r > 1e-6f ? ((p.X * _right) + (p.Y * _down)) * (sin / r) : Vector3.Zero);
        return ray.Y < -1e-3f ? Position - (ray * (Position.Y / ray.Y)) : null;
    }
}
