using System.CommandLine;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Formats;
using LeanPose.Formats.Mapping;
using LeanPose.Skeletons;
using Spectre.Console;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data convert</c>: from any format that LeanPose reads to one that it writes.</summary>
internal static class DataConvertVerb
{
    private const string Detected = "auto";
    private const string OwnSkeleton = "own";

    public static Verb Create()
    {
        var source = new Argument<string>("source") { Description = "Annotation file or folder.", HelpName = "SOURCE" };
        var from = Flags.Choice("--from", "Its format; by default it is recognised.", [Detected, .. FormatCatalog.All.Select(f => f.Name)], Detected);
        var to = Flags.Choice("--to", "The format to write.", [.. FormatCatalog.Writable.Select(f => f.Name)], "coco");
        var images = new Option<string?>("--images") { Description = "Folder of the pictures; every picture with a person must then be there.", HelpName = "DIR" };
        var part = new Option<string?>("--part") { Description = "Which part of a source with several, for example train or val.", HelpName = "NAME" };
        var skeleton = Flags.OptionalChoice("--skeleton", "Keypoints to write: a known skeleton's, or those of the source as they are.", [OwnSkeleton, .. KnownSkeletons.All.Select(s => s.Name)]);
        var mapping = new Option<string?>("--mapping") { Description = "Confirmed keypoint mapping (YAML); without it one is proposed where keypoints differ.", HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "File or, for ultralytics, folder to write.", HelpName = "PATH", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace what exists." };
        var json = Flags.Json("counts, skeleton and losses");
        return new Verb(
            "convert",
            "Convert annotations between formats (docs/formats.md). Where keypoints differ from every known skeleton, or another is asked for, a mapping is proposed, to be confirmed.",
            "PATH                 the annotations (coco: a file; ultralytics: data.yaml and labels/)\nPATH.mapping.yaml    which keypoint became which, where keypoints differ",
            "data convert mpii/annot/valid.json --images mpii/images --out valid.json",
            "data convert project/data.yaml --part val --to coco --out val.json",
            "data convert train.json --to ultralytics --images images --out yolo",
            "data convert labels.slp --skeleton coco17 --out persons.json",
            "data convert labels.slp --mapping persons.json.mapping.yaml --out persons.json")
        {
            source, from, to, images, part, skeleton, mapping, output, force, json,
        }.ComputesNothing().Does((parse, _) =>
        {
            var (path, target, replace) = (parse.GetRequiredValue(source), parse.GetRequiredValue(output), parse.GetValue(force));
            var writer = FormatCatalog.Writable.First(f => f.Name == parse.GetValue(to));
            if (parse.GetValue(mapping) is not null && parse.GetValue(skeleton) is { } both)
                throw new CommandException(ExitCode.Usage, $"--mapping and --skeleton {both} do not go together.", parse.GetValue(mapping)!, "a mapping, which names its target", "leave --skeleton out");
            CheckOutput(target, writer.WritesFolder, replace);
            if (writer.WritesFolder)
                Originals.Keep(parse, output.Name, [Path.Combine(target, "data.yaml")]);
            Output.TryJson(parse.GetValue(json));

            var reader = parse.GetValue(from) is { } name and not Detected ? FormatCatalog.Find(name)! : FormatCatalog.Detect(path);
            var dataset = reader.Read(path, new() { Images = parse.GetValue(images), Part = parse.GetValue(part) });
            Screen.Line($"from        {reader.Name}, {dataset.Skeleton}");

            var kept = target.TrimEnd('/', Path.DirectorySeparatorChar) + ".mapping.yaml";
            var confirmed = parse.GetValue(mapping);
            if (confirmed is null && Needed(dataset.Skeleton, parse.GetValue(skeleton)) is { } proposed)
                return Propose(proposed, kept, replace);
            if (confirmed is not null)
            {
                var read = MappingFile.Read(confirmed);
                dataset = read.Apply(dataset);
                Keep(read, confirmed, kept, replace);
            }

            var lost = writer.Write(dataset, target);
            Report(dataset, writer, target, kept, confirmed is not null, lost);
            Output.Json(parse.GetValue(json), new
            {
                path = target,
                from = reader.Name,
                to = writer.Name,
                images = dataset.Images.Length,
                persons = dataset.Persons.Length,
                labelled = dataset.Persons.Count(p => p.LabelledCount > 0),
                skeleton = dataset.Skeleton.Name,
                keypoints = dataset.Skeleton.Keypoints,
                lost,
            });
            return ExitCode.Ok;
        });
    }

    /// <summary>The mapping that someone has to confirm, or null where the keypoints are those that are wanted.</summary>
    private static KeypointMapping? Needed(Skeleton source, string? wanted)
    {
        if (wanted == OwnSkeleton)
            return null;
        if (wanted is null)
            return KeypointMapping.ToNearestKnown(source);
        var target = KnownSkeletons.Find(wanted)!;
        return target.Keypoints.SequenceEqual(source.Keypoints) ? null : KeypointMapping.Propose(source, target);
    }

    private static int Propose(KeypointMapping mapping, string path, bool replace)
    {
        if (File.Exists(path) && !replace)
            throw new DataException("A mapping exists already.", path, fix: $"give it with --mapping {path}, or have it proposed anew with --force");
        MappingFile.Write(mapping, path);
        var table = new Table().AddColumns("keypoint", "of the source", "why");
        foreach (var match in mapping.Matches)
            table.AddRow(Markup.Escape(match.Target), Markup.Escape(match.Source ?? "-"), MappingFile.Reason(match.Kind));
        Screen.Table(table);
        if (mapping.Unused.ToArray() is { Length: > 0 } unused)
            Screen.Line($"left out    {string.Join(", ", unused)}");
        Screen.Line($"proposed    {path}");
        Screen.Warning($"Nothing was converted: look at the mapping, correct it, and run again with --mapping {path}"
            + $" (or keep the source's keypoints with --skeleton {OwnSkeleton}).");
        return ExitCode.Failed;
    }

    /// <summary>Keeps the mapping beside the output, so that it can be seen later what became what.</summary>
    private static void Keep(KeypointMapping mapping, string given, string kept, bool replace)
    {
        if (Path.GetFullPath(given) == Path.GetFullPath(kept))
            return;
        if (File.Exists(kept) && !replace)
            throw new DataException("Another mapping lies beside the output.", kept, fix: "replace it with --force, or choose another name with --out");
        MappingFile.Write(mapping, kept);
    }

    private static void Report(PoseDataset dataset, IWritableFormat writer, string target, string kept, bool mapped, IReadOnlyList<string> lost)
    {
        Screen.Line($"to          {writer.Name}, {dataset.Skeleton}");
        Screen.Line($"pictures    {dataset.Images.Length}");
        Screen.Line($"persons     {dataset.Persons.Length}, {dataset.Persons.Count(p => p.LabelledCount > 0)} with keypoints");
        if (lost.Count > 0)
            Screen.Line($"left out    {string.Join("; ", lost)}");
        Screen.Files(mapped ? [("annotations", target), ("mapping", kept)] : [("annotations", target)]);
        if (writer.WritesFolder)
            Screen.Line($"pictures belong into {Path.Combine(target, "images")}");
    }

    private static void CheckOutput(string path, bool folder, bool force)
    {
        if (folder ? File.Exists(path) : Directory.Exists(path))
            throw new CommandException(ExitCode.Usage, folder ? "--out names a file; this format is a folder." : "--out names a folder.", path, folder ? "the name of a folder" : "the name of a file", "choose another name with --out");
        if (!force && (folder ? File.Exists(Path.Combine(path, "data.yaml")) || Directory.Exists(Path.Combine(path, "labels")) : File.Exists(path)))
            throw new DataException(folder ? "The folder has labels already." : "The file exists already.", path, fix: "choose another name with --out, or replace it with --force");
        Output.Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
