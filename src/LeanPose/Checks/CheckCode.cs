namespace LeanPose.Checks;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing has to be done.</summary>
    Hint,

    /// <summary>Probably wrong.</summary>
    Warning,

    /// <summary>Training or evaluation would be wrong, or stop.</summary>
    Error,
}

/// <summary>A kind of finding.</summary>
/// <param name="Code">Its name on the command line and in files, words joined by hyphens; <c>docs/checks/CODE.md</c> describes it.</param>
/// <param name="Severity">The highest severity that it has.</param>
/// <param name="Title">What was found, a few words.</param>
public sealed record CheckCode(string Code, FindingSeverity Severity, string Title);
