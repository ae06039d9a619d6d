using System.Collections.Immutable;

namespace LeanPose.Learning.Views;

/// <summary>One way to damage a picture between the easy view and θ. None of them changes the target.</summary>
public enum Damage
{
    /// <summary>JC: blank rectangles at predicted keypoints (PoseCons, PoseDual).</summary>
    JointCutout,

    /// <summary>JO: patches around another picture's predicted keypoints over own ones (SSPCM).</summary>
    CutOcclude,

    /// <summary>CO: blank rectangles anywhere.</summary>
    Cutout,

    /// <summary>CM: rectangles taken from the same place of another picture.</summary>
    CutMix,

    /// <summary>MU: a ghost of another picture over the whole one.</summary>
    MixUp,

    /// <summary>RA: two of eleven operations on colours, and a square.</summary>
    RandAugment,
}

/// <summary>
/// What a hard view goes through before θ: damages in order, joined by <c>+</c> in recipes. MultiAugs' finding is that two
/// unlike damages in a row are stronger than one and still leave the person recognisable: T_JOCO is <c>jo+co</c>, T_JCCM
/// <c>jc+cm</c>.
/// </summary>
/// <param name="Name">As recipes write it.</param>
/// <param name="Damages">In order; none leaves θ alone ("A60").</param>
public sealed record ViewRecipe(string Name, ImmutableArray<Damage> Damages)
{
    private static readonly (string Name, Damage[] Damages)[] Words =
    [
        ("none", []),
        ("jc", [Damage.JointCutout]),
        ("jo", [Damage.CutOcclude]),
        ("co", [Damage.Cutout]),
        ("cm", [Damage.CutMix]),
        ("mu", [Damage.MixUp]),
        ("ra", [Damage.RandAugment]),
        ("joco", [Damage.CutOcclude, Damage.Cutout]),
        ("jccm", [Damage.JointCutout, Damage.CutMix]),
    ];

    /// <summary>The words that a recipe's views are made of.</summary>
    public static IReadOnlyList<string> Names => [.. Words.Select(w => w.Name)];

    /// <summary>Whether any damage aims at predicted keypoints.</summary>
    public bool IsJointAware => Damages.Any(d => d is Damage.JointCutout or Damage.CutOcclude);

    /// <summary>Reads <c>jc</c>, <c>jo+co</c>, <c>joco</c>, …; null when it is none, or names a damage twice.</summary>
    public static ViewRecipe? TryParse(string text)
    {
        var words = text.Split('+').Select(part => Array.Find(Words, w => w.Name == part)).ToArray();
        if (words.Any(w => w.Name is null))
            return null;
        ImmutableArray<Damage> damages = [.. words.SelectMany(w => w.Damages)];
        return damages.Distinct().Count() == damages.Length ? new ViewRecipe(text, damages) : null;
    }

    /// <summary>Reads several.</summary>
    /// <exception cref="ArgumentException">One of them is none.</exception>
    public static ImmutableArray<ViewRecipe> Parse(IEnumerable<string> texts) =>
        [.. texts.Select(t => TryParse(t) ?? throw new ArgumentException($"'{t}' is no view; views are made of {string.Join(", ", Names)}, joined by '+', none of them twice."))];
}
