using LeanPose.Datasets;
using LeanPose.Datasets.Packed;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Training;

namespace LeanPose.Learning.Recipes;

/// <summary>Opens the persons that a recipe names.</summary>
public static class RecipeData
{
    /// <summary>
    /// Reads all sources of a recipe. Labelled and validation persons are those that can be trained on; unlabelled ones lose
    /// their labels and stay in even if they have none. Paths start from <c>data.root</c>, and that from the current folder.
    /// </summary>
    /// <exception cref="DataException">A file is missing or wrong, no person is left, or a packed file was packed for smaller crops.</exception>
    public static TrainingData Open(Recipe recipe) => new(Require(Labelled(recipe), TrainingReach(recipe)), Unlabelled(recipe), Validation(recipe));

    /// <summary>Only the unlabelled persons; null when the recipe has none.</summary>
    /// <exception cref="DataException">A file is missing or wrong, no person is left, or a packed file was packed for smaller crops.</exception>
    public static PoseDataset? Unlabelled(Recipe recipe) =>
        recipe.Data.Unlabelled is { } unlabelled ? Require(Unlabelled(recipe.Data, unlabelled), TrainingReach(recipe)) : null;

    /// <summary>Only the validation persons; null when the recipe has none.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="checkFiles">Whether the pictures must be there; off where only the labels are needed.</param>
    /// <exception cref="DataException">A file is missing or wrong, no person is left, or a packed file was packed for smaller crops.</exception>
    public static PoseDataset? Validation(Recipe recipe, bool checkFiles = true) =>
        recipe.Data.Validation is { } validation ? Require(Labelled(recipe.Data, validation, "validation", checkFiles), ValidationReach(recipe)) : null;

    /// <summary>Only the labelled persons.</summary>
    /// <exception cref="DataException">A file is missing or wrong, or no person is left.</exception>
    public static PoseDataset Labelled(Recipe recipe) => Labelled(recipe.Data, recipe.Data.Labelled, "labelled");

    /// <summary>All that a recipe reads, to be packed: one file is enough to train then.</summary>
    /// <exception cref="DataException">A file is missing or wrong, or no person is left.</exception>
    public static IReadOnlyList<PackSource> ToPack(Recipe recipe)
    {
        var data = Open(recipe);
        var sources = new List<PackSource> { new("labelled", data.Labelled, TrainingReach(recipe), Selected: true) };
        if (data.Unlabelled is { } unlabelled)
            sources.Add(new("unlabelled", unlabelled, TrainingReach(recipe), Selected: true));
        if (data.Validation is { } validation)
            sources.Add(new("validation", validation, ValidationReach(recipe), Selected: true));
        return sources;
    }

    private static CropReach TrainingReach(Recipe recipe) => CropMaker.Reach(recipe.Model.InputWidth, recipe.Model.InputHeight, recipe.Augmentation);

    private static CropReach ValidationReach(Recipe recipe) => CropReach.Plain(recipe.Model.InputWidth, recipe.Model.InputHeight);

    private static PoseDataset Labelled(DataRecipe data, PersonSource source, string part, bool checkFiles = true)
    {
        var all = Packed(data, source, part) ?? Select(data, source, CocoReader.Read(In(data, source.Annotations!), In(data, source.Images), new() { CheckFiles = checkFiles }));
        return First(all.Trainable(), source, $"data.{part}", "a person with a box and at least one labelled keypoint");
    }

    private static PoseDataset Unlabelled(DataRecipe data, PersonSource source)
    {
        var images = In(data, source.Images);
        var all = Packed(data, source, "unlabelled") ?? Select(data, source, source switch
        {
            { Boxes: { } boxes } => BoxFileReader.Read(In(data, boxes), images),
            { Annotations: { } annotations } => CocoReader.Read(In(data, annotations), images),
            _ => ImageFolderReader.Read(images),
        });
        return First(all.WithoutLabels(), source, "data.unlabelled", "a person with a box inside its picture");
    }

    // What was packed from a recipe is that recipe's selection; doing it again would ask for split files and find persons missing.
    private static PoseDataset? Packed(DataRecipe data, PersonSource source, string preferred)
    {
        if (source.Packed is not { } packed)
            return null;
        var part = PackedFile.Open(In(data, packed)).Part(source.Part, preferred);
        return part.Selected ? part.Persons : Select(data, source, part.Persons);
    }

    // Said before the work begins, and not in the middle of an epoch.
    private static PoseDataset Require(PoseDataset persons, CropReach reach)
    {
        foreach (var person in persons.Persons)
        {
            if (person.Pixels is PackedPixels packed)
                packed.Require(PersonFrame.FromBox(person.Box, (double)reach.Width / reach.Height), reach);
        }

        return persons;
    }

    private static PoseDataset Select(DataRecipe data, PersonSource source, PoseDataset persons)
    {
        if (source.Split is { } split)
            persons = persons.Select(Split.Read(In(data, split)));
        if (source.Exclude is { } exclude)
        {
            var named = persons.Select(Split.Read(In(data, exclude))).Persons.Select(p => p.Id).ToHashSet();
            persons = persons.Where(p => !named.Contains(p.Id));
        }

        return source.RequireKeypoints ? persons.Trainable() : persons;
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
