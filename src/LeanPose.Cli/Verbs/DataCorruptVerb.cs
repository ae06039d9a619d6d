using System.CommandLine;
using System.Globalization;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Suspicion;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data corrupt</c>: makes labels wrong on purpose.</summary>
internal static class DataCorruptVerb
{
    public static Verb Create()
    {
        var annotations = new Option<string>("--annotations") { Description = "COCO keypoints file with right labels; its pictures are not needed.", HelpName = "FILE", Required = true };
        var split = new Option<string?>("--split") { Description = "Split file: only what it names.", HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "COCO file to write.", HelpName = "FILE", Required = true };
        var share = Flags.Share("--share", "Which part of the labelled keypoints is made wrong, up to 0.5.", 0.05, max: 0.5);
        var seed = Flags.Count("--seed", "The same seed makes the same faults.", 1, min: 0);
        var kinds = Flags.Names("--faults", "Kinds of faults, of each as many keypoints.", [.. FaultNames.All.Keys], [.. FaultNames.All.Keys]);
        var force = new Option<bool>("--force") { Description = "Replace the file if it exists." };
        return new Verb(
            "corrupt",
            "Make a share of the labels wrong on purpose (left and right exchanged, points moved, another person's pose), to try out how well 'leanpose pseudo' finds them.",
            "FILE                  the annotations with wrong labels\nFILE.changes.json     what was changed, for 'leanpose pseudo --truth' (a.json has a.changes.json)",
            "data corrupt --annotations val.json --out val-corrupt.json",
            "data corrupt --annotations val.json --out val-swaps.json --share 0.1 --faults swap --seed 2")
        {
            annotations, split, output, share, seed, kinds, force,
        }.ComputesNothing().Does((parse, _) =>
        {
            var path = parse.GetRequiredValue(output);
            Output.NewFile(path, parse.GetValue(force), "val-corrupt.json");
            var labels = CocoReader.Read(parse.GetRequiredValue(annotations), "", new CocoReadOptions { CheckFiles = false });
            if (parse.GetValue(split) is { } file)
                labels = labels.Select(Split.Read(file));
            var (corrupted, changes) = LabelCorruption.Apply(labels, parse.GetValue(share), parse.GetValue(seed), [.. parse.GetValue(kinds)!.Select(k => FaultNames.All[k])]);
            if (changes.Length == 0)
                throw new DataException("There is no label to make wrong.", labels.Name, "persons with labelled keypoints");
            CocoWriter.Write(corrupted, path);
            LabelChangeFile.Write(LabelChangeFile.Beside(path), changes, labels.Skeleton);
            var all = labels.Trainable().Persons.Sum(p => p.LabelledCount);
            foreach (var kind in changes.Where(c => c.IsFault).GroupBy(c => c.Fault).OrderBy(g => g.Key))
                Screen.Line(string.Create(CultureInfo.InvariantCulture, $"{FaultNames.Of(kind.Key),-12}  {kind.Count()} of {all} labels"));
            Screen.Files(("annotations", path), ("changes", LabelChangeFile.Beside(path)));
            return ExitCode.Ok;
        });
    }
}
