namespace LeanPose.Learning.Training;

/// <summary>What a step gives in numbers.</summary>
/// <param name="Scalars">By name; <c>loss</c> is the total, and all there is in steps that are not logged.</param>
/// <param name="PerKeypoint">Telemetry by keypoint.</param>
public sealed record StepNumbers(IReadOnlyDictionary<string, double> Scalars, KeypointTable PerKeypoint)
{
    /// <summary>The loss that was minimised.</summary>
    public double Loss => Scalars["loss"];
}

/// <summary>Values by keypoint.</summary>
/// <param name="Keypoints">The trained keypoints' names.</param>
/// <param name="Columns">By name, one value for each keypoint; not a number where there is none.</param>
public sealed record KeypointTable(IReadOnlyList<string> Keypoints, IReadOnlyDictionary<string, IReadOnlyList<double>> Columns)
{
    /// <summary>No keypoint, no column.</summary>
    public static KeypointTable Empty { get; } = new([], new Dictionary<string, IReadOnlyList<double>>());
}
