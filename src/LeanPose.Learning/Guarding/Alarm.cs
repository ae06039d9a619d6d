namespace LeanPose.Learning.Guarding;

/// <summary>What can be wrong with semi-supervised training (specification 8.1).</summary>
public enum AlarmKind
{
    /// <summary>Collapse: heatmaps are dark on unlabelled persons and bright on labelled ones.</summary>
    Dark,

    /// <summary>Collapse: heatmaps are dark on unlabelled persons and were bright before.</summary>
    Fallen,

    /// <summary>Collapse: pseudo labels are empty, and the losses on them nothing.</summary>
    EmptyTargets,

    /// <summary>Heatmaps on unlabelled persons are far below what they were, but not dark.</summary>
    Falling,

    /// <summary>The gate lets hardly any pseudo keypoint through.</summary>
    GateShut,

    /// <summary>Two networks that teach one another have become one.</summary>
    TeachersMerged,
}

/// <summary>Something is wrong.</summary>
/// <param name="Kind">What.</param>
/// <param name="Step">Steps completed when it was certain.</param>
/// <param name="What">In a sentence, with the numbers.</param>
/// <param name="Advice">Its likely cause, and what to change.</param>
public sealed record Alarm(AlarmKind Kind, int Step, string What, string Advice)
{
    /// <summary>Whether going on makes no sense.</summary>
    public bool IsCollapse => Collapses(Kind);

    /// <summary>For the user.</summary>
    public string Message => $"{What} {Advice}";

    /// <summary>Which kinds are collapses.</summary>
    public static bool Collapses(AlarmKind kind) => kind is AlarmKind.Dark or AlarmKind.Fallen or AlarmKind.EmptyTargets;
}
