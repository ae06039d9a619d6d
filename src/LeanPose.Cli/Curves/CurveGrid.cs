using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli.Curves;

/// <summary>All runs of a curve: recipes × numbers of labels × seeds.</summary>
internal static class CurveGrid
{
    /// <summary>
    /// Draws the subsets, writes them as split files under <c>splits/</c> and lists the runs: seed by seed, so that a whole curve stands early.
    /// </summary>
    /// <param name="recipes">With absolute paths; of different names and the same persons.</param>
    /// <param name="labels">Numbers of labelled persons.</param>
    /// <param name="seeds">Seeds 1 … N.</param>
    /// <param name="pool">Who may be drawn.</param>
    /// <param name="folder">Of the curve.</param>
    /// <exception cref="CommandException">There are fewer persons than labels asked for, or a recipe does not fit a curve.</exception>
    /// <exception cref="DataException">A split file is there already and names others.</exception>
    public static IReadOnlyList<CurveCell> Make(IReadOnlyList<Recipe> recipes, IReadOnlyList<int> labels, int seeds, LabelPool pool, string folder)
    {
        if (labels.Max() > pool.Persons.Length)
            throw new CommandException(ExitCode.Usage, $"--labels asks for {labels.Max()} labelled persons, and there are {pool.Persons.Length}.", "leanpose curve", $"{pool.Persons.Length} at most");
        var cells = new List<CurveCell>();
        for (var seed = 1; seed <= seeds; seed++)
        {
            foreach (var count in labels.Order())
            {
                var split = Path.Combine(folder, "splits", new CurvePlace("", count, seed).SplitName(pool.Order));
                Write(split, new Split { AnnotationIds = pool.Subset(count, seed) });
                foreach (var recipe in recipes)
                {
                    var place = new CurvePlace(recipe.Name, count, seed);
                    cells.Add(new(place, LabelPool.With(recipe, split) with { Name = place.Name, Seed = seed }, Path.Combine(folder, place.Name)));
                }
            }
        }

        return cells;
    }

    /// <summary>Refuses recipes that cannot stand in one curve.</summary>
    /// <exception cref="CommandException">Two have one name, other persons, or nothing to measure on.</exception>
    public static void RequireComparable(IReadOnlyList<Recipe> recipes)
    {
        if (recipes.GroupBy(r => r.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new CommandException(ExitCode.Usage, $"Two recipes are called '{twice.Key}'.", "leanpose curve", "recipes with names of their own");
        foreach (var recipe in recipes)
        {
            if (recipe.Data.Validation is null)
                throw new CommandException(ExitCode.Usage, "The recipe measures nothing.", $"recipe {recipe.Name}: data.validation", "labelled persons to measure on", "add data.validation to the recipe, or with --set");
            var (first, data) = (recipes[0].Data, recipe.Data);
            if (first.Root != data.Root || first.Labelled.Annotations != data.Labelled.Annotations || first.Labelled.Exclude != data.Labelled.Exclude || first.Validation != data.Validation)
                throw new CommandException(ExitCode.Usage, "Recipes of one curve must learn from and be measured on the same persons.", $"recipe {recipe.Name}: data", $"data.root, data.labelled.annotations and data.validation as in {recipes[0].Name}", "draw curves of other data into other folders");
        }
    }

    private static void Write(string path, Split split)
    {
        if (!File.Exists(path))
            split.Write(path);
        else if (!Split.Read(path).AnnotationIds.SequenceEqual(split.AnnotationIds))
            throw new DataException("The subset is another one than the runs in this folder were started with.", path, "the same annotations, --pool and --order as before", "draw the new curve into another folder with --out");
    }
}
