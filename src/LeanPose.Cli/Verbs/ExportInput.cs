using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli.Verbs;

/// <summary>The persons that an export is compared, calibrated and measured with: those that are named, else those of the run's recipe.</summary>
internal sealed class ExportInput(string model, Recipe? recipe)
{
    /// <summary>The run's validation persons; null where there are none, or, with a warning, where they cannot be read.</summary>
    public PoseDataset? Validation()
    {
        try
        {
            return recipe is null ? null : RecipeData.Validation(recipe);
        }
        catch (DataException e)
        {
            Screen.Warning($"the run's validation persons are left out: {e.Message}");
            return null;
        }
    }

    /// <summary>The persons to calibrate with; labels are not looked at.</summary>
    /// <param name="path">A folder of pictures, a picture, or a COCO file; null for the recipe's unlabelled persons, else its labelled ones.</param>
    /// <param name="images">Folder of the COCO file's pictures.</param>
    /// <exception cref="DataException">There is no person there.</exception>
    /// <exception cref="CommandException">Nobody is named and the model is no run with a recipe.</exception>
    public PoseDataset Calibration(string? path, string? images)
    {
        if (path is not null && Path.GetExtension(path) == ".json")
            return PseudoInput.Given(path, Folder("--calibrate", images)).Single().Item2;
        if (path is not null)
        {
            var problems = new List<DataException>();
            var persons = PredictInput.Open([path], null, 0, problems).Persons;
            foreach (var problem in problems)
                Screen.Warning(problem.Message);
            return persons;
        }

        return recipe is not null
            ? RecipeData.Unlabelled(recipe) ?? RecipeData.Labelled(recipe)
            : throw new CommandException(ExitCode.Usage, "8 bits need pictures to measure ranges on.", model, "a run folder with a recipe, or --calibrate FOLDER", "name a folder of pictures like those in use; they need no labels");
    }

    /// <summary>The labelled persons of a COCO file.</summary>
    /// <exception cref="DataException">There is none.</exception>
    public static PoseDataset Labelled(string annotations, string? images)
    {
        var persons = CocoReader.Read(annotations, Folder("--eval", images)).Trainable();
        return persons.Persons.Length > 0
            ? persons
            : throw new DataException("There is no person to measure on.", annotations, "a person with a box and at least one labelled keypoint", "check the file");
    }

    private static string Folder(string option, string? images) =>
        images ?? throw new CommandException(ExitCode.Usage, $"{option} names an annotation file, but not where its pictures are.", option, "--images DIR", "add --images");
}
