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
        // The memory of cast weights is one for all threads: what a pass would find in it depends on what others have done, and
        // with that how its gradients are rounded. A weight cast without gradient would even take it from a later pass.
        exports.SetAutocastCacheEnabled(0);
        exports.IncrementAutocastNesting();
    }

    /// <summary>Whether anything runs in lower precision; false where libtorch's functions were not found.</summary>
    public bool IsActive => _exports is not null && !_disposed;

    /// <summary>Restores what was before.</summary>
    /// <exception cref="InvalidOperationException">Called on another thread than the one it was opened on (an <c>await</c> within?).</exception>
    public void Dispose()
    {
        if (!IsActive)
            return;
        if (_thread != Environment.CurrentManagedThreadId)
            throw new InvalidOperationException("Autocast belongs to a thread: this scope was opened on another one. Keep await out of it.");
        _disposed = true;
        _exports!.DecrementAutocastNesting();
        _exports.SetAutocastEnabled(_device, _enabledBefore);
        _exports.SetAutocastDtype(_device, _dtypeBefore);
        _exports.SetAutocastCacheEnabled(_cacheBefore);
    }
}
