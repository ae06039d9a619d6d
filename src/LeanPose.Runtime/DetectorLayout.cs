namespace LeanPose.Runtime;

/// <summary>What a detector's ONNX file gives out.</summary>
public enum DetectorLayout
{
    /// <summary>Told from the file's outputs; the rules stand at <see cref="PersonDetector"/>.</summary>
    Auto,

    /// <summary>YOLOv8 and later: centre x, centre y, width, height in input pixels, then a score per class; 1×(4+C)×N or 1×N×(4+C).</summary>
    Yolo,

    /// <summary>YOLOv5, v6 and v7: the same with objectness, by which scores are multiplied, before the classes; 1×N×(5+C) or 1×(5+C)×N.</summary>
    YoloObjectness,

    /// <summary>Suppressed in the graph (YOLOv10, YOLO26, exports with NMS): left, top, right, bottom in input pixels, score, class; 1×N×6.</summary>
    EndToEnd,

    /// <summary>Ultralytics' RT-DETR: centre x, centre y, width, height as shares of the input, then a score per class; 1×N×(4+C).</summary>
    DetrScores,

    /// <summary>RT-DETR, D-FINE, DETR as Transformers exports them: boxes 1×N×4 as shares of the input, and logits 1×N×C.</summary>
    DetrLogits,

    /// <summary>
    /// RT-DETR, D-FINE and DEIM as their authors export them: a second input <c>orig_target_sizes</c>; labels 1×N, boxes 1×N×4 (corners in
    /// image pixels) and scores 1×N.
    /// </summary>
    DetrPixels,
}
