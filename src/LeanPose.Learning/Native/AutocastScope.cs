using TorchSharp;

namespace LeanPose.Learning.Native;

/// <summary>Mixed precision from <see cref="NativeSwitches.Autocast"/> on until it is disposed; scopes nest.</summary>
public sealed unsafe class AutocastScope : IDisposable
{
    private readonly LibTorchExports? _exports;
    private readonly sbyte _device;
    private readonly byte _enabledBefore;
    private readonly sbyte _dtypeBefore;
    private readonly byte _cacheBefore;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _disposed;

    internal AutocastScope(LibTorchExports? exports, DeviceType device, torch.ScalarType dtype)
    {
        _exports = exports;
        _device = (sbyte)device;
        if (exports is null)
            return;
        _enabledBefore = exports.IsAutocastEnabled(_device);
        _dtypeBefore = exports.GetAutocastDtype(_device);
        _cacheBefore = exports.IsAutocastCacheEnabled();
        exports.SetAutocastEnabled(_device, 1);
        exports.SetAutocastDtype(_device, (sbyte)dtype);
        exports.SetAutocastCacheEnabled(1);
        exports.IncrementAutocastNesting();
    }

    /// <summary>Whether anything runs in lower precision; false where libtorch's functions were not found.</summary>
    public bool IsActive => _exports is not null && !_disposed;

    /// <summary>Restores what was before; the outermost scope also clears the cache of cast weights.</summary>
    /// <exception cref="InvalidOperationException">Called on another thread than the one it was opened on (an <c>await</c> within?).</exception>
    public void Dispose()
    {
        if (!IsActive)
            return;
        if (_thread != Environment.CurrentManagedThreadId)
            throw new InvalidOperationException("Autocast belongs to a thread: this scope was opened on another one. Keep await out of it.");
        _disposed = true;
        if (_exports!.DecrementAutocastNesting() == 0)
            _exports.ClearAutocastCache();
        _exports.SetAutocastEnabled(_device, _enabledBefore);
        _exports.SetAutocastDtype(_device, _dtypeBefore);
        _exports.SetAutocastCacheEnabled(_cacheBefore);
    }
}
