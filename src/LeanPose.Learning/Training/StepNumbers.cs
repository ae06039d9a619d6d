namespace LeanPose.Learning.Training;

/// <summary>What a step gives in numbers.</summary>
/// <param name="Loss">The loss that was minimised.</param>
/// <param name="Interval">What there is to log; null in steps that are not logged, and where the loss is not finite.</param>
public sealed record StepNumbers(double Loss, IntervalNumbers? Interval);

/// <summary>What the steps since the last logged one have told; the logged one is the last of them.</summary>
/// <param name="Steps">How many they are.</param>
/// <param name="Means">Means over them, by name: <c>loss</c>, the total, and what the method tells; not a number where no step has one.</param>
/// <param name="Last">The same of the last of them alone.</param>
/// <param name="PerKeypoint">Means over them by keypoint.</param>
public sealed record IntervalNumbers(int Steps, IReadOnlyDictionary<string, double> Means, IReadOnlyDictionary<string, double> Last, KeypointTable PerKeypoint);

/// <summary>Values by keypoint.</summary>
/// <param name="Keypoints">The trained keypoints' names.</param>
/// <param name="Columns">By name, one value for each keypoint; not a number where there is none.</param>
public sealed record KeypointTable(IReadOnlyList<string> Keypoints, IReadOnlyDictionary<string, IReadOnlyList<double>> Columns)
{
    /// <summary>No keypoint, no column.</summary>
    public static KeypointTable Empty { get; } = new([], new Dictionary<string, IReadOnlyList<double>>());
}
