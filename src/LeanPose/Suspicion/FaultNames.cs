namespace LeanPose.Suspicion;

/// <summary>The kinds of faults as files and command lines write them.</summary>
public static class FaultNames
{
    /// <summary>Every name with its kind.</summary>
    public static IReadOnlyDictionary<string, LabelFault> All { get; } = Enum.GetValues<LabelFault>().ToDictionary(Of);

    /// <summary><c>swap</c>, <c>shift</c> or <c>wrong-person</c>.</summary>
    public static string Of(LabelFault fault) => fault switch
    {
        LabelFault.Swap => "swap",
        LabelFault.Shift => "shift",
        LabelFault.WrongPerson => "wrong-person",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Unknown fault."),
    };
}
