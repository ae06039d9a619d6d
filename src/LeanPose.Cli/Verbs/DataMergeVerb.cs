using System.CommandLine;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Datasets.Parts;
using LeanPose.Skeletons;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data merge</c>: several COCO files as one.</summary>
internal static class DataMergeVerb
{
    private const string Automatic = "auto";

    public static Verb Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "COCO keypoints files, two or more.", Arity = new ArgumentArity(2, 1000) };
        var images = new Option<string[]>("--images") { Description = "Folder of the pictures: once for all files, or once for each, in their order.", HelpName = "DIR", Required = true };
        var root = new Option<string?>("--root") { Description = "Folder from which the result names the pictures; by default the one that holds all of --images.", HelpName = "DIR" };
        var skeleton = Flags.Choice("--skeleton", "Keypoints of the result; keypoints meet by name.", [Automatic, .. KnownSkeletons.All.Select(s => s.Name)], Automatic);
        var output = new Option<string>("--out") { Description = "COCO file to write.", HelpName = "FILE", Required = true };
        var force = Flags.Force();
        return new Verb(
            "merge",
            "Put COCO files together. A picture that several have keeps the persons of all; keypoints meet by name; ids change only where they clash.",
            "FILE   COCO keypoints, pictures named from --root",
            "data merge studio.json street.json --images studio/images --images street/images --out all.json",
            "data merge coco.json mpii.json --images coco --images mpii --skeleton union24 --out union.json")
        {
            files, images, root, skeleton, output, force,
        }.ComputesNothing().Does((parse, _) =>
        {
            var path = Output.NewFile(parse.GetRequiredValue(output), parse.GetValue(force), "all.json");
            var (names, folders) = (parse.GetRequiredValue(files), parse.GetRequiredValue(images));
            if (folders.Length != 1 && folders.Length != names.Length)
                throw new CommandException(ExitCode.Usage, $"{names.Length} files and {folders.Length} folders of pictures.", "--images", $"1 or {names.Length} folders", "name the folder of each file, in the order of the files");
            var sets = names.Select((file, i) => CocoReader.Read(file, folders[folders.Length == 1 ? 0 : i])).ToArray();
            var from = Path.GetFullPath(parse.GetValue(root)
                ?? CommonFolder.Of([.. folders.Select(Path.GetFullPath)])
                ?? throw new CommandException(ExitCode.Usage, "The folders of pictures have none in common.", string.Join(", ", folders), "pictures on one drive", "name a folder with --root"));
            var merged = DatasetMerge.Merge(sets, from, parse.GetValue(skeleton) is { } name && name != Automatic ? KnownSkeletons.Find(name) : null);
            CocoWriter.Write(merged.Dataset, path);

            Screen.Line($"{merged.Dataset.Images.Length} pictures, {merged.Dataset.Persons.Length} persons, {merged.Dataset.Skeleton}");
            if (merged.SharedPictures > 0)
                Screen.Line($"{merged.SharedPictures} pictures are in several files; {merged.RepeatedPersons} persons that stood there twice were left out");
            if (merged.PicturesRenumbered)
                Screen.Line("pictures are numbered anew, because ids of several files were the same");
            if (merged.PersonsRenumbered)
                Screen.Line("annotations are numbered anew, because ids of several files were the same");
            foreach (var (keypoint, count) in merged.LostLabels)
                Screen.Warning($"{merged.Dataset.Skeleton.Name} has no {keypoint}; {count} labels of it were left out.");
            Screen.Line($"pictures are named from {from}");
            Screen.Files(("merged", path));
            return ExitCode.Ok;
        });
    }
}
