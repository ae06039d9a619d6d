using System.CommandLine;
using LeanPose.Cli.Comparison;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using Spectre.Console;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose compare</c>: finished runs side by side.</summary>
internal static class CompareVerb
{
    public static Verb Create()
    {
        var runs = new Argument<string[]>("RUN") { Description = "Run folders; those that only their seed tells apart are one row. They are compared with the supervised one, where there is one, else with the first.", Arity = ArgumentArity.OneOrMore };
        var markdown = new Option<bool>("--markdown") { Description = "Write the tables as Markdown." };
        var json = Flags.Json("groups and differences");
        return new Verb(
            "compare",
            "Compare finished runs: mean and standard deviation over seeds, and by how much each recipe is ahead of the baseline, with 95 % intervals (paired bootstrap).",
            "nothing, except the file of --json",
            "compare runs/studio-50-supervised runs/studio-50-sspcm",
            "compare runs/grid/studio-50-* --markdown --json compared.json")
        {
            runs, markdown, json,
        }.ComputesNothing().Does((parse, _) =>
        {
            Output.TryJson(parse.GetValue(json));
            var (measured, left) = Read(parse.GetRequiredValue(runs));
            var samples = new RunSamples(new Bootstrap());
            var (found, repeated) = RunGroup.Of(measured.OrderBy(r => r.Recipe.Method.Name != "supervised")); // stable
            var groups = Named(found);
            left.AddRange(repeated.Select(r => (r.Run.Folder.Path, Repeated(r.Run, r.Counted))));
            var metrics = groups.Select(g => RunGroup.Metrics.ToDictionary(m => m, m => g.Metric(m, samples))).ToList();
            var ahead = groups.Select((g, i) => RunGroup.Metrics.ToDictionary(m => m, m => i == 0 ? null : g.Ahead(groups[0], m, samples))).ToList();
            Show(groups, metrics, ahead, parse.GetValue(markdown));
            foreach (var problem in left.Select(l => $"left out: {l.Problem}").Concat(samples.Problems))
                Screen.Warning(problem);
            Output.Json(parse.GetValue(json), new
            {
                baseline = groups[0].Name,
                groups = groups.Select((g, i) => new
                {
                    name = g.Name,
                    method = g.Method,
                    seeds = g.Seeds,
                    steps = g.Runs[0].Steps,
                    labelled = g.Runs[0].Labelled,
                    minutes = Math.Round(g.Minutes, 2),
                    metrics = ComparisonText.Metrics(metrics[i]),
                    aheadOfBaseline = ComparisonText.Differences(ahead[i]),
                    runs = g.Runs.Select(r => r.Folder.Path),
                }),
                leftOut = left.Select(l => new { run = l.Run, reason = l.Problem.Problem }),
                notes = samples.Problems,
            });
            return ExitCode.Ok;
        });
    }

    private static (List<MeasuredRun> Measured, List<(string Run, DataProblem Problem)> Left) Read(IEnumerable<string> folders)
    {
        var (measured, left) = (new List<MeasuredRun>(), new List<(string Run, DataProblem Problem)>());
        foreach (var folder in folders.Select(f => Path.TrimEndingDirectorySeparator(Path.GetFullPath(f))).Distinct())
        {
            try
            {
                measured.Add(MeasuredRun.Read(folder));
            }
            catch (Exception e) when (e is DataException or CommandException)
            {
                left.Add((folder, e is DataException { Problems: [var problem, ..] } ? problem : new DataProblem(e.Message, folder)));
            }
        }

        return measured.Count > 0
            ? (measured, left)
            : throw new DataException($"None of the folders holds a finished run.\n{string.Join('\n', left.Select(l => l.Problem))}", "leanpose compare", "runs with model.safetensors and metrics.json");
    }

    private static DataProblem Repeated(MeasuredRun run, MeasuredRun counted) => new(
        $"Seed {run.Recipe.Seed} of {RecipeIdentity.BaseName(run.Recipe.Name)} is there already.",
        run.Folder.Path,
        $"one run a seed; {counted.Folder.Path} counts",
        "a copy, or the same seed again, does not tell how seeds vary: train another seed, or name only the run that is to count");

    // Two variants of a recipe share its name; the folder tells them apart.
    private static List<RunGroup> Named(IReadOnlyList<RunGroup> groups) =>
    [
        .. groups.Select(g => groups.Count(o => o.Name == g.Name) == 1 ? g : g with { Name = $"{g.Name} ({FolderName(g)})" }),
    ];

    private static string FolderName(RunGroup group)
    {
        var name = Path.GetFileName(group.Runs[0].Folder.Path);
        return group.Runs.Count == 1 ? name : RecipeIdentity.BaseName(name);
    }

    private static void Show(List<RunGroup> groups, List<Dictionary<string, GroupMetric>> metrics, List<Dictionary<string, GroupDifference?>> ahead, bool markdown)
    {
        var measured = Table(["recipe", "method", "seeds", "labelled", "steps", .. RunGroup.Metrics, "min"], groups.Select((g, i) => (IEnumerable<string>)
        [
            g.Name, g.Method, string.Join(", ", g.Seeds), g.Runs[0].Labelled?.ToString() ?? "-", g.Runs[0].Steps.ToString(),
            .. RunGroup.Metrics.Select(m => ComparisonText.Text(metrics[i][m])),
            g.Minutes.ToString("0.0"),
        ]));
        Screen.Table(measured, markdown);
        if (groups.Count == 1)
            return;
        Screen.Line($"Ahead of {groups[0].Name}, in points:");
        Screen.Table(Table(["recipe", .. RunGroup.Metrics], groups.Skip(1).Select((g, i) => RunGroup.Metrics.Select(m => ComparisonText.Text(ahead[i + 1][m])).Prepend(g.Name))), markdown);
    }

    private static Table Table(IReadOnlyList<string> heads, IEnumerable<IEnumerable<string>> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns([.. heads.Select(h => new TableColumn(new Text(h)))]);
        foreach (var row in rows)
            table.AddRow([.. row.Select(c => new Text(c))]);
        return table;
    }
}
