namespace LeanPose.Datasets;

/// <summary>Collects what is wrong with one input, so that a user sees it all at once and not one mistake per run.</summary>
internal sealed class ProblemList
{
    private const int Shown = 20;
    private readonly List<DataProblem> _problems = [];
    private int _notListed;

    /// <summary>The first ones; the rest is only counted.</summary>
    public IReadOnlyList<DataProblem> Listed => _problems;

    public bool IsEmpty => _problems.Count == 0;

    public void Add(string problem, string where, string? expected = null, string? fix = null)
    {
        if (_problems.Count < Shown)
            _problems.Add(new DataProblem(problem, where, expected, fix));
        else
            _notListed++;
    }

    public void Add(DataException exception)
    {
        foreach (var p in exception.Problems)
            Add(p.Problem, p.Where, p.Expected, p.Fix);
        _notListed += exception.NotListed;
    }

    /// <exception cref="DataException">Anything was added.</exception>
    public void ThrowIfAny()
    {
        if (!IsEmpty)
            throw new DataException(_problems, _notListed);
    }
}
