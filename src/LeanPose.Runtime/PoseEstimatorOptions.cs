using Microsoft.ML.OnnxRuntime;

namespace LeanPose.Runtime;

/// <summary>How a <see cref="PoseEstimator"/> computes.</summary>
public sealed record PoseEstimatorOptions
{
    /// <summary>Most persons in one run of the model; more are done in several runs. Default: 16.</summary>
    public int MaxBatch { get; init; } = 16;

    /// <summary>What computes. Default: the processor.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Which of several GPUs, from 0. Default: the first.</summary>
    public int Device { get; init; }

    /// <summary>Threads of one run of the model; 0 (the default) leaves the choice to ONNX Runtime.</summary>
    public int Threads { get; init; }

    /// <summary>Changes ONNX Runtime's options before the model is loaded, for example to add another execution provider.</summary>
    public Action<SessionOptions>? Configure { get; init; }
}
