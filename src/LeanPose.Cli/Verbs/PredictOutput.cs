using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.IO;
using LeanPose.Skeletons;

namespace LeanPose.Cli.Verbs;

/// <summary>What <c>predict</c> writes.</summary>
internal static class PredictOutput
{
    /// <summary>
    /// COCO's list of results; each entry also has the picture's file name and the keypoint names, because ids of plain
    /// pictures mean nothing to anybody else. Other tools pass those over.
    /// </summary>
    public static void Write(string path, IReadOnlyList<(ImageRecord Image, PoseResult Result)> results, Skeleton skeleton) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = false });
        json.WriteStartArray();
        foreach (var (image, result) in results)
        {
            json.WriteStartObject();
            json.WriteNumber("image_id", image.Id);
            json.WriteString("file_name", image.FileName);
            json.WriteNumber("category_id", 1);
            Numbers(json, "keypoints", result.Keypoints.SelectMany(k => new[] { k.X, k.Y, k.Score }));
            json.WriteStartArray("keypoint_names");
            foreach (var name in skeleton.Keypoints)
                json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteNumber("score", result.Score);
            if (result.Box is { } box)
                Numbers(json, "bbox", [box.X, box.Y, box.Width, box.Height]);
            if (result.AnnotationId is { } id)
                json.WriteNumber("annotation_id", id);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>
    /// Names of the drawn pictures by picture id: those of the pictures, in the same sub-folders, as JPEG. Where that makes one name of two
    /// (a.jpg and a.png), the second gets a number.
    /// </summary>
    public static IReadOnlyDictionary<long, string> Names(ImmutableArray<ImageRecord> images)
    {
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return images.ToDictionary(image => image.Id, image =>
        {
            var stem = Path.ChangeExtension(Inside(image.FileName.Replace('\\', '/')), null);
            var name = $"{stem}.jpg";
            for (var n = 2; !used.Add(name); n++)
                name = $"{stem}-{n}.jpg";
            return name;
        });
    }

    // An annotation file may name a picture anywhere; its drawing belongs into the output folder all the same.
    private static string Inside(string name) => Path.IsPathRooted(name) || name.Split('/').Contains("..") ? Path.GetFileName(name) : name;

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteNumberValue(Math.Round(value, 4));
        json.WriteEndArray();
    }
}
