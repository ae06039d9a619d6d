using System.Collections.Immutable;
using LeanPose.Synthetic.Domains;

namespace LeanPose.Synthetic;

/// <summary>A kind of scene. A new one is a file in <c>Domains</c> and a line in <see cref="All"/>.</summary>
public sealed class SyntheticDomain
{
    private SyntheticDomain(string name, string description, Func<SyntheticOptions, Rng, Shot> compose)
    {
        Name = name;
        Description = description;
        Compose = compose;
    }

    /// <summary>All domains there are.</summary>
    public static ImmutableArray<SyntheticDomain> All { get; } =
    [
        new("studio", "plain backdrop or room, soft light, persons mostly facing the camera", Studio.Compose),
        new("street", "facades, cars, trees and people in any direction, sun and shade", Street.Compose),
        new("night", "the street after dark: coloured lights, low contrast, much noise", Night.Compose),
        new("overhead-fisheye", "a camera under the ceiling looking down through an equidistant fisheye", OverheadFisheye.Compose),
    ];

    /// <summary>As options and recipes write it.</summary>
    public string Name { get; }

    /// <summary>One line for people.</summary>
    public string Description { get; }

    internal Func<SyntheticOptions, Rng, Shot> Compose { get; }

    /// <summary>The domain of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static SyntheticDomain Get(string name) => All.FirstOrDefault(d => d.Name == name)
        ?? throw new ArgumentException($"There is no synthetic domain '{name}'; there are {string.Join(", ", All.Select(d => d.Name))}.");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
