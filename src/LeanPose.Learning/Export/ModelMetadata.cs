using System.Globalization;
using System.Text.Json;

namespace LeanPose.Learning.Export;

/// <summary>The description of a model as an ONNX file's metadata: whole as JSON, and in plain keys for people and other programs.</summary>
internal static class ModelMetadata
{
    public static IEnumerable<KeyValuePair<string, string>> Of(ModelSpec model, int networks, OnnxExportOptions options) =>
    [
        new(ModelSpec.MetadataKey, model.ToJson()),
        new("keypoints", string.Join(',', model.Keypoints)),
        new("trained_keypoints", string.Join(',', model.TrainedKeypoints)),
        new("flip_pairs", Pairs(model.FlipPairs)),
        new("limbs", Pairs(model.Limbs)),
        new("sigmas", string.Join(',', model.Sigmas.Select(s => s.ToString("R", CultureInfo.InvariantCulture)))),
        new("input_size", $"{model.InputWidth}x{model.InputHeight}"),
        new("crop", "box grown to the input's aspect about its centre, ×1.25"),
        new("crop_rule", JsonNamingPolicy.CamelCase.ConvertName(model.Crop.ToString())),
        new("decoder", options.Heatmaps ? "none" : JsonNamingPolicy.CamelCase.ConvertName(options.Decoder.ToString())),
        new("flip_test", options.FlipTest ? "inside" : "none"),
        new("networks", networks.ToString(CultureInfo.InvariantCulture)),
        new("precision", options.Precision.ToString().ToLowerInvariant()),
    ];

    private static string Pairs(IEnumerable<int[]> pairs) => string.Join(',', pairs.Select(p => $"{p[0]}-{p[1]}"));
}
