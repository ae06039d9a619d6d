namespace LeanPose.Datasets;

/// <summary>Something is wrong with the user's data. The message says what, where, what was expected and what to do.</summary>
public sealed class DataException : Exception
{
    /// <summary>One problem.</summary>
    /// <param name="problem">What is wrong, one sentence.</param>
    /// <param name="where">File, and where it helps the JSON path and record id.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="fix">What the user can do.</param>
    public DataException(string problem, string where, string? expected = null, string? fix = null)
        : base(Compose(problem, where, expected, fix))
    {
    }

    private static string Compose(string problem, string where, string? expected, string? fix)
    {
        var text = $"{problem}\n  where:    {where}";
        if (expected is not null)
            text += $"\n  expected: {expected}";
        if (fix is not null)
            text += $"\n  do:       {fix}";
        return text;
    }
}
