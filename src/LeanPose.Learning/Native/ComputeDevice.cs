using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace LeanPose.Learning.Native;

/// <summary>The device to compute on, checked before anything is put on it.</summary>
public static class ComputeDevice
{
    /// <summary>What a device may be called, for messages.</summary>
    public const string Names = "cpu, cuda or cuda:N";

    internal static string NoDeviceRemedy => CudaDriver.IsInstalled
        ? "See whether nvidia-smi names a device, whether its driver is new enough for this build, and what CUDA_VISIBLE_DEVICES says; or compute on the CPU."
        : "Install NVIDIA's driver (its library is not on this system), or compute on the CPU.";

    /// <summary>Whether a text has the form of a device: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    public static bool IsName(string name) => name is "cpu" or "cuda" || IndexOf(name) is not null;

    /// <summary>Loads libtorch and gives the device. Products of float32 are not shortened to TF32 on it (<see cref="SetTf32"/>).</summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c> (the first) or <c>cuda:N</c>.</param>
    /// <exception cref="ArgumentException">No such name.</exception>
    /// <exception cref="NativeRuntimeException">libtorch has no CUDA, sees no device, or not so many.</exception>
    public static Device Open(string name)
    {
        if (!IsName(name))
            throw new ArgumentException($"There is no device '{name}': expected {Names}.", nameof(name));
        NativeRuntime.Require();
        if (name == "cpu")
            return CPU;
        var index = IndexOf(name) ?? 0;
        if (NativeLoading.LoadedFrom("torch_cuda") is null)
        {
            throw Missing($"'{name}' was asked for, and libtorch is a build for the CPU ({NativeLoading.LoadedFrom("torch_cpu")}).",
                $"Name a PyTorch {LibTorchInstallation.Wanted.ToString(2)} with CUDA: --libtorch DIR or {NativeRuntime.LibTorchVariable} (docs/native-runtime.md); or compute on the CPU.");
        }

        var count = cuda.is_available() ? cuda.device_count() : 0;
        if (count == 0)
            throw Missing($"'{name}' was asked for, and libtorch sees no CUDA device.", NoDeviceRemedy);
        if (index >= count)
            throw Missing($"'{name}' was asked for, and there {(count == 1 ? "is one CUDA device" : $"are {count} CUDA devices")}.", $"Take one from cuda:0 to cuda:{count - 1}.");
        SetTf32(false);
        return new Device(DeviceType.CUDA, index);
    }

    /// <summary>
    /// Whether convolutions and matrix products of float32 on CUDA may round their factors to 10 bits (TF32; Ampere and newer):
    /// several times faster, with errors of about 1e-3. For the whole process; the CPU knows no TF32.
    /// </summary>
    public static void SetTf32(bool on)
    {
        backends.cuda.matmul.allow_tf32 = on;
        backends.cudnn.allow_tf32 = on;
    }

    /// <summary>Waits until a device has done all it was told; the CPU always has. Times taken before that say nothing.</summary>
    public static void Wait(Device device)
    {
        if (device.type == DeviceType.CUDA)
            cuda.synchronize(device);
    }

    /// <summary>
    /// Brings a tensor from the CPU to a device. To CUDA it goes through page-locked memory, without waiting: libtorch keeps
    /// that memory until the copy is done.
    /// </summary>
    internal static Tensor Send(Tensor host, Device device)
    {
        if (device.type != DeviceType.CUDA)
            return host.to(device);
        using var locked = host.pin_memory();
        return locked.to(device, non_blocking: true);
    }

    private static int? IndexOf(string name) =>
        name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    private static NativeRuntimeException Missing(string what, string todo) => new(new NativeFinding(NativeFindingSeverity.Error, what, todo));
}
