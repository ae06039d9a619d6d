using LeanPose.Datasets;
using Microsoft.ML.OnnxRuntime;

namespace LeanPose.Runtime;

/// <summary>ONNX Runtime's settings out of an estimator's or a detector's options.</summary>
internal static class Sessions
{
    /// <summary>Settings to load a model with; to be disposed of.</summary>
    /// <param name="provider">What to compute with.</param>
    /// <param name="device">Which of several GPUs, from 0.</param>
    /// <param name="threads">Threads of one run; 0 leaves the choice to ONNX Runtime.</param>
    /// <param name="configure">The caller's own changes, made last.</param>
    /// <exception cref="NotSupportedException">The provider is not in this build of ONNX Runtime, or a library that it needs is not on this machine.</exception>
    public static SessionOptions Settings(ExecutionProvider provider, int device, int threads, Action<SessionOptions>? configure)
    {
        var settings = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        try
        {
            if (threads > 0)
                settings.IntraOpNumThreads = threads;
            if (provider != ExecutionProvider.Cpu)
                Add(settings, provider, device);
            configure?.Invoke(settings);
            return settings;
        }
        catch
        {
            settings.Dispose();
            throw;
        }
    }

    private static void Add(SessionOptions settings, ExecutionProvider provider, int device)
    {
        var (name, expected, fix) = provider switch
        {
            ExecutionProvider.Cuda => ("CUDAExecutionProvider", "ONNX Runtime for NVIDIA GPUs, and its CUDA and cuDNN on the machine", Gpu),
            ExecutionProvider.TensorRt => ("TensorrtExecutionProvider", "ONNX Runtime for NVIDIA GPUs, and its TensorRT, CUDA and cuDNN on the machine", Gpu),
            ExecutionProvider.CoreMl => ("CoreMLExecutionProvider", "macOS", "choose another provider on this system"),
            _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "Unknown execution provider."),
        };
        var there = OrtEnv.Instance().GetAvailableProviders();
        if (!there.Contains(name))
            throw Refused($"This build of ONNX Runtime has no {name}; it has {string.Join(", ", there)}.", null);
        try
        {
            if (provider == ExecutionProvider.CoreMl)
                settings.AppendExecutionProvider_CoreML();
            if (provider == ExecutionProvider.TensorRt)
                settings.AppendExecutionProvider_Tensorrt(device);
            if (provider is ExecutionProvider.Cuda or ExecutionProvider.TensorRt)
                settings.AppendExecutionProvider_CUDA(device);
        }
        catch (OnnxRuntimeException e)
        {
            throw Refused($"ONNX Runtime's {name} does not start: {e.Message}", e);
        }

        NotSupportedException Refused(string problem, Exception? inner) =>
            new(new DataProblem(problem, $"the option Provider = {provider}", expected, fix).ToString(), inner);
    }

    private const string Gpu = "reference the package Microsoft.ML.OnnxRuntime.Gpu as the README of LeanPose.Runtime says, or choose Cpu";
}
