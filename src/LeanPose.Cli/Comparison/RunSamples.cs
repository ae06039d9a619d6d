using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Evaluation;

namespace LeanPose.Cli.Comparison;

/// <summary>Bootstrap samples of the metrics of runs, drawn once for each run. All runs measured on the same persons share their draws.</summary>
/// <param name="bootstrap">How many samples, from which seed.</param>
internal sealed class RunSamples(Bootstrap bootstrap)
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, double?[]>?> _ofRun = [];
    private readonly HashSet<string> _outdated = [];
    private readonly List<string> _problems = [];

    /// <summary>Why runs have no intervals.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The mean of a metric over runs, in every sample; null where one of them has no predictions.</summary>
    public double?[]? Mean(IReadOnlyList<MeasuredRun> runs, string metric)
    {
        var samples = runs.Select(r => Of(r)?.GetValueOrDefault(metric)).ToList();
        return samples.Any(s => s is null) ? null : bootstrap.MeanOverRuns(samples!);
    }

    /// <summary>Whether the run's numbers are not those of the labels of today.</summary>
    public bool IsOutdated(MeasuredRun run)
    {
        Of(run);
        return _outdated.Contains(run.Folder.Path);
    }

    private IReadOnlyDictionary<string, double?[]>? Of(MeasuredRun run)
    {
        if (_ofRun.TryGetValue(run.Folder.Path, out var known))
            return known;
        try
        {
            var (truth, results) = run.Results();
            if (run.Outdated(truth, results) is { } outdated)
            {
                _outdated.Add(run.Folder.Path);
                return Without(run, outdated);
            }

            return _ofRun[run.Folder.Path] = ResampledMetrics.Of(truth, results, bootstrap);
        }
        catch (Exception e) when (e is DataException or CommandException)
        {
            return Without(run, e);
        }
    }

    private IReadOnlyDictionary<string, double?[]>? Without(MeasuredRun run, Exception reason)
    {
        _problems.Add($"{Path.GetFileName(run.Folder.Path)} has no interval: {reason.Message}");
        return _ofRun[run.Folder.Path] = null;
    }
}
