using LeanPose.Datasets;
using LeanPose.Learning.Training;

namespace LeanPose.Learning.Recipes;

/// <summary>Opens the persons that a recipe names.</summary>
public static class RecipeData
{
    /// <summary>
    /// Reads all sources of a recipe. Labelled and validation persons are those that can be trained on; unlabelled ones lose
    /// their labels and stay in even if they have none. Paths start from <c>data.root</c>, and that from the current folder.
    /// </summary>
    /// <exception cref="DataException">A file is missing or wrong, or no person is left.</exception>
    public static TrainingData Open(Recipe recipe) => new(
        Labelled(recipe.Data, recipe.Data.Labelled, "data.labelled"),
        recipe.Data.Unlabelled is { } unlabelled ? Unlabelled(recipe.Data, unlabelled) : null,
        Validation(recipe));

    /// <summary>Only the validation persons; null when the recipe has none.</summary>
    /// <exception cref="DataException">A file is missing or wrong, or no person is left.</exception>
    public static PoseDataset? Validation(Recipe recipe) =>
        recipe.Data.Validation is { } validation ? Labelled(recipe.Data, validation, "data.validation") : null;

    private static PoseDataset Labelled(DataRecipe data, PersonSource source, string key)
    {
        var all = CocoReader.Read(In(data, source.Annotations!), In(data, source.Images));
        return First(Select(data, source, all).Trainable(), source, key, "a person with a box and at least one labelled keypoint");
    }

    private static PoseDataset Unlabelled(DataRecipe data, PersonSource source)
    {
        var images = In(data, source.Images);
        var all = source switch
        {
            { Boxes: { } boxes } => BoxFileReader.Read(In(data, boxes), images),
            { Annotations: { } annotations } => CocoReader.Read(In(data, annotations), images),
            _ => ImageFolderReader.Read(images),
        };
        return First(Select(data, source, all).WithoutLabels(), source, "data.unlabelled", "a person with a box inside its picture");
    }

    private static PoseDataset Select(DataRecipe data, PersonSource source, PoseDataset persons)
    {
        if (source.Split is { } split)
            persons = persons.Select(Split.Read(In(data, split)));
        if (source.Exclude is not { } exclude)
            return persons;
        var named = persons.Select(Split.Read(In(data, exclude))).Persons.Select(p => p.Id).ToHashSet();
        return persons.Where(p => !named.Contains(p.Id));
    }

    // Counted after the persons that cannot be used are gone, as the literature counts its first N.
    private static PoseDataset First(PoseDataset persons, PersonSource source, string key, string expected)
    {
        if (persons.Persons.Length > 0)
            return source.First is { } first ? persons.First(first) : persons;
        throw new DataException(
            $"No person is left in {key}.",
            persons.Name,
            expected,
            source.Split is null && source.Exclude is null ? "check that the file has annotations of persons" : "check split and exclude: together they leave nothing");
    }

    private static string In(DataRecipe data, string path) => Path.Combine(data.Root, path);
}
