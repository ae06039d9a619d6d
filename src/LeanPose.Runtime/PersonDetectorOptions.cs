using Microsoft.ML.OnnxRuntime;

namespace LeanPose.Runtime;

/// <summary>How a <see cref="PersonDetector"/> works.</summary>
public sealed record PersonDetectorOptions
{
    /// <summary>Persons with a lower score are left out. Default: 0.05, low enough for AP; for drawing, 0.3 or more looks better.</summary>
    public double MinScore { get; init; } = 0.05;

    /// <summary>Of two boxes that overlap by more (intersection over union), the weaker goes. Not used where the graph does it. Default: 0.65.</summary>
    public double MaxOverlap { get; init; } = 0.65;

    /// <summary>At most so many persons a picture, the best by score. Default: 100.</summary>
    public int MaxPersons { get; init; } = 100;

    /// <summary>Which class is a person. Null (default): the one called <c>person</c> in the file's metadata, else 0; 1 where there are COCO's 91.</summary>
    public int? PersonClass { get; init; }

    /// <summary>Width and height of the input, pixels, where the file leaves them open. Default: 640.</summary>
    public int InputSide { get; init; } = 640;

    /// <summary>What the file gives out. Default: told from the file.</summary>
    public DetectorLayout Layout { get; init; } = DetectorLayout.Auto;

    /// <summary>
    /// Whether colours are normalised by ImageNet's means and deviations, as DETR and RF-DETR want it; YOLO and RT-DETR want them from 0 to 1.
    /// Default: no.
    /// </summary>
    public bool ImageNetColours { get; init; }

    /// <summary>What computes. Default: the processor.</summary>
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Which of several GPUs, from 0. Default: the first.</summary>
    public int Device { get; init; }

    /// <summary>Threads of one run of the model; 0 (the default) leaves the choice to ONNX Runtime.</summary>
    public int Threads { get; init; }

    /// <summary>Changes ONNX Runtime's options before the model is loaded, for example to add another execution provider.</summary>
    public Action<SessionOptions>? Configure { get; init; }
}
