using LeanPose.Datasets;
using LeanPose.IO;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Native;
using static LeanPose.Learning.Export.OnnxMessages;

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
    /// <inheritdoc cref="Export(IReadOnlyList{PoseNetwork}, ModelSpec, string, OnnxExportOptions?)"/>
    public static OnnxExportReport Export(PoseNetwork network, ModelSpec model, string path, OnnxExportOptions? options = null) => Export([network], model, path, options);

    /// <summary>Exports networks as one that has their mean heatmaps, compares the result with them, and only then writes the file, whole or not at all.</summary>
    /// <param name="networks">The networks, on any device; their modes and values stay as they are.</param>
    /// <param name="model">What the first one is; the others have its crop and keypoints.</param>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="options">What it gives out; null for keypoints.</param>
    /// <returns>How far the exported model lies from the networks.</returns>
    /// <exception cref="ArgumentException">There is no network, description or crops do not fit them, or there is nothing to calibrate 8 bits with.</exception>
    /// <exception cref="DataException">The exported model differs by more than the tolerance, or the file cannot be written.</exception>
    /// <exception cref="NotSupportedException">A network has a module that cannot be exported.</exception>
    public static OnnxExportReport Export(IReadOnlyList<PoseNetwork> networks, ModelSpec model, string path, OnnxExportOptions? options = null)
    {
        options ??= new OnnxExportOptions();
        if (networks.Count == 0)
            throw new ArgumentException("There is no network to export.", nameof(networks));
        if (networks.FirstOrDefault(n => n.Keypoints != model.Keypoints.Length) is { } other)
            throw new ArgumentException($"The network has {other.Keypoints} keypoints, its description {model.Keypoints.Length}.", nameof(model));
        var ranges = options.Precision == OnnxPrecision.Int8 ? Calibrate(networks, model, options) : null;
        var bytes = ToBytes(networks, model, options, ranges);
        var crops = OnnxCheck.Pixels(model, options.Crops);
        var heatmaps = OnnxCheck.Run(options.Heatmaps ? bytes : ToBytes(networks, model, options with { Heatmaps = true }, ranges), model, crops);
        var difference = OnnxCheck.Difference(heatmaps, networks, model, crops, options.FlipTest);
        if (!(difference <= options.AllowedDifference))
        {
            throw new DataException(
                $"The exported model differs from the network by {difference:0.0e+0} of the largest heatmap value; nothing was written.",
                path,
                $"at most {options.AllowedDifference:0.0e+0}",
                options.Precision is OnnxPrecision.Float32 or OnnxPrecision.BFloat16
                    ? "check that the weights are finite numbers (train or fetch them again); if they are, report it as a mistake in LeanPose"
                    : "the network does not bear so few bits: export it in float32, or calibrate 8 bits with pictures that are more like those in use");
        }

        if (!options.Heatmaps && OnnxCheck.DecodingDifference(OnnxCheck.Run(bytes, model, crops), heatmaps, model.ToCodec(), options.Decoder) is var pixels and not <= OnnxCheck.AllowedPixels)
            throw new DataException($"The exported model reads keypoints {pixels:0.00} pixels beside those of its heatmaps; nothing was written.", path, $"at most {OnnxCheck.AllowedPixels} pixels", "report it as a mistake in LeanPose");

        AtomicFile.WriteAllBytes(path, bytes);
        return new OnnxExportReport(
            path, bytes.Length, options.Heatmaps ? Heatmaps : Keypoints, options.Precision, options.Heatmaps ? null : options.Decoder, options.FlipTest,
            crops.Length / OnnxCheck.BytesPerCrop(model), difference, options.AllowedDifference);
    }

    /// <summary>The model as the file holds it.</summary>
    internal static byte[] ToBytes(IReadOnlyList<PoseNetwork> networks, ModelSpec model, OnnxExportOptions options, IReadOnlyDictionary<string, ActivationRange>? ranges = null)
    {
        using var pause = FinalizerPause.Begin();
        var codec = model.ToCodec();
        var graph = new OnnxGraph { Picture = (model.InputHeight, model.InputWidth) };
        var (starts, heatmaps) = EmitNetworks(graph, networks, model, options);
        if (ranges is not null)
            Int8Graph.Rewrite(graph, starts, ranges);
        if (options.FlipTest)
            heatmaps = FlipTest.Merge(graph, heatmaps, model.ToSkeleton(), codec.Height, codec.Width, codec.FlipShift);
        if (options.Heatmaps)
            graph.Output(Heatmaps, heatmaps, model.Keypoints.Length, codec.Height, codec.Width);
        else
            graph.Output(Keypoints, KeypointDecoding.Emit(graph, heatmaps, codec, options.Decoder), model.Keypoints.Length, 3);
        return Finish(graph, model, networks.Count, options);
    }

    /// <summary>Measures the ranges of what is to have 8 bits, with the networks in float32.</summary>
    internal static IReadOnlyDictionary<string, ActivationRange> Calibrate(IReadOnlyList<PoseNetwork> networks, ModelSpec model, OnnxExportOptions options)
    {
        if (options.Calibration.Count == 0)
            throw new ArgumentException("Crops are needed to measure the ranges of 8 bits.", nameof(options));
        using var pause = FinalizerPause.Begin();
        var graph = new OnnxGraph { Picture = (model.InputHeight, model.InputWidth) };
        var (starts, _) = EmitNetworks(graph, networks, model, options);
        foreach (var value in Int8Graph.Measured(graph, starts))
            graph.Watch(value);
        return Calibration.Measure(Finish(graph, model, networks.Count, options), OnnxCheck.Pixels(model, options.Calibration), OnnxCheck.Shape(model, 1));
    }

    // Where each network's own nodes begin, and their mean heatmaps in float32: of 2N crops with the flip test.
    private static (IReadOnlyList<int> Starts, string Heatmaps) EmitNetworks(OnnxGraph graph, IReadOnlyList<PoseNetwork> networks, ModelSpec model, OnnxExportOptions options)
    {
        var x = Normalise(graph, graph.Input(Images, ElementType.UInt8, model.InputHeight, model.InputWidth, 3), model.Bgr);
        if (options.FlipTest)
            x = FlipTest.Both(graph, x, model.InputWidth);
        var half = options.Precision == OnnxPrecision.Float16;
        if (half)
            x = graph.Node("Cast", [x], Attribute("to", (long)ElementType.Float16));
        graph.Weights = options.Precision switch
        {
            OnnxPrecision.Float16 => ElementType.Float16,
            OnnxPrecision.BFloat16 => ElementType.BFloat16,
            _ => ElementType.Float,
        };
        var (starts, seen) = (new List<int>(), new List<string>());
        foreach (var network in networks)
        {
            starts.Add(graph.Nodes.Count);
            seen.Add(ModuleEmitters.Emit(graph, network.Head, ModuleEmitters.Emit(graph, network.Backbone, x)));
        }

        graph.Weights = ElementType.Float;
        if (half)
            seen = [.. seen.Select(h => graph.Node("Cast", [h], Attribute("to", (long)ElementType.Float)))];
        return (starts, seen.Count == 1 ? seen[0] : graph.Node("Mean", seen));
    }

    // As Loading.Normalisation does. Not folded into the first convolution: that pads the normalised picture with 0, which is no byte.
    private static string Normalise(OnnxGraph graph, string images, bool bgr)
    {
        var planes = graph.Node("Transpose", [images], Attribute("perm", [0, 3, 1, 2]));
        if (bgr)
            planes = graph.Node("Gather", [planes, graph.Constant(2, 1, 0)], Attribute("axis", 1));
        var values = graph.Node("Cast", [planes], Attribute("to", (long)ElementType.Float));
        var scale = graph.Constant([.. Normalisation.Deviation.Select(d => 1 / (255 * d))], 3, 1, 1);
        var offset = graph.Constant([.. Normalisation.Mean.Zip(Normalisation.Deviation, (m, d) => m / d)], 3, 1, 1);
        return graph.Node("Sub", [graph.Node("Mul", [values, scale]), offset]);
    }

    private static byte[] Finish(OnnxGraph graph, ModelSpec model, int networks, OnnxExportOptions options)
    {
        var version = typeof(OnnxExporter).Assembly.GetName().Version!.ToString(3);
        return graph.ToModel(model.Backbone, version, ModelMetadata.Of(model, networks, options)).ToBytes();
    }
}
