namespace LeanPose.Datasets;

/// <summary>Something is wrong with the user's data. The message says what, where, what was expected and what to do.</summary>
public sealed class DataException : Exception
{
    /// <summary>One problem.</summary>
    /// <param name="problem">What is wrong, one sentence.</param>
    /// <param name="where">File, and where it helps the JSON path and record id.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="fix">What the user can do.</param>
    /// <param name="inner">What the system said, if it did.</param>
    public DataException(string problem, string where, string? expected = null, string? fix = null, Exception? inner = null)
        : this(new DataProblem(problem, where, expected, fix), inner)
    {
    }

    /// <summary>Several problems in one report. One problem reads as it does alone.</summary>
    /// <param name="problems">At least one.</param>
    /// <param name="notListed">How many more there are.</param>
    public DataException(IReadOnlyList<DataProblem> problems, int notListed = 0)
        : base(Compose(problems, notListed))
    {
        Problems = problems;
        NotListed = notListed;
    }

    private DataException(DataProblem problem, Exception? inner)
        : base(problem.ToString(), inner) => Problems = [problem];

    /// <summary>What is wrong, at least one.</summary>
    public IReadOnlyList<DataProblem> Problems { get; }

    /// <summary>How many problems were found beyond <see cref="Problems"/>.</summary>
    public int NotListed { get; }

    /// <summary>The same with something more to do at the end.</summary>
    /// <param name="step">Goes on after "… ; ".</param>
    public DataException With(string step) =>
        new([.. Problems.SkipLast(1), Problems[^1] with { Fix = Problems[^1].Fix is { } fix ? $"{fix}; {step}" : step }], NotListed);

    private static string Compose(IReadOnlyList<DataProblem> problems, int notListed)
    {
        if (problems.Count == 1 && notListed == 0)
            return problems[0].ToString();
        var listed = problems.Select((p, i) => $"{i + 1}. {p}");
        var text = $"{problems.Count + notListed} problems were found.\n{string.Join('\n', listed)}";
        return notListed == 0 ? text : $"{text}\n… and {notListed} more.";
    }
}

/// <summary>One thing that is wrong with the user's data.</summary>
/// <param name="Problem">What is wrong, one sentence.</param>
/// <param name="Where">File, and where it helps the JSON path and record id.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Fix">What the user can do.</param>
public sealed record DataProblem(string Problem, string Where, string? Expected = null, string? Fix = null)
{
    /// <summary>The problem as it is shown, one line per part.</summary>
    public override string ToString()
    {
        var text = $"{Problem}\n  where:    {Where}";
        if (Expected is not null)
            text += $"\n  expected: {Expected}";
        if (Fix is not null)
            text += $"\n  do:       {Fix}";
        return text;
    }
}
