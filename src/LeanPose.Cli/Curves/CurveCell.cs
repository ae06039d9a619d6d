using System.Globalization;
using System.Text.RegularExpressions;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli.Curves;

/// <summary>Where a run stands in the grid of a curve.</summary>
/// <param name="Recipe">Name of the recipe that it comes from.</param>
/// <param name="Labels">Labelled persons.</param>
/// <param name="Seed">Of subset and training.</param>
internal sealed partial record CurvePlace(string Recipe, int Labels, int Seed)
{
    /// <summary>Name of the run and its folder.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Recipe}-{Labels}-seed{Seed}");

    /// <summary>Name of the split file of its labelled persons.</summary>
    public string SplitName(LabelOrder order) => order == LabelOrder.First
        ? string.Create(CultureInfo.InvariantCulture, $"first-{Labels}.json")
        : string.Create(CultureInfo.InvariantCulture, $"labelled-{Labels}-seed{Seed}.json");

    /// <summary>For progress and messages.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Recipe}, {Labels} labels, seed {Seed}");

    /// <summary>What <see cref="Name"/> wrote, or null.</summary>
    public static CurvePlace? Parse(string name) =>
        Form().Match(name) is { Success: true } m && int.TryParse(m.Groups["labels"].Value, out var labels) && int.TryParse(m.Groups["seed"].Value, out var seed)
            ? new(m.Groups["recipe"].Value, labels, seed)
            : null;

    [GeneratedRegex(@"^(?<recipe>.+)-(?<labels>[0-9]+)-seed(?<seed>[0-9]+)$")]
    private static partial Regex Form();
}

/// <summary>One run of the grid.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Recipe">What it trains.</param>
/// <param name="Folder">Its run folder.</param>
internal sealed record CurveCell(CurvePlace Place, Recipe Recipe, string Folder);
