using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using LeanPose.Datasets;
using LeanPose.IO;

namespace LeanPose.Checks;

/// <summary>Writes a copy of an annotation file in which everything is mended that can be mended without looking at the picture.</summary>
public static class CorrectedCopy
{
    /// <summary>Writes the copy; the original is only read. Findings of other files are passed over.</summary>
    /// <param name="original">The annotation file that was checked.</param>
    /// <param name="copy">The file to write; it must not exist.</param>
    /// <param name="findings">What the check found.</param>
    /// <returns>The findings that were mended.</returns>
    /// <exception cref="DataException">The original is no JSON, or the copy exists or cannot be written.</exception>
    public static ImmutableArray<Finding> Write(string original, string copy, IEnumerable<Finding> findings)
    {
        if (Path.Exists(copy))
            throw new DataException("The file exists already.", copy, "the name of a new file: the copy never replaces anything", "choose another name");
        var tree = new AnnotationTree(Parse(original));
        ImmutableArray<Finding> mended = [.. findings.Where(f => f.Mend is not null && f.File == original)];
        foreach (var finding in mended)
            finding.Mend!(tree);
        var root = tree.Finish();
        AtomicFile.Write(copy, stream =>
        {
            using var json = new Utf8JsonWriter(stream);
            root.WriteTo(json);
        });
        return mended;
    }

    private static JsonObject Parse(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path).AsSpan();
            return JsonNode.Parse(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes) as JsonObject
                ?? throw new DataException("The file is no COCO file and cannot be corrected.", path, "a JSON object with images, annotations and categories");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The file cannot be corrected: {e.Message}", path, "whole JSON", "write or download it again", e);
        }
    }
}
