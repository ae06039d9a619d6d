namespace LeanPose.Learning.Native;

/// <summary>How much a <see cref="NativeFinding"/> matters.</summary>
public enum NativeFindingSeverity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Works, but slower or with less than it could.</summary>
    Warning,

    /// <summary>Training and prediction with libtorch do not work.</summary>
    Error,
}

/// <summary>One thing to know about this machine.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="What">What was found, and where.</param>
/// <param name="Do">What to do about it; empty where there is nothing to do.</param>
public sealed record NativeFinding(NativeFindingSeverity Severity, string What, string Do);
