using LeanPose.Cli.Comparison;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Evaluation;

namespace LeanPose.Cli.Curves;

/// <summary>One point of a curve: a recipe with a number of labels, over its seeds.</summary>
internal sealed record CurvePoint(int Labels, RunGroup Group, IReadOnlyDictionary<string, GroupMetric> Metrics, IReadOnlyDictionary<string, GroupDifference?> Ahead);

/// <summary>The curve of a recipe.</summary>
internal sealed record RecipeCurve(string Recipe, IReadOnlyList<CurvePoint> Points);

/// <summary>What the runs in a folder give, and what is wrong with the others.</summary>
/// <param name="Curves">The baseline first: supervised training where it is there.</param>
/// <param name="Unfinished">Runs that are begun and not over or not readable, with the reason.</param>
/// <param name="LeftOut">Finished runs of other values than the curve's, with the reason.</param>
/// <param name="Notes">Why there are no intervals.</param>
internal sealed record CurveResult(
    IReadOnlyList<RecipeCurve> Curves, IReadOnlyList<(CurvePlace Place, string Reason)> Unfinished, IReadOnlyList<(CurvePlace Place, string Reason)> LeftOut, IReadOnlyList<string> Notes)
{
    /// <summary>All runs in the folder that are in no curve.</summary>
    public IEnumerable<(CurvePlace Place, string Reason)> Missing => Unfinished.Concat(LeftOut);

    /// <summary>The recipe that the others are compared with.</summary>
    public string? Baseline => Curves.Count > 0 ? Curves[0].Recipe : null;

    /// <summary>Reads all runs of a curve's folder.</summary>
    /// <param name="folder">Of the curve.</param>
    /// <param name="bootstrap">For the intervals.</param>
    /// <param name="cells">The runs that were asked for; none where only what is there is reported on (see <see cref="CurveSelection"/>).</param>
    public static CurveResult Read(string folder, Bootstrap bootstrap, IReadOnlyList<CurveCell> cells)
    {
        var finished = new List<(CurvePlace Place, MeasuredRun Run)>();
        var unfinished = new List<(CurvePlace, string)>();
        foreach (var path in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (CurvePlace.Parse(Path.GetFileName(path)) is not { } place)
                continue;
            try
            {
                finished.Add((place, MeasuredRun.Read(path)));
            }
            catch (Exception e) when (e is DataException or CommandException)
            {
                unfinished.Add((place, e is DataException { Problems: [var problem, ..] } ? problem.Problem : e.Message));
            }
        }

        var (runs, leftOut) = CurveSelection.Of(finished, cells);
        var samples = new RunSamples(bootstrap);
        var recipes = runs.GroupBy(r => r.Place.Recipe)
            .OrderBy(g => g.First().Run.Recipe.Method.Name != "supervised").ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (Recipe: g.Key, Groups: g.GroupBy(r => r.Place.Labels).OrderBy(l => l.Key).ToDictionary(l => l.Key, l => new RunGroup(g.Key, [.. l.OrderBy(r => r.Place.Seed).Select(r => r.Run)]))))
            .ToList();
        var curves = recipes.Select(r => new RecipeCurve(r.Recipe, [.. r.Groups.Select(g => new CurvePoint(
            g.Key,
            g.Value,
            RunGroup.Metrics.ToDictionary(m => m, m => g.Value.Metric(m, samples)),
            RunGroup.Metrics.ToDictionary(m => m, m => r.Recipe != recipes[0].Recipe && recipes[0].Groups.TryGetValue(g.Key, out var baseline) ? g.Value.Ahead(baseline, m, samples) : null)))]));
        return new([.. curves], unfinished, leftOut, samples.Problems);
    }

    /// <summary>For programs.</summary>
    public object ToJson() => new
    {
        baseline = Baseline,
        curves = Curves.Select(c => new
        {
            recipe = c.Recipe,
            method = c.Points[0].Group.Method,
            points = c.Points.Select(p => new
            {
                labels = p.Labels,
                seeds = p.Group.Seeds,
                minutes = Math.Round(p.Group.Minutes, 2),
                metrics = ComparisonText.Metrics(p.Metrics),
                aheadOfBaseline = ComparisonText.Differences(p.Ahead),
                runs = p.Group.Runs.Select(r => Path.GetFileName(r.Folder.Path)),
            }),
        }),
        unfinished = Unfinished.Select(Json),
        leftOut = LeftOut.Select(Json),
        notes = Notes,
    };

    private static object Json((CurvePlace Place, string Reason) run) => new { recipe = run.Place.Recipe, labels = run.Place.Labels, seed = run.Place.Seed, reason = run.Reason };
}
