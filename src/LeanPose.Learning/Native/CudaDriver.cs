using System.Runtime.InteropServices;
using System.Text;

namespace LeanPose.Learning.Native;

/// <summary>Asks NVIDIA's driver, without libtorch, so that a device is seen also where libtorch cannot use it.</summary>
internal static unsafe class CudaDriver
{
    /// <summary>Whether the driver's library is on this system.</summary>
    public static bool IsInstalled => Load(out _);

    /// <summary>Names of the devices in CUDA's order; empty without a driver that works.</summary>
    public static IReadOnlyList<string> DeviceNames()
    {
        if (!Load(out var driver)
            || !NativeLibrary.TryGetExport(driver, "cuInit", out var initialise)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetCount", out var getCount)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out var get)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetName", out var getName))
        {
            return [];
        }

        int count;
        if (((delegate* unmanaged<uint, int>)initialise)(0) != 0 || ((delegate* unmanaged<int*, int>)getCount)(&count) != 0)
            return [];
        var names = new List<string>();
        var text = stackalloc byte[256];
        for (var i = 0; i < count; i++)
        {
            int device;
            names.Add(((delegate* unmanaged<int*, int, int>)get)(&device, i) == 0 && ((delegate* unmanaged<byte*, int, int, int>)getName)(text, 256, device) == 0
                ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text))
                : "unnamed");
        }

        return names;
    }

    private static bool Load(out nint driver) => NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out driver);
}
