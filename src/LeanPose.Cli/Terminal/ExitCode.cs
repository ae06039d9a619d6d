namespace LeanPose.Cli.Terminal;

/// <summary>What the process returns; docs/cli.md says the same.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The work ran and its outcome is bad: a check failed, training diverged or collapsed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong command line or recipe.</summary>
    public const int Usage = 2;

    /// <summary>Wrong data: pictures, annotations, boxes, weights, checkpoints.</summary>
    public const int Data = 3;

    /// <summary>The machine does not give what is needed: a native library, a folder to write to, space.</summary>
    public const int Environment = 4;

    /// <summary>A mistake in LeanPose itself.</summary>
    public const int Unexpected = 5;

    /// <summary>Stopped with Ctrl-C (or SIGTERM); docs/cli.md says what each verb has saved.</summary>
    public const int Stopped = 130;
}
