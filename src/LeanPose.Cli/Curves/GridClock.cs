using LeanPose.Cli.Reports;

namespace LeanPose.Cli.Curves;

/// <summary>
/// How long a grid will still take. Runs of a recipe take as long as those of it that are over; where none is, as long as the others do on
/// average.
/// </summary>
internal sealed class GridClock
{
    private readonly Dictionary<string, List<double>> _seconds = [];

    /// <summary>A run is over.</summary>
    public void Add(string recipe, double seconds)
    {
        if (!_seconds.TryGetValue(recipe, out var all))
            _seconds[recipe] = all = [];
        all.Add(seconds);
    }

    /// <summary>Seconds that runs of these recipes will take; null while nothing is known.</summary>
    /// <param name="recipes">One entry a run.</param>
    /// <param name="present">Seconds that the present run will have taken, where that is known.</param>
    public double? Estimate(IEnumerable<string> recipes, double? present = null)
    {
        var known = _seconds.Values.SelectMany(s => s).Concat(present is { } p ? [p] : []).ToList();
        double? otherwise = known.Count == 0 ? null : known.Average();
        double? sum = 0;
        foreach (var recipe in recipes)
            sum += _seconds.TryGetValue(recipe, out var own) ? own.Average() : otherwise;
        return sum;
    }

    /// <summary>As a person says it.</summary>
    public static string Text(double? seconds) => seconds is { } s ? $"about {Numbers.Duration(s)} left" : "time left not known yet";
}
