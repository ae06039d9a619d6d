using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.IO;
using LeanPose.Skeletons;

namespace LeanPose.Evaluation.Sigmas;

/// <summary>OKS sigmas as a file: <c>{"sigmas": [{"keypoint": "left_wrist", "sigma": 0.062}, …]}</c>; other entries are left alone.</summary>
public static class SigmaFile
{
    /// <summary>Writes sigmas.</summary>
    /// <exception cref="DataException">The place cannot be written to.</exception>
    public static void Write(string path, IEnumerable<(string Keypoint, double Sigma)> sigmas) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteStartArray("sigmas");
        foreach (var (keypoint, sigma) in sigmas)
        {
            json.WriteStartObject();
            json.WriteString("keypoint", keypoint);
            json.WriteNumber("sigma", sigma);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reads the sigmas of a skeleton's keypoints; those that the file does not name keep the skeleton's.</summary>
    /// <exception cref="DataException">The file is missing or wrong, names a keypoint that the skeleton lacks or one twice, or none at all.</exception>
    public static ImmutableArray<double> Read(string path, Skeleton skeleton)
    {
        var problems = new ProblemList();
        var sigmas = skeleton.Sigmas.ToArray();
        var named = new HashSet<int>();
        new JsonFile(path).ReadArrays(["sigmas"], (section, i, element) =>
        {
            var record = new JsonRecord(element, $"{path}, {section}[{i}]", problems);
            if (!record.IsObject("{\"keypoint\": \"left_wrist\", \"sigma\": 0.062}") || record.Text("keypoint") is not { } name || record.Number("sigma") is not { } sigma)
                return;
            var j = skeleton.IndexOf(name);
            if (j < 0)
                problems.Add($"There is no keypoint '{name}'.", record.Where("keypoint"), $"one of {string.Join(", ", skeleton.Keypoints)}");
            else if (!named.Add(j))
                problems.Add($"The keypoint '{name}' stands twice.", record.Where("keypoint"), "one sigma a keypoint");
            else if (!(sigma > 0))
                problems.Add(FormattableString.Invariant($"The sigma of '{name}' is {sigma}."), record.Where("sigma"), "a number above 0");
            else
                sigmas[j] = sigma;
        });
        problems.ThrowIfAny();
        return named.Count > 0 ? [.. sigmas] : throw new DataException("The file has no sigmas.", path, "{\"sigmas\": [{\"keypoint\": \"left_wrist\", \"sigma\": 0.062}, …]}", "write it with 'leanpose data sigmas'");
    }
}
