using System.CommandLine;
using System.Diagnostics;
using LeanPose.Cli.Demo;
using LeanPose.Cli.Reports;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Learning.Prediction;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose demo</c>: draws data, trains with and without unlabelled pictures, compares.</summary>
internal static class DemoVerb
{
    public static Verb Create()
    {
        var output = new Option<string>("--out") { Description = "Folder to write to; what an earlier demo left there is replaced.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine("runs", "demo") };
        var steps = Flags.OptionalCount("--steps", "Labelled steps of each method; as the demo's recipes say by default.");
        var seed = Flags.Count("--seed", "Seed of pictures and training.", 1, min: 0);
        var json = Flags.Json("metrics and seconds of each method");
        return new Verb(
            "demo",
            "Draw pictures of people, pretend that few of them have labels, and train the same small network twice: on the labels alone, and with SSPCM on the unlabelled pictures, too.",
            """
            DIR/report.html        table, learning curves and pictures
            DIR/grid.png           labels and both predictions side by side
            DIR/data/              the pictures and annotations that were drawn
            DIR/supervised/, DIR/sspcm/    the two runs
            """,
            "demo",
            "demo --steps 100 --out /tmp/demo --json /tmp/demo.json")
        {
            output, steps, seed, json,
        }.Does((parse, stop) => Run(
            new DemoPlan { Steps = parse.GetValue(steps), Seed = parse.GetValue(seed) },
            parse.GetRequiredValue(output),
            parse.GetValue(json),
            stop));
    }

    private static int Run(DemoPlan plan, string folder, string? json, CancellationToken stop)
    {
        Output.TryJson(json);
        Output.Folder(folder);
        var data = Path.Combine(folder, "data");
        foreach (var (name, options) in plan.Sets())
            DataSynthVerb.Draw(options, Path.Combine(data, name), $"drawing {options.Count} {name} pictures", stop);

        var entries = new List<(DemoEntry Entry, EvaluationReport Report, IReadOnlyList<PoseResult> Results)>();
        var steps = 0;
        PoseDataset? validation = null;
        foreach (var method in DemoPlan.Methods)
        {
            var recipe = plan.Recipe(method, data);
            steps = recipe.Training.Steps!.Value;
            validation ??= RecipeData.Validation(recipe)!;
            Screen.Line($"\n{method}: {recipe.Description}");
            var run = FreshRun(Path.Combine(folder, method));
            var clock = Stopwatch.StartNew();
            var outcome = TrainVerb.Train(recipe, run, resume: false, stop);
            if (outcome.End != TrainingEnd.Finished)
            {
                Screen.Line(outcome.Message);
                return outcome.End == TrainingEnd.Stopped ? ExitCode.Stopped : ExitCode.Failed;
            }

            var report = EvaluationReport.FromJson(File.ReadAllText(run.Metrics));
            entries.Add((new DemoEntry(method, report.Metrics, clock.Elapsed.TotalSeconds, run.Path), report, Predict(run, recipe, validation, stop)));
        }

        Show(plan, folder, steps, validation!, entries);
        Output.Json(json, new { methods = entries.Select(e => new { name = e.Entry.Name, metrics = e.Report.Metrics, seconds = Math.Round(e.Entry.Seconds, 1) }) });
        return ExitCode.Ok;
    }

    private static void Show(DemoPlan plan, string folder, int steps, PoseDataset validation, List<(DemoEntry Entry, EvaluationReport Report, IReadOnlyList<PoseResult> Results)> entries)
    {
        Screen.Line();
        Screen.Table(MetricsTable.Of(entries.ToDictionary(e => e.Entry.Name, e => e.Report)));
        foreach (var (entry, _, _) in entries)
            Screen.Line($"{entry.Name}: {steps} steps in {TimeSpan.FromSeconds(Math.Round(entry.Seconds)):mm\\:ss} (minutes:seconds, with evaluation)");
        Screen.Line();

        // Evenly spread over the set, and the same for every method: nobody chose them.
        var every = Math.Max(1, validation.Persons.Length / plan.Pictures);
        var shown = validation.Persons.Where((_, i) => i % every == 0).Take(plan.Pictures);
        var byId = entries.Select(e => e.Results.ToDictionary(r => r.AnnotationId!.Value)).ToList();
        var persons = shown.Select(p => new DemoPerson(validation.Skeleton, p, [.. byId.Select(r => r.GetValueOrDefault(p.Id))])).ToList();
        var setting = new DemoSetting(plan.Labelled, plan.Unlabelled, plan.Validation, steps);
        var page = DemoReport.Write(folder, setting, [.. entries.Select(e => e.Entry)], persons);
        Screen.Files([("page", page), ("pictures", Path.Combine(folder, "grid.png")), .. entries.Select(e => (e.Entry.Name, e.Entry.RunFolder))]);
    }

    private static IReadOnlyList<PoseResult> Predict(RunFolder run, Recipe recipe, PoseDataset persons, CancellationToken stop)
    {
        using var predictor = PosePredictor.Load(run.Path);
        return predictor.Predict(persons, new PredictionOptions(recipe.Evaluation.Decoder, recipe.Evaluation.Flip, recipe.Evaluation.Batch), stop: stop);
    }

    // Two demos in one folder: the second replaces the runs of the first, which nobody would resume.
    private static RunFolder FreshRun(string path)
    {
        var run = RunFolder.Create(path, resume: true);
        foreach (var old in new[] { run.Checkpoint, run.HealthyCheckpoint, run.Log, run.Metrics, run.Results, run.Model }.Where(File.Exists))
            File.Delete(old);
        return run;
    }
}
