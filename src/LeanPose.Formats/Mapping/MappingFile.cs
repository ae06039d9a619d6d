using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.IO;
using LeanPose.Skeletons;
using YamlDotNet.RepresentationModel;

namespace LeanPose.Formats.Mapping;

/// <summary>A keypoint mapping as a YAML file that a person reads, corrects and gives back.</summary>
public static class MappingFile
{
    private const string Expected = "target: NAME, source: […], keypoints: {TARGET: SOURCE or ~, …}";

    /// <summary>Writes a mapping, with the reason for each match as a comment.</summary>
    /// <exception cref="DataException">The place cannot be written to.</exception>
    public static void Write(KeypointMapping mapping, string path)
    {
        var text = new StringBuilder();
        text.Append("# Which keypoint of the source each keypoint of the target is; ~ for none.\n# Correct what is wrong, then give this file with --mapping.\n");
        text.Append($"target: {Quoted(mapping.Target.Name)}\nsource: [{string.Join(", ", mapping.SourceKeypoints.Select(Quoted))}]\nkeypoints:\n");
        foreach (var match in mapping.Matches)
            text.Append($"  {Quoted(match.Target)}: {(match.Source is null ? "~" : Quoted(match.Source))}  # {Reason(match.Kind)}\n");
        AtomicFile.WriteAllText(path, text.ToString());
    }

    /// <summary>
    /// Reads a mapping. A target that is no known skeleton is one of the file's own, with the keypoints in the file's order. Keypoints of a
    /// known target that the file does not name are unlabelled.
    /// </summary>
    /// <exception cref="DataException">The file is missing, no YAML or no mapping; holds all problems with their lines.</exception>
    public static KeypointMapping Read(string path)
    {
        var root = YamlFile.Read(path, "keypoint mapping", Expected);
        var problems = new ProblemList();
        if (Child(root, "target") is not YamlScalarNode { Value: { Length: > 0 } name } || Child(root, "source") is not YamlSequenceNode list || Child(root, "keypoints") is not YamlMappingNode pairs)
            throw new DataException("The file is no keypoint mapping.", path, Expected, "let leanpose data convert write one, and correct that");
        ImmutableArray<string> source = [.. list.Children.Select(c => (c as YamlScalarNode)?.Value ?? "")];
        var given = new Dictionary<string, string?>(StringComparer.Ordinal);
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in pairs.Children)
        {
            var (target, from) = ((key as YamlScalarNode)?.Value ?? "", value is YamlScalarNode { Value: not (null or "" or "~" or "null") } scalar ? scalar.Value : null);
            given[target] = from;
            var place = $"{path}, line {key.Start.Line}";
            if (from is not null && !source.Contains(from))
                problems.Add($"\"{from}\" is no keypoint of the source.", place, $"one of {string.Join(", ", source)}, or ~");
            else if (from is not null && !users.TryAdd(from, target))
                problems.Add($"\"{from}\" stands for {users[from]} and for {target}.", place, "every keypoint of the source once at most");
        }

        var skeleton = Target(name, [.. given.Keys], path, problems);
        problems.ThrowIfAny();
        return new(skeleton, source, [.. skeleton.Keypoints.Select(k => new KeypointMatch(k, given.GetValueOrDefault(k), MatchKind.Confirmed))]);
    }

    /// <summary>The reason for a match, in a few words.</summary>
    public static string Reason(MatchKind kind) => kind switch
    {
        MatchKind.SameName => "same name",
        MatchKind.SameMeaning => "same joint, other word",
        MatchKind.LikeName => "spelt alike: look at it",
        MatchKind.Position => "by position: look at it",
        MatchKind.Confirmed => "confirmed",
        _ => "none",
    };

    private static Skeleton Target(string name, string[] keypoints, string path, ProblemList problems)
    {
        if (KnownSkeletons.Find(name) is { } known)
        {
            foreach (var other in keypoints.Where(k => known.IndexOf(k) < 0))
                problems.Add($"\"{other}\" is no keypoint of {name}.", $"{path}, keypoints", $"one of {string.Join(", ", known.Keypoints)}");
            return known;
        }

        try
        {
            return new Skeleton(name, keypoints, [], keypoints.Select(KnownSkeletons.SigmaOf));
        }
        catch (ArgumentException e)
        {
            throw new DataException($"The target makes no skeleton. {e.Message}", path, "different names", "correct them", e);
        }
    }

    private static YamlNode? Child(YamlMappingNode map, string key) => map.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;

    // Plain words need no quotes; a JSON text is a YAML text, too.
    private static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') && char.IsAsciiLetter(text[0]) && text.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n")
            ? text
            : JsonSerializer.Serialize(text);
}
