using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using Microsoft.ML.OnnxRuntime;

namespace LeanPose.Runtime;

/// <summary>What an exported model says of itself in its metadata.</summary>
internal sealed record ModelDescription
{
    public const string Images = "images", Keypoints = "keypoints", Heatmaps = "heatmaps";

    private const string MetadataKey = "leanpose.model";
    private const string Export = "export the model with 'leanpose export'";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter<CropRule>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private ModelDescription(int width, int height, CropRule crop, Skeleton output, Skeleton skeleton) =>
        (InputWidth, InputHeight, Crop, Channels, Skeleton, ChannelOf) = (width, height, crop, output.Count, skeleton, skeleton.MapTo(output));

    /// <summary>Crop width, pixels.</summary>
    public int InputWidth { get; }

    /// <summary>Crop height, pixels.</summary>
    public int InputHeight { get; }

    /// <summary>How lengths are counted where a crop is cut.</summary>
    public CropRule Crop { get; }

    /// <summary>Keypoints that the model gives out, trained or not.</summary>
    public int Channels { get; }

    /// <summary>The keypoints that were trained.</summary>
    public Skeleton Skeleton { get; }

    /// <summary>For each keypoint of <see cref="Skeleton"/>, its place in the model's output.</summary>
    public ImmutableArray<int> ChannelOf { get; }

    /// <summary>Reads and checks the description of a loaded model.</summary>
    /// <exception cref="DataException">It is no LeanPose model, its description is wrong or does not fit its input and output.</exception>
    public static ModelDescription Read(InferenceSession session, string path)
    {
        if (!session.ModelMetadata.CustomMetadataMap.TryGetValue(MetadataKey, out var json))
            throw new DataException("This is no LeanPose model: it does not say what keypoints it gives.", path, $"an ONNX file with '{MetadataKey}' in its metadata", Export);
        if (session.OutputMetadata.ContainsKey(Heatmaps) && !session.OutputMetadata.ContainsKey(Keypoints))
            throw new DataException("The model gives out heatmaps.", path, "a model that gives out keypoints", "export it without --heatmaps");
        var model = Parse(json, path);
        RequireShape(session.InputMetadata, Images, typeof(byte), [-1, model.InputHeight, model.InputWidth, 3], path);
        RequireShape(session.OutputMetadata, Keypoints, typeof(float), [-1, model.Channels, 3], path);
        return model;
    }

    private static ModelDescription Parse(string json, string path)
    {
        try
        {
            var spec = JsonSerializer.Deserialize<Spec>(json, s_json) ?? throw new JsonException("it is null");
            var output = new Skeleton(spec.Skeleton, spec.Keypoints, spec.Limbs.Select(Pair), spec.Sigmas, spec.FlipPairs.Select(Pair));
            if (spec.InputWidth <= 0 || spec.InputHeight <= 0)
                throw new ArgumentException($"the input size is {spec.InputWidth}×{spec.InputHeight}");
            return new ModelDescription(spec.InputWidth, spec.InputHeight, spec.Crop, output, Trained(output, spec.TrainedKeypoints));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException)
        {
            throw new DataException($"The model's description cannot be used: {e.Message}", $"{path}, metadata '{MetadataKey}'", "a file written by 'leanpose export'", Export, e);
        }
    }

    // Channels that no label reached mean nothing. Where the others are those of a known skeleton, they take its order and name.
    private static Skeleton Trained(Skeleton output, IReadOnlyList<string> names)
    {
        if (names.FirstOrDefault(n => output.IndexOf(n) < 0) is { } unknown)
            throw new ArgumentException($"the trained keypoint '{unknown}' is none of the model's");
        if (names.Count == output.Count)
            return output;
        if (KnownSkeletons.All.FirstOrDefault(s => s.Count == names.Count && names.All(n => s.IndexOf(n) >= 0)) is { } known)
            return known;
        var place = names.Select((n, i) => (Channel: output.IndexOf(n), i)).ToDictionary(p => p.Channel, p => p.i);
        return new Skeleton(
            output.Name + "-trained",
            names,
            Kept(output.Limbs),
            names.Select(n => output.Sigmas[output.IndexOf(n)]),
            Kept(output.FlipPairs));

        IEnumerable<(int, int)> Kept(IEnumerable<(int A, int B)> pairs) =>
            pairs.Where(p => place.ContainsKey(p.A) && place.ContainsKey(p.B)).Select(p => (place[p.A], place[p.B]));
    }

    private static (int, int) Pair(int[] pair) => pair is [var a, var b] ? (a, b) : throw new ArgumentException("a limb or flip pair is not two numbers");

    private static void RequireShape(IReadOnlyDictionary<string, NodeMetadata> values, string name, Type type, int[] shape, string path)
    {
        var found = values.GetValueOrDefault(name);
        if (found?.ElementType == type && found.Dimensions.SequenceEqual(shape))
            return;
        throw new DataException(
            found is null ? $"The model has no '{name}'." : $"The model's '{name}' is {Text(found.ElementType, found.Dimensions)}.",
            path, $"{Text(type, shape)}, as its description says", Export);

        static string Text(Type type, IEnumerable<int> shape) => $"{type.Name} {string.Join('×', shape.Select(d => d < 0 ? "N" : d.ToString()))}";
    }

    // The part of the JSON that prediction needs.
    private sealed record Spec
    {
        public required string Skeleton { get; init; }

        public required string[] Keypoints { get; init; }

        public required int[][] Limbs { get; init; }

        public required double[] Sigmas { get; init; }

        public required int[][] FlipPairs { get; init; }

        public required string[] TrainedKeypoints { get; init; }

        public required int InputWidth { get; init; }

        public required int InputHeight { get; init; }

        public CropRule Crop { get; init; }
    }
}
