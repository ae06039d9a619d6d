using LeanPose.Datasets;

namespace LeanPose.Learning.Recipes;

/// <summary>The files and folders that a recipe names. Whether they are there is known in a moment; what is in them takes longer.</summary>
public static class RecipeFiles
{
    /// <summary>Refuses a recipe whose files are not there, with all of them and the layout that it expects.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="weights">Whether the weights that networks start from are needed, too; a resumed run has its own.</param>
    /// <exception cref="DataException">At least one is missing.</exception>
    public static void RequirePresent(Recipe recipe, bool weights = true)
    {
        var root = Path.GetFullPath(recipe.Data.Root);
        var needed = All(recipe, weights).ToList();
        var missing = needed.Where(n => n.Need.IsFolder ? !Directory.Exists(n.Full) : !File.Exists(n.Full)).Select(n => n.Need).ToList();
        if (missing.Count == 0)
            return;

        var all = needed.DistinctBy(n => n.Full).ToList();
        var absent = needed.Where(n => missing.Contains(n.Need)).DistinctBy(n => n.Full).Count();
        var where = missing.Select(n => $"{n.Key}: {n.Shown}")
            .Prepend($"data.root: {root}{(Directory.Exists(root) ? "" : " (there is no such folder)")}");
        var width = all.Max(n => n.Need.Shown.Length);
        var layout = all.Select(n => $"{n.Need.Shown.PadRight(width)}  {n.Need.What}").Prepend("below data.root (weights: from the folder in which leanpose runs)");
        throw new DataException(
            absent == 1 ? "A file or folder that the recipe needs is missing." : $"{absent} of the {all.Count} files and folders that the recipe needs are missing.",
            Lines(where),
            Lines(layout),
            "give the folder that holds them with --set data.root=FOLDER, or single ones with --set KEY=PATH");
    }

    /// <summary>Full paths of the files and folders that a recipe names, whether they are there or not.</summary>
    public static IEnumerable<string> Of(Recipe recipe) => All(recipe, weights: true).Select(n => n.Full);

    private static IEnumerable<(Needed Need, string Full)> All(Recipe recipe, bool weights) =>
        Data(recipe.Data).Select(n => (n, Path.GetFullPath(n.Path, Path.GetFullPath(recipe.Data.Root))))
            .Concat((weights ? Weights(recipe.Model) : []).Select(n => (n, Path.GetFullPath(n.Path))));

    private static IEnumerable<Needed> Data(DataRecipe data)
    {
        foreach (var (part, source) in new[] { ("labelled", data.Labelled), ("unlabelled", data.Unlabelled), ("validation", data.Validation) })
        {
            if (source is null)
                continue;
            if (source.Packed is { } packed)
            {
                yield return new($"data.{part}.packed", packed, "packed file");
                continue;
            }

            yield return new($"data.{part}.images", source.Images, "pictures", IsFolder: true);
            if (source.Annotations is { } annotations)
                yield return new($"data.{part}.annotations", annotations, "COCO keypoints file");
            if (source.Boxes is { } boxes)
                yield return new($"data.{part}.boxes", boxes, "detected boxes (COCO results list)");
            if (source.Split is { } split)
                yield return new($"data.{part}.split", split, "split file");
            if (source.Exclude is { } exclude)
                yield return new($"data.{part}.exclude", exclude, "split file");
        }
    }

    private static IEnumerable<Needed> Weights(ModelRecipe model)
    {
        (string Key, string? Path)[] files = [("weights", model.Weights), ("auxiliaryWeights", model.AuxiliaryWeights), ("teacherWeights", model.TeacherWeights)];
        return files.Where(f => f.Path is not null).Select(f => new Needed($"model.{f.Key}", f.Path!, "weights (safetensors)"));
    }

    // Further lines stand below the first, behind "  where:    ".
    private static string Lines(IEnumerable<string> lines) => string.Join("\n            ", lines);

    private sealed record Needed(string Key, string Path, string What, bool IsFolder = false)
    {
        public string Shown => IsFolder && !Path.EndsWith('/') ? Path + "/" : Path;
    }
}
