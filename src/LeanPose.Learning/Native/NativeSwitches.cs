using TorchSharp;

namespace LeanPose.Learning.Native;

/// <summary>
/// Switches of libtorch that TorchSharp does not offer: mixed precision, deterministic algorithms, flushing of denormals.
/// Where a switch is not to be had (Windows, another libtorch) it does nothing and says so; everything works without them.
/// </summary>
public static unsafe class NativeSwitches
{
    /// <summary>Whether <see cref="Autocast"/> takes effect here.</summary>
    public static bool CanAutocast => LibTorchExports.Loaded.HasAutocast;

    /// <summary>Whether libtorch computes convolutions in bfloat16 with this processor's own arithmetic, which takes about half the time of float32's.</summary>
    public static bool HasFastBFloat16 => NativeLoading.Try() && !CacheSizes.OneDnnIsOff && (Cpu.Detect() & (CpuCapabilities.Avx512BFloat16 | CpuCapabilities.AmxBFloat16)) != 0;

    /// <summary>Whether <see cref="SetDeterministic"/> takes effect here.</summary>
    public static bool CanSetDeterministic => LibTorchExports.Loaded.HasDeterministic;

    /// <summary>Whether <see cref="FlushDenormals"/> may take effect here.</summary>
    public static bool CanFlushDenormals => LibTorchExports.Loaded.HasFlushDenormal;

    /// <summary>C++ signatures of the functions that the loaded libtorch does not export under a known name.</summary>
    public static IReadOnlyList<string> Missing => LibTorchExports.Loaded.Missing;

    /// <summary>Whether libtorch uses deterministic algorithms only.</summary>
    public static bool IsDeterministic =>
        CanSetDeterministic && LibTorchExports.Loaded.DeterministicAlgorithms(LibTorchExports.Loaded.GlobalContext()) != 0;

    /// <summary>
    /// Runs the operators of this thread in <paramref name="dtype"/> where that is safe (convolution, matrix product) until
    /// the scope is disposed: the <c>torch.autocast</c> of PyTorch. The parameters stay float32, and so do their gradients.
    /// </summary>
    /// <param name="device">CPU or CUDA: only operators on tensors of that device are concerned.</param>
    /// <param name="dtype">BFloat16 or Float16. Float16 wants scaled losses; BFloat16 does not.</param>
    /// <returns>
    /// A scope to dispose on the same thread. Its <see cref="AutocastScope.IsActive"/> is false where there is no autocast.
    /// Weights are cast anew whenever they are used.
    /// </returns>
    /// <exception cref="ArgumentException">Another device or type.</exception>
    public static AutocastScope Autocast(DeviceType device, torch.ScalarType dtype)
    {
        RequireDevice(device);
        if (dtype is not (torch.ScalarType.BFloat16 or torch.ScalarType.Float16))
            throw new ArgumentException($"Autocast computes in BFloat16 or Float16, not in {dtype}.", nameof(dtype));
        return new AutocastScope(CanAutocast ? LibTorchExports.Loaded : null, device, dtype);
    }

    /// <summary>Whether autocast is on for a device in this thread.</summary>
    /// <exception cref="ArgumentException">A device other than CPU and CUDA.</exception>
    public static bool IsAutocastOn(DeviceType device)
    {
        RequireDevice(device);
        return CanAutocast && LibTorchExports.Loaded.IsAutocastEnabled((sbyte)device) != 0;
    }

    /// <summary>The type that autocast computes in for a device in this thread, or null where it is off.</summary>
    /// <exception cref="ArgumentException">A device other than CPU and CUDA.</exception>
    internal static torch.ScalarType? AutocastType(DeviceType device) =>
        IsAutocastOn(device) ? (torch.ScalarType)LibTorchExports.Loaded.GetAutocastDtype((sbyte)device) : null;

    /// <summary>
    /// Makes libtorch use deterministic algorithms only, cuDNN's too, for the whole process. An operator that has none then
    /// throws. Uninitialised tensors are not filled (PyTorch does that, for debugging, at the price of a pass over each).
    /// </summary>
    /// <param name="on">Whether it is on.</param>
    /// <param name="warnOnly">Whether an operator without a deterministic algorithm warns instead of throwing.</param>
    /// <returns>Whether the switch was there.</returns>
    public static bool SetDeterministic(bool on, bool warnOnly = false)
    {
        if (!CanSetDeterministic)
            return false;
        var exports = LibTorchExports.Loaded;
        var context = exports.GlobalContext();
        exports.SetDeterministicAlgorithms(context, ToByte(on), ToByte(warnOnly));
        if (exports.SetDeterministicFill != null)
            exports.SetDeterministicFill(context, 0);
        if (exports.SetDeterministicCuDnn != null)
            exports.SetDeterministicCuDnn(context, ToByte(on));
        return true;
    }

    /// <summary>
    /// Has cuDNN try its convolutions on the first batch of every shape and keep the fastest, for the whole process. Which one
    /// that is, and with it the last bits of results, then depends on the moment's timing.
    /// </summary>
    /// <returns>Whether the switch was there.</returns>
    public static bool SetCuDnnBenchmark(bool on)
    {
        var exports = LibTorchExports.Loaded;
        if (exports.GlobalContext == null || exports.SetBenchmarkCuDnn == null)
            return false;
        exports.SetBenchmarkCuDnn(exports.GlobalContext(), ToByte(on));
        return true;
    }

    /// <summary>
    /// Has the calling thread, and threads it starts later, treat denormal floats as zero: arithmetic with them is many times
    /// slower. Call it before libtorch starts its own threads, which is before the first large operator.
    /// </summary>
    /// <returns>Whether the switch was there and the processor can do it.</returns>
    public static bool FlushDenormals(bool on) =>
        CanFlushDenormals && LibTorchExports.Loaded.SetFlushDenormal(ToByte(on)) != 0;

    internal static byte ToByte(bool value) => value ? (byte)1 : (byte)0;

    // libtorch throws a C++ exception, which would end the process, for a device it has no autocast for.
    private static void RequireDevice(DeviceType device)
    {
        if (device is not (DeviceType.CPU or DeviceType.CUDA))
            throw new ArgumentException($"Autocast is for CPU and CUDA, not for {device}.", nameof(device));
    }
}
