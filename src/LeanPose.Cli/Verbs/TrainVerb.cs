using System.CommandLine;
using LeanPose.Cli.Recipes;
using LeanPose.Cli.Reports;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.IO;
using LeanPose.Learning.Native;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Learning.Weights;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose train</c>: one recipe, one run folder.</summary>
internal static class TrainVerb
{
    public static Verb Create()
    {
        var recipe = new Argument<string>("RECIPE") { Description = "Recipe file (YAML); with --resume, a run folder will do." };
        var set = new Option<string[]>("--set") { Description = "Override a field of the recipe; may be given several times.", HelpName = "key.path=value", DefaultValueFactory = _ => [] };
        var output = new Option<string?>("--out") { Description = "Run folder; runs/<name of the recipe> by default.", HelpName = "RUN" };
        var resume = new Option<bool>("--resume") { Description = "Continue the run in the run folder." };
        var json = Flags.Json("protocol and metrics");
        return new Verb(
            "train",
            "Train a model as a recipe says. Ctrl-C saves and stops; --resume continues.",
            """
            RUN/recipe.yaml                 the recipe as resolved, every field
            RUN/split.json                  who was labelled, unlabelled and for validation
            RUN/checkpoints/                what --resume continues from
            RUN/log.jsonl                   what happened, one JSON object a line
            RUN/model.safetensors           the deployed network
            RUN/metrics.json                the final measurement
            RUN/results.json                the final predictions on the validation persons
            RUN/report.html                 all of it as a page
            """,
            "train recipes/studio-50-sspcm.yaml",
            "train recipes/studio-50-sspcm.yaml --set training.steps=200 --set data.root=/data/studio --out runs/short",
            "train runs/short --resume")
        {
            recipe, set, output, resume, json,
        }.Does((parse, stop) =>
        {
            var (file, folder) = (parse.GetRequiredValue(recipe), parse.GetValue(output));
            var continued = parse.GetValue(resume);
            if (continued && Directory.Exists(file))
                (file, folder) = (RunFolder.Open(file).RecipeFile, folder ?? file);
            var resolved = Absolute(RecipeReader.Read(file, parse.GetValue(set) ?? []));
            return Run(resolved, folder ?? Path.Combine("runs", resolved.Name), continued, parse.GetValue(json), stop);
        });
    }

    private static int Run(Recipe recipe, string folder, bool resume, string? json, CancellationToken stop)
    {
        ComputeDevice.Open(recipe.Training.Device);
        Output.TryJson(json);
        if (resume)
            RunFolder.Open(folder);
        Output.Folder(folder);
        var run = RunFolder.Create(folder, resume);
        var outcome = Train(recipe, run, resume, stop);
        if (outcome.Final is { } networks)
        {
            var deployed = EvaluationReport.FromJson(File.ReadAllText(run.Metrics));
            // The network that is put to use comes first.
            Screen.Table(MetricsTable.Of(networks.OrderBy(n => n.Value.Protocol["network"] != deployed.Protocol["network"]).ToDictionary()));
            ProtocolText.Show(deployed);
            Output.Json(json, deployed);
        }

        if (outcome.End != TrainingEnd.Stopped)
            RunPage.Write(run, stop);
        Screen.Line(outcome.Message);
        Screen.Files(("run", run.Path), ("model", run.Model), ("metrics", run.Metrics), ("log", run.Log), ("page", run.Report));
        return outcome.End switch
        {
            TrainingEnd.Finished => ExitCode.Ok,
            TrainingEnd.Stopped => ExitCode.Stopped,
            _ => ExitCode.Failed,
        };
    }

    /// <summary>Opens the data, writes the recipe into the run folder and trains.</summary>
    /// <param name="recipe">Without errors.</param>
    /// <param name="run">Where to.</param>
    /// <param name="resume">Whether to go on from a checkpoint there.</param>
    /// <param name="stop">Saves and stops.</param>
    /// <param name="more">What to add to a line of progress, given the time the run took and will still take.</param>
    public static TrainingOutcome Train(Recipe recipe, RunFolder run, bool resume, CancellationToken stop, Func<TimeSpan, TimeSpan, string>? more = null)
    {
        RecipeFiles.RequirePresent(recipe, weights: !(resume && run.LatestCheckpoint is not null));
        var data = RecipeData.Open(recipe);
        var described = new Description(recipe, data, run);
        if (!resume || !File.Exists(run.RecipeFile))
            described.Write();
        return TrainingDisplay.Show(display => new Trainer(recipe, data, run).Run(resume, [described, display], stop), more);
    }

    /// <summary>
    /// The recipe and the persons in the run folder. A resume may change what the result does not depend on, such as where the pictures lie, so both are
    /// written anew, but not before the trainer has accepted it: what made the checkpoint must survive a refusal.
    /// </summary>
    private sealed class Description(Recipe recipe, TrainingData data, RunFolder run) : ITrainingObserver
    {
        public void On(TrainingEvent e)
        {
            if (e is RunStarted)
                Write();
        }

        public void Write()
        {
            AtomicFile.WriteAllText(run.RecipeFile, RecipeWriter.Write(recipe));
            Output.Json(run.SplitFile, new { labelled = Part(data.Labelled), unlabelled = Part(data.Unlabelled), validation = Part(data.Validation) });
        }
    }

    private static object? Part(PoseDataset? persons) =>
        persons is null ? null : new { source = persons.Name, annotationIds = persons.Persons.Select(p => p.Id) };

    /// <summary>The recipe with full paths: a run must be found again from any folder, by report and by resume.</summary>
    public static Recipe Absolute(Recipe recipe) => recipe with
    {
        Data = recipe.Data with { Root = Path.GetFullPath(recipe.Data.Root), Cache = Full(recipe.Data.Cache) },
        Model = recipe.Model with
        {
            Weights = FullWeights(recipe.Model.Weights),
            AuxiliaryWeights = FullWeights(recipe.Model.AuxiliaryWeights),
            TeacherWeights = FullWeights(recipe.Model.TeacherWeights),
        },
    };

    private static string? FullWeights(string? pathOrName) => pathOrName is null ? null : WeightCache.Resolve(pathOrName);

    private static string? Full(string? path) => path is null ? null : Path.GetFullPath(path);
}
