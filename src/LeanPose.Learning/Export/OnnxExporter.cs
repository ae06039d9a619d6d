using LeanPose.Datasets;
using LeanPose.IO;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Native;

namespace LeanPose.Learning.Export;

/// <summary>
/// Writes a trained network as an ONNX file that needs nothing else: pictures in as bytes, normalisation and decoding inside,
/// the description of the model in its metadata. See docs/export.md for the form of the file.
/// </summary>
public static class OnnxExporter
{
    /// <summary>The input: <c>N×H×W×3</c> bytes, RGB.</summary>
    public const string Images = "images";

    /// <summary>The output: <c>N×J×3</c> float32, x and y in crop pixels and the score.</summary>
    public const string Keypoints = "keypoints";

    /// <summary>The other output: <c>N×J×H/4×W/4</c> float32.</summary>
    public const string Heatmaps = "heatmaps";

    /// <summary>Exports a network, compares the result with it, and only then writes the file, whole or not at all.</summary>
    /// <param name="network">The network, on any device; its mode and values stay as they are.</param>
    /// <param name="model">Its description.</param>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="options">What it gives out; null for keypoints.</param>
    /// <returns>How far the exported model lies from the network.</returns>
    /// <exception cref="ArgumentException">Description or crops do not fit the network.</exception>
    /// <exception cref="DataException">The exported model differs by more than the tolerance, or the file cannot be written.</exception>
    /// <exception cref="NotSupportedException">The network has a module that cannot be exported.</exception>
    public static OnnxExportReport Export(PoseNetwork network, ModelSpec model, string path, OnnxExportOptions? options = null)
    {
        options ??= new OnnxExportOptions();
        if (network.Keypoints != model.Keypoints.Length)
            throw new ArgumentException($"The network has {network.Keypoints} keypoints, its description {model.Keypoints.Length}.", nameof(model));
        var bytes = ToBytes(network, model, options.Heatmaps);
        var crops = OnnxCheck.Pixels(model, options.Crops);
        var difference = OnnxCheck.Difference(bytes, network, model, crops, options.Heatmaps);
        if (!(difference <= options.Tolerance))
        {
            throw new DataException(
                $"The exported model differs from the network by {difference:0.0e+0} of the largest heatmap value; nothing was written.",
                path,
                $"at most {options.Tolerance:0.0e+0}",
                "check that the weights are finite numbers (train or fetch them again); if they are, report it as a mistake in LeanPose");
        }

        AtomicFile.WriteAllBytes(path, bytes);
        return new OnnxExportReport(path, bytes.Length, options.Heatmaps ? Heatmaps : Keypoints, crops.Length / OnnxCheck.BytesPerCrop(model), difference, options.Tolerance);
    }

    /// <summary>The model as the file holds it.</summary>
    internal static byte[] ToBytes(PoseNetwork network, ModelSpec model, bool heatmaps)
    {
        using var pause = FinalizerPause.Begin();
        int width = model.InputWidth, height = model.InputHeight;
        var codec = model.ToCodec();
        var graph = new OnnxGraph { Picture = (height, width) };
        var x = Normalise(graph, graph.Input(Images, OnnxMessages.ElementType.UInt8, height, width, 3), model.Bgr);
        x = ModuleEmitters.Emit(graph, network.Head, ModuleEmitters.Emit(graph, network.Backbone, x));
        if (heatmaps)
            graph.Output(Heatmaps, x, network.Keypoints, codec.Height, codec.Width);
        else
            graph.Output(Keypoints, KeypointDecoding.Emit(graph, x, codec.Width, codec.Height, codec.StrideX, codec.StrideY), network.Keypoints, 3);
        var version = typeof(OnnxExporter).Assembly.GetName().Version!.ToString(3);
        return graph.ToModel(model.Backbone, version, ModelMetadata.Of(model)).ToBytes();
    }

    // As Loading.Normalisation does. Not folded into the first convolution: that pads the normalised picture with 0, which is no byte.
    private static string Normalise(OnnxGraph graph, string images, bool bgr)
    {
        var planes = graph.Node("Transpose", [images], OnnxMessages.Attribute("perm", [0, 3, 1, 2]));
        if (bgr)
            planes = graph.Node("Gather", [planes, graph.Constant(2, 1, 0)], OnnxMessages.Attribute("axis", 1));
        var values = graph.Node("Cast", [planes], OnnxMessages.Attribute("to", (long)OnnxMessages.ElementType.Float));
        var scale = graph.Constant([.. Normalisation.Deviation.Select(d => 1 / (255 * d))], 3, 1, 1);
        var offset = graph.Constant([.. Normalisation.Mean.Zip(Normalisation.Deviation, (m, d) => m / d)], 3, 1, 1);
        return graph.Node("Sub", [graph.Node("Mul", [values, scale]), offset]);
    }
}
