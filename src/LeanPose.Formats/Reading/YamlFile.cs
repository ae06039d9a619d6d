using LeanPose.Datasets;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LeanPose.Formats.Reading;

/// <summary>YAML files that hold keys and values.</summary>
internal static class YamlFile
{
    /// <summary>Reads the first document.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it should be, for the message when it holds anything else.</param>
    /// <param name="expected">What stands in such a file.</param>
    /// <exception cref="DataException">The file is missing, no YAML, or holds no keys.</exception>
    public static YamlMappingNode Read(string path, string kind, string expected)
    {
        try
        {
            using var text = new StreamReader(path);
            var stream = new YamlStream();
            stream.Load(text);
            return stream.Documents is [{ RootNode: YamlMappingNode root }, ..] ? root : throw new DataException($"The file is no {kind}.", path, expected);
        }
        catch (YamlException e)
        {
            throw new DataException($"The file is not valid YAML: {e.Message}", $"{path}, line {e.Start.Line}", "YAML", "correct it there", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet's own slips over texts that end where they may not.
            throw new DataException("The file is not valid YAML.", path, "YAML", "look for brackets and quotes that are not closed", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(File.Exists(path) ? $"The file cannot be read: {e.Message}" : "The file does not exist.", path, fix: "check the path", inner: e);
        }
    }
}
