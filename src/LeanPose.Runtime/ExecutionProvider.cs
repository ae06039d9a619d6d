namespace LeanPose.Runtime;

/// <summary>What ONNX Runtime computes with. Others than these can be added through <c>Configure</c> of the options.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor. Always there.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU; from the package <c>Microsoft.ML.OnnxRuntime.Gpu</c>, with CUDA and cuDNN on the machine.</summary>
    Cuda,

    /// <summary>
    /// An NVIDIA GPU through TensorRT, and CUDA for what that leaves over; from the package <c>Microsoft.ML.OnnxRuntime.Gpu</c>, with
    /// TensorRT, CUDA and cuDNN on the machine. The first run of every number of persons takes long.
    /// </summary>
    TensorRt,

    /// <summary>Apple's Core ML; in ONNX Runtime's own package for macOS.</summary>
    CoreMl,
}
