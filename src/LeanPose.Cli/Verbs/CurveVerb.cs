using System.CommandLine;
using LeanPose.Cli.Curves;
using LeanPose.Cli.Recipes;
using LeanPose.Cli.Reports;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Learning.Native;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose curve</c>: accuracy over the number of labels, for several recipes and seeds.</summary>
internal static class CurveVerb
{
    private static readonly string[] Orders = [.. Enum.GetNames<LabelOrder>().Select(RecipeKeys.Camel)];

    public static Verb Create()
    {
        var recipes = new Argument<string[]>("RECIPE") { Description = "Recipe files (YAML) of the same data; none with --only-report.", Arity = ArgumentArity.ZeroOrMore };
        var labels = Flags.Counts("--labels", "Numbers of labelled persons.", 50);
        var seeds = Flags.Count("--seeds", "How many seeds: 1 to N, each with label subsets and training of its own.", 3);
        var order = Flags.Choice("--order", "Who is labelled first: drawn by the seed, or the first N persons in file order, as in the literature.", Orders, Orders[0]);
        var pool = new Option<string?>("--pool") { Description = "Split file of the persons whose labels may be used; by default all of data.labelled that are not measured on.", HelpName = "FILE" };
        var set = new Option<string[]>("--set") { Description = "Override a field of every recipe; may be given several times.", HelpName = "key.path=value", DefaultValueFactory = _ => [] };
        var output = new Option<string>("--out") { Description = "Folder of the curve. Runs in it that are finished are kept, interrupted ones are resumed.", HelpName = "DIR", Required = true };
        var only = new Option<bool>("--only-report") { Description = "Train nothing; report on the runs in the folder." };
        return new Verb(
            "curve",
            "Train recipes with several numbers of labels and several seeds, and show accuracy over labels. Ctrl-C saves and stops; the same command goes on.",
            """
            DIR/curve.html, DIR/curve.json      curves, table, differences with 95 % intervals
            DIR/splits/                         who was labelled in which run
            DIR/RECIPE-LABELS-seedN/            the runs, as of leanpose train
            """,
            "curve recipes/studio-50-supervised.yaml recipes/studio-50-sspcm.yaml --labels 50,100,200 --seeds 3 --out runs/curve",
            "curve recipes/studio-50-sspcm.yaml --labels 50,200 --seeds 2 --set training.steps=600 --set training.milestones=[400] --out runs/short",
            "curve --only-report --out runs/curve")
        {
            recipes, labels, seeds, order, pool, set, output, only,
        }.Does((parse, stop) =>
        {
            var folder = Path.GetFullPath(parse.GetRequiredValue(output));
            var files = parse.GetValue(recipes) ?? [];
            if (parse.GetValue(only))
                return OnlyReport(folder, files);
            if (files.Length == 0)
                throw new CommandException(ExitCode.Usage, "There is no recipe to train.", "leanpose curve", "RECIPE…, or --only-report for runs that are there");
            var resolved = files.Select(f => TrainVerb.Absolute(RecipeReader.Read(f, parse.GetValue(set) ?? []))).ToList();
            var drawn = Enum.Parse<LabelOrder>(parse.GetRequiredValue(order), ignoreCase: true);
            var cells = Prepare(resolved, parse.GetRequiredValue(labels), parse.GetRequiredValue(seeds), drawn, parse.GetValue(pool), folder);
            var run = new CurveRun(cells);
            var whole = run.Train(stop);
            Report(CurveResult.Read(folder, new Bootstrap(), cells), folder, run.Failures);
            foreach (var failure in run.Failures)
                Screen.Warning($"failed: {failure.Place}: {failure.Message}");
            return !whole ? ExitCode.Stopped : run.Failures.Count > 0 ? ExitCode.Failed : ExitCode.Ok;
        });
    }

    // All that can be known to fail is found before the first step.
    private static IReadOnlyList<CurveCell> Prepare(IReadOnlyList<Recipe> recipes, IReadOnlyList<int> labels, int seeds, LabelOrder order, string? pool, string folder)
    {
        CurveGrid.RequireComparable(recipes);
        foreach (var recipe in recipes)
        {
            ComputeDevice.Open(recipe.Training.Device);
            RecipeFiles.RequirePresent(LabelPool.Without(recipe));
        }

        var persons = LabelPool.Of(recipes[0], order, pool);
        Screen.Line($"labels come from {persons.Persons.Length} persons{(pool is null ? "" : $" of {pool}")}");
        Output.Folder(folder);
        return CurveGrid.Make(recipes, labels, seeds, persons, folder);
    }

    private static int OnlyReport(string folder, string[] files)
    {
        if (files.Length > 0)
            throw new CommandException(ExitCode.Usage, "--only-report takes no recipes.", "leanpose curve", "leanpose curve --only-report --out DIR");
        if (!Directory.Exists(folder))
            throw new DataException("There is no such folder.", folder, "the folder of a curve");
        var result = CurveResult.Read(folder, new Bootstrap(), []);
        if (result.Curves.Count == 0)
            throw new DataException("The folder holds no finished run of a curve.", folder, "runs called RECIPE-LABELS-seedN", "give the folder that was named by --out");
        Report(result, folder, []);
        return ExitCode.Ok;
    }

    // What failed just now is told at the end, and not twice.
    private static void Report(CurveResult result, string folder, IReadOnlyList<CurveFailure> failures)
    {
        Output.Json(Path.Combine(folder, "curve.json"), result.ToJson());
        var page = CurveReport.Write(folder, result);
        Screen.Line();
        if (result.Curves.Count > 0)
        {
            Screen.Table(CurveReport.Table(result));
            Screen.Line(CurveReport.Reading);
        }

        if (result.Curves.Count > 1)
            Screen.Line($"Baseline: {result.Baseline}.");
        foreach (var (place, reason) in result.Missing.Where(u => failures.All(f => f.Place != u.Place)))
            Screen.Warning($"not in here: {place}: {reason}");
        foreach (var note in result.Notes)
            Screen.Warning(note);
        Screen.Files(("page", page), ("numbers", Path.Combine(folder, "curve.json")));
    }
}
