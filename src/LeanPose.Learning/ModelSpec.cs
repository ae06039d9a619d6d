using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Heatmaps;
using LeanPose.Skeletons;

namespace LeanPose.Learning;

/// <summary>
/// What must be known of a trained network to use it: architecture, keypoints, crop and normalisation. Travels as JSON in
/// the metadata of every weights file and checkpoint.
/// </summary>
public sealed record ModelSpec
{
    /// <summary>Key under which the JSON stands in a safetensors file's metadata.</summary>
    public const string MetadataKey = "leanpose.model";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter<CropRule>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Backbone name.</summary>
    public required string Backbone { get; init; }

    /// <summary>Name of the output skeleton.</summary>
    public required string Skeleton { get; init; }

    /// <summary>Output keypoints, channel by channel.</summary>
    public required ImmutableArray<string> Keypoints { get; init; }

    /// <summary>Limbs as index pairs.</summary>
    public required ImmutableArray<int[]> Limbs { get; init; }

    /// <summary>OKS sigmas.</summary>
    public required ImmutableArray<double> Sigmas { get; init; }

    /// <summary>Flip pairs as index pairs.</summary>
    public required ImmutableArray<int[]> FlipPairs { get; init; }

    /// <summary>Keypoints that were trained; the other channels mean nothing.</summary>
    public required ImmutableArray<string> TrainedKeypoints { get; init; }

    /// <summary>Crop width, pixels.</summary>
    public required int InputWidth { get; init; }

    /// <summary>Crop height, pixels.</summary>
    public required int InputHeight { get; init; }

    /// <summary>Standard deviation of the target Gaussians, heatmap cells.</summary>
    public required double Sigma { get; init; }

    /// <summary>compat: blue first, normalised with the constants of red first.</summary>
    public bool Bgr { get; init; }

    /// <summary>How lengths are counted where a crop is cut and where its heatmaps lie on it; files that do not say it mean the standard.</summary>
    public CropRule Crop { get; init; }

    /// <summary>Name of the recipe that trained it.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>Name of the method that trained it.</summary>
    public string Method { get; init; } = "";

    /// <summary>Steps it was trained for.</summary>
    public long Step { get; init; }

    /// <summary>Describes a network.</summary>
    public static ModelSpec Create(string backbone, Skeleton output, Skeleton trained, int inputWidth, int inputHeight, double sigma) => new()
    {
        Backbone = backbone,
        Skeleton = output.Name,
        Keypoints = output.Keypoints,
        Limbs = [.. output.Limbs.Select(l => new[] { l.A, l.B })],
        Sigmas = output.Sigmas,
        FlipPairs = [.. output.FlipPairs.Select(l => new[] { l.Left, l.Right })],
        TrainedKeypoints = [.. output.Keypoints.Where(k => trained.IndexOf(k) >= 0)],
        InputWidth = inputWidth,
        InputHeight = inputHeight,
        Sigma = sigma,
    };

    /// <summary>The output skeleton.</summary>
    public Skeleton ToSkeleton() => new(Skeleton, Keypoints, Limbs.Select(l => (l[0], l[1])), Sigmas, FlipPairs.Select(l => (l[0], l[1])));

    /// <summary>
    /// The keypoints that mean something: channels that no label reached are left out. Where the rest is a known skeleton, it is
    /// that one, in its order.
    /// </summary>
    public Skeleton ToTrainedSkeleton()
    {
        var full = ToSkeleton();
        if (TrainedKeypoints.Length == full.Count)
            return full;
        if (KnownSkeletons.All.FirstOrDefault(s => s.Count == TrainedKeypoints.Length && TrainedKeypoints.All(k => s.IndexOf(k) >= 0)) is { } known)
            return known;
        var kept = TrainedKeypoints.ToDictionary(full.IndexOf, TrainedKeypoints.IndexOf);
        return new Skeleton(
            full.Name + "-trained",
            TrainedKeypoints,
            full.Limbs.Where(l => kept.ContainsKey(l.A) && kept.ContainsKey(l.B)).Select(l => (kept[l.A], kept[l.B])),
            TrainedKeypoints.Select(k => full.Sigmas[full.IndexOf(k)]));
    }

    /// <summary>Encodes and decodes this network's heatmaps (stride 4).</summary>
    public HeatmapCodec ToCodec() => new(InputWidth, InputHeight, InputWidth / 4, InputHeight / 4, Sigma, Crop);

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>From JSON.</summary>
    /// <param name="json">What <see cref="ToJson"/> made.</param>
    /// <param name="path">The file it stands in, for the message.</param>
    /// <exception cref="DataException">The text describes no model.</exception>
    public static ModelSpec FromJson(string json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelSpec>(json, Json)!;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new DataException($"The description of the model cannot be read: {e.Message}", path, "a file written by LeanPose");
        }
    }
}
