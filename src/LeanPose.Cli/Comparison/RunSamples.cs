using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Evaluation;

namespace LeanPose.Cli.Comparison;

/// <summary>Bootstrap samples of the metrics of runs, drawn once for each run. All runs measured on the same persons share their draws.</summary>
/// <param name="bootstrap">How many samples, from which seed.</param>
internal sealed class RunSamples(Bootstrap bootstrap)
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, double?[]>?> _ofRun = [];
    private readonly List<string> _problems = [];

    /// <summary>Why runs have no intervals.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The mean of a metric over runs, in every sample; null where one of them has no predictions.</summary>
    public double?[]? Mean(IReadOnlyList<MeasuredRun> runs, string metric)
    {
        var samples = runs.Select(r => Of(r)?.GetValueOrDefault(metric)).ToList();
        return samples.Any(s => s is null) ? null : bootstrap.MeanOverRuns(samples!);
    }

    private IReadOnlyDictionary<string, double?[]>? Of(MeasuredRun run)
    {
        if (_ofRun.TryGetValue(run.Folder.Path, out var known))
            return known;
        try
        {
            var (truth, results) = run.Results();
            return _ofRun[run.Folder.Path] = ResampledMetrics.Of(truth, results, bootstrap);
        }
        catch (Exception e) when (e is DataException or CommandException)
        {
            _problems.Add($"{Path.GetFileName(run.Folder.Path)} has no interval: {e.Message}");
            return _ofRun[run.Folder.Path] = null;
        }
    }
}
