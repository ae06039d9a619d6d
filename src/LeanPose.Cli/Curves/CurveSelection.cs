using LeanPose.Cli.Comparison;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli.Curves;

/// <summary>
/// Which finished runs make up the curves: of each recipe those that nothing but their place (labels, seed) tells apart. Runs of other values
/// would make one point, or one line, out of several experiments.
/// </summary>
/// <param name="Runs">With their places.</param>
/// <param name="LeftOut">The others, with the reason.</param>
internal sealed record CurveSelection(IReadOnlyList<(CurvePlace Place, MeasuredRun Run)> Runs, IReadOnlyList<(CurvePlace Place, string Reason)> LeftOut)
{
    private const int Shown = 5;

    /// <summary>Selects.</summary>
    /// <param name="runs">Finished ones.</param>
    /// <param name="cells">The runs that were asked for; the values of their recipes count. Of other recipes those values do that most runs have (of as many, the last one's).</param>
    public static CurveSelection Of(IReadOnlyList<(CurvePlace Place, MeasuredRun Run)> runs, IReadOnlyList<CurveCell> cells)
    {
        var (kept, leftOut) = (new List<(CurvePlace, MeasuredRun)>(), new List<(CurvePlace, string)>());
        foreach (var group in runs.GroupBy(r => r.Place.Recipe))
        {
            var own = group.ToLookup(r => Misplaced(r.Place, r.Run) is null);
            leftOut.AddRange(own[false].Select(r => (r.Place, Misplaced(r.Place, r.Run)!)));
            if (!own[true].Any())
                continue;
            var counted = cells.FirstOrDefault(c => c.Place.Recipe == group.Key) is { } cell ? Shared(cell.Place, cell.Recipe) : Usual(own[true]);
            foreach (var (place, run) in own[true])
            {
                var recipe = Shared(place, run.Recipe);
                if (RecipeIdentity.Of(recipe) == RecipeIdentity.Of(counted))
                    kept.Add((place, run));
                else
                    leftOut.Add((place, $"It is a run of other values: {Values(recipe, counted)}. The curve has {Values(counted, recipe)}."));
            }
        }

        return new(kept, leftOut);
    }

    // A folder that was copied, or renamed, to another place.
    private static string? Misplaced(CurvePlace place, MeasuredRun run)
    {
        if (run.Recipe.Seed != place.Seed)
            return $"Its recipe has seed {run.Recipe.Seed}: it is another run's copy, or was renamed.";
        return run.Labelled is { } labelled && labelled != place.Labels ? $"It learned from {labelled} labelled persons: it is another run's copy, or was renamed." : null;
    }

    private static Recipe Usual(IEnumerable<(CurvePlace Place, MeasuredRun Run)> runs) => runs
        .GroupBy(r => RecipeIdentity.Of(Shared(r.Place, r.Run.Recipe)))
        .OrderByDescending(g => g.Count()).ThenByDescending(g => g.Max(r => File.GetLastWriteTimeUtc(r.Run.Folder.Metrics)))
        .Select(g => Shared(g.First().Place, g.First().Run.Recipe))
        .First();

    // The recipe without what its place in the grid decides.
    private static Recipe Shared(CurvePlace place, Recipe recipe)
    {
        var (data, ending) = (recipe.Data, place.Name[place.Recipe.Length..]);
        string? Anywhere(string? split) => Enum.GetValues<LabelOrder>().Aggregate(split, (file, order) => file?.Replace(place.SplitName(order), $"{order}.json", StringComparison.Ordinal));
        return recipe with
        {
            Name = recipe.Name.EndsWith(ending, StringComparison.Ordinal) ? recipe.Name[..^ending.Length] : recipe.Name,
            Seed = 0,
            Data = data with
            {
                Labelled = data.Labelled with { Split = Anywhere(data.Labelled.Split) },
                Unlabelled = data.Unlabelled is { } u ? u with { Exclude = Anywhere(u.Exclude) } : null,
            },
        };
    }

    private static string Values(Recipe recipe, Recipe other)
    {
        var different = RecipeIdentity.Differences(recipe, other);
        return string.Join(", ", different.Take(Shown)) + (different.Count > Shown ? $" and {different.Count - Shown} more" : "");
    }
}
