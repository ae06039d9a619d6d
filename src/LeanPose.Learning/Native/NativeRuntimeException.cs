namespace LeanPose.Learning.Native;

/// <summary>The machine does not give what computing needs: libtorch does not load, or the device asked for is not there.</summary>
/// <param name="finding">What is wrong and what to do.</param>
public sealed class NativeRuntimeException(NativeFinding finding) : DllNotFoundException($"{finding.What} {finding.Do}".TrimEnd())
{
    /// <summary>What is wrong and what to do.</summary>
    public NativeFinding Finding => finding;
}
