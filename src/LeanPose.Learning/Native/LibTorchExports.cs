using System.Runtime.InteropServices;
using TorchSharp;

namespace LeanPose.Learning.Native;

/// <summary>
/// Functions, and a variable, that libtorch exports under their mangled C++ names and TorchSharp does not bind. Every pointer may be null:
/// the names follow the Itanium ABI of Linux and macOS, so that none is found on Windows, and another libtorch may lack some.
/// None of those named here throws a C++ exception for the arguments <see cref="NativeSwitches"/> passes; one that did
/// would end the process. A mangled name does not tell whether a member is static: the others take the context first. C++ <c>bool</c>, <c>DeviceType</c> and <c>ScalarType</c> are one byte each.
/// </summary>
internal sealed unsafe class LibTorchExports
{
    private static readonly Lazy<LibTorchExports> Instance = new(() => new LibTorchExports());
    private readonly List<string> _missing = [];
    private readonly nint _library;

    private LibTorchExports()
    {
        if (NativeLoading.Try())
            NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out _library);

        IsAutocastEnabled = (delegate* unmanaged[Cdecl]<sbyte, byte>)Find(
            "_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", "at::autocast::is_autocast_enabled(DeviceType)");
        SetAutocastEnabled = (delegate* unmanaged[Cdecl]<sbyte, byte, void>)Find(
            "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", "at::autocast::set_autocast_enabled(DeviceType, bool)");
        GetAutocastDtype = (delegate* unmanaged[Cdecl]<sbyte, sbyte>)Find(
            "_ZN2at8autocast18get_autocast_dtypeEN3c1010DeviceTypeE", "at::autocast::get_autocast_dtype(DeviceType)");
        SetAutocastDtype = (delegate* unmanaged[Cdecl]<sbyte, sbyte, void>)Find(
            "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE", "at::autocast::set_autocast_dtype(DeviceType, ScalarType)");
        IsAutocastCacheEnabled = (delegate* unmanaged[Cdecl]<byte>)Find(
            "_ZN2at8autocast25is_autocast_cache_enabledEv", "at::autocast::is_autocast_cache_enabled()");
        SetAutocastCacheEnabled = (delegate* unmanaged[Cdecl]<byte, void>)Find(
            "_ZN2at8autocast26set_autocast_cache_enabledEb", "at::autocast::set_autocast_cache_enabled(bool)");
        IncrementAutocastNesting = (delegate* unmanaged[Cdecl]<int>)Find(
            "_ZN2at8autocast17increment_nestingEv", "at::autocast::increment_nesting()");
        DecrementAutocastNesting = (delegate* unmanaged[Cdecl]<int>)Find(
            "_ZN2at8autocast17decrement_nestingEv", "at::autocast::decrement_nesting()");
        HasAutocast = _missing.Count == 0;

        GlobalContext = (delegate* unmanaged[Cdecl]<nint>)Find(
            "_ZN2at13globalContextEv", "at::globalContext()");
        DeterministicAlgorithms = (delegate* unmanaged[Cdecl]<nint, byte>)Find(
            "_ZNK2at7Context23deterministicAlgorithmsEv", "at::Context::deterministicAlgorithms() const");
        SetDeterministicAlgorithms = (delegate* unmanaged[Cdecl]<nint, byte, byte, void>)Find(
            "_ZN2at7Context26setDeterministicAlgorithmsEbb", "at::Context::setDeterministicAlgorithms(bool, bool warnOnly)");
        SetDeterministicFill = (delegate* unmanaged[Cdecl]<nint, byte, void>)Find(
            "_ZN2at7Context39setDeterministicFillUninitializedMemoryEb", "at::Context::setDeterministicFillUninitializedMemory(bool)");
        SetDeterministicCuDnn = (delegate* unmanaged[Cdecl]<nint, byte, void>)Find(
            "_ZN2at7Context21setDeterministicCuDNNEb", "at::Context::setDeterministicCuDNN(bool)");
        SetBenchmarkCuDnn = (delegate* unmanaged[Cdecl]<nint, byte, void>)Find(
            "_ZN2at7Context17setBenchmarkCuDNNEb", "at::Context::setBenchmarkCuDNN(bool)");
        SetMkldnn = (delegate* unmanaged[Cdecl]<nint, byte, void>)Find(
            "_ZN2at7Context20setUserEnabledMkldnnEb", "at::Context::setUserEnabledMkldnn(bool)");
        LogLevel = (int*)Find("FLAGS_caffe2_log_level", "int FLAGS_caffe2_log_level");
        SetFlushDenormal = (delegate* unmanaged[Cdecl]<byte, byte>)Find(
            "_ZN2at7Context16setFlushDenormalEb", "static at::Context::setFlushDenormal(bool)");
    }

    /// <summary>The functions of the libtorch that this process has loaded; all missing where it could not be loaded.</summary>
    public static LibTorchExports Loaded
    {
        get
        {
            // First, since what loads libtorch may need these functions, too.
            NativeLoading.Try();
            return Instance.Value;
        }
    }

    public bool HasAutocast { get; }

    public bool HasDeterministic => GlobalContext != null && DeterministicAlgorithms != null && SetDeterministicAlgorithms != null;

    public bool HasFlushDenormal => SetFlushDenormal != null;

    /// <summary>C++ signatures that were not found.</summary>
    public IReadOnlyList<string> Missing => _missing;

    public delegate* unmanaged[Cdecl]<sbyte, byte> IsAutocastEnabled { get; }
    public delegate* unmanaged[Cdecl]<sbyte, byte, void> SetAutocastEnabled { get; }
    public delegate* unmanaged[Cdecl]<sbyte, sbyte> GetAutocastDtype { get; }
    public delegate* unmanaged[Cdecl]<sbyte, sbyte, void> SetAutocastDtype { get; }
    public delegate* unmanaged[Cdecl]<byte> IsAutocastCacheEnabled { get; }
    public delegate* unmanaged[Cdecl]<byte, void> SetAutocastCacheEnabled { get; }
    public delegate* unmanaged[Cdecl]<int> IncrementAutocastNesting { get; }
    public delegate* unmanaged[Cdecl]<int> DecrementAutocastNesting { get; }
    public delegate* unmanaged[Cdecl]<nint> GlobalContext { get; }
    public delegate* unmanaged[Cdecl]<nint, byte> DeterministicAlgorithms { get; }
    public delegate* unmanaged[Cdecl]<nint, byte, byte, void> SetDeterministicAlgorithms { get; }
    public delegate* unmanaged[Cdecl]<nint, byte, void> SetDeterministicFill { get; }
    public delegate* unmanaged[Cdecl]<nint, byte, void> SetDeterministicCuDnn { get; }
    public delegate* unmanaged[Cdecl]<nint, byte, void> SetBenchmarkCuDnn { get; }
    public delegate* unmanaged[Cdecl]<nint, byte, void> SetMkldnn { get; }
    public int* LogLevel { get; }
    public delegate* unmanaged[Cdecl]<byte, byte> SetFlushDenormal { get; }

    private nint Find(string mangled, string signature)
    {
        if (_library != 0 && NativeLibrary.TryGetExport(_library, mangled, out var address))
            return address;
        _missing.Add(signature);
        return 0;
    }
}
