using LeanPose.Cli.Recipes;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;

namespace LeanPose.Cli.Verbs;

/// <summary>The recipe of a run that is put to use: it answers for options that are not given.</summary>
internal static class RunRecipe
{
    /// <summary>Reads the recipe of a run folder; null where there is none, as for a model file, or, with a warning, where it cannot be read: the networks can be used without it.</summary>
    /// <exception cref="DataException">The folder holds no run.</exception>
    public static Recipe? Find(string model)
    {
        if (!Directory.Exists(model) || RunFolder.Open(model).RecipeFile is var file && !File.Exists(file))
            return null;
        try
        {
            return RecipeReader.Read(file, []);
        }
        catch (CommandException e)
        {
            Screen.Warning($"the run's recipe is left out: {e.Message}");
            return null;
        }
    }

    /// <summary>How the run measured itself; the usual way where there is no recipe.</summary>
    public static EvaluationRecipe Evaluation(string model) => Find(model)?.Evaluation ?? new();
}
