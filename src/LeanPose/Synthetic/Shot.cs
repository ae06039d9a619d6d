using System.Numerics;
using LeanPose.Synthetic.Cameras;
using LeanPose.Synthetic.Figures;
using LeanPose.Synthetic.Painting;

namespace LeanPose.Synthetic;

/// <summary>A person on the set.</summary>
internal sealed record Actor(Figure Figure, Outfit Outfit);

/// <summary>A thing on the set that can stand before a person.</summary>
/// <param name="At">By its distance from the camera it is painted before or after the persons; world metres.</param>
/// <param name="Paint">Paints it on both layers.</param>
internal sealed record Prop(Vector3 At, Action<Brush> Paint);

/// <summary>Everything a domain decides about one picture before it is painted.</summary>
internal sealed record Shot
{
    public required ICamera Camera { get; init; }

    public required Light Light { get; init; }

    public required IReadOnlyList<Actor> Actors { get; init; }

    public IReadOnlyList<Prop> Props { get; init; } = [];

    /// <summary>Paints what is behind everybody.</summary>
    public required Action<Brush> Backdrop { get; init; }

    /// <summary>Paints what lies over everything: light pools, the rim of an image circle.</summary>
    public Action<Brush>? Overlay { get; init; }

    public required Lens Lens { get; init; }

    /// <summary>How dark shadows on the ground are, 0 to 1.</summary>
    public float Shadow { get; init; }

    /// <summary>See <see cref="Brush.Rim"/>.</summary>
    public float Rim { get; init; }
}
