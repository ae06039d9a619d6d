using LeanPose.Cli.Recipes;
using LeanPose.Cli.Reports;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Learning.Prediction;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;

namespace LeanPose.Cli.Verbs;

/// <summary>The page of a run, with pictures of validation persons as its model sees them.</summary>
internal static class RunPage
{
    /// <summary>Writes the page. Pictures are left out, with a warning, where the run has no model yet or its data are gone.</summary>
    public static string Write(RunFolder run, CancellationToken stop)
    {
        IReadOnlyList<PredictedPerson> examples = [];
        if (File.Exists(run.Model) && File.Exists(run.RecipeFile))
        {
            try
            {
                examples = Examples(run, stop);
            }
            catch (Exception e) when (e is DataException or CommandException)
            {
                Screen.Warning($"the page has no pictures: {e.Message}");
            }
        }

        return RunReport.Write(run.Path, examples);
    }

    private static IReadOnlyList<PredictedPerson> Examples(RunFolder run, CancellationToken stop)
    {
        var recipe = RecipeReader.Read(run.RecipeFile, []);
        if (RecipeData.Validation(recipe) is not { } truth)
            return [];
        using var predictor = PosePredictor.Load(run.Path);
        var options = new PredictionOptions(recipe.Evaluation.Decoder, recipe.Evaluation.Flip, recipe.Evaluation.Batch);
        return PredictedPerson.Join(truth, predictor.Predict(truth, options, stop: stop));
    }
}
