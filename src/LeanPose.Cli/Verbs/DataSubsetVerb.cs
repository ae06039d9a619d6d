using System.CommandLine;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Datasets.Parts;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data subset</c>: the persons whose labels are used, as a split file.</summary>
internal static class DataSubsetVerb
{
    public static Verb Create()
    {
        var annotations = Flags.Annotations();
        var split = Flags.Split();
        var count = Flags.Count("--count", "Number of persons.", 50);
        var seed = Flags.OptionalCount("--seed", "Draw them with this seed; without it they are the first ones of the file, as the papers count.", min: 0);
        var stratify = Flags.Value("--stratify", "What the subset has in the same proportions as the whole (needs --seed).", Stratum.None);
        var output = new Option<string>("--out") { Description = "Split file to write.", HelpName = "FILE", Required = true };
        var coco = new Option<string?>("--coco") { Description = "Also write the persons and their pictures as a COCO file.", HelpName = "FILE" };
        var force = Flags.Force();
        return new Verb(
            "subset",
            "Choose the persons whose labels are used: the first N of a file, or N drawn by a seed. Of one seed, smaller subsets lie in larger ones.",
            "FILE   {\"annotation_ids\": […]}, for data.labelled.split and data.unlabelled.exclude of a recipe",
            "data subset --annotations person_keypoints_train2017.json --count 1000 --out first1000.json",
            "data subset --annotations train.json --count 50 --seed 1 --stratify size --out labelled50.json")
        {
            annotations, split, count, seed, stratify, output, coco, force,
        }.ComputesNothing().Does((parse, _) =>
        {
            var path = Output.NewFile(parse.GetRequiredValue(output), parse.GetValue(force), "labelled50.json");
            if (parse.GetValue(coco) is { } second)
                Output.NewFile(second, parse.GetValue(force), "labelled50.json");
            var (wanted, by, stratum) = (parse.GetValue(count), parse.GetValue(seed), parse.GetValue(stratify));
            if (by is null && stratum != Stratum.None)
                throw new CommandException(ExitCode.Usage, "--stratify needs --seed.", "leanpose data subset", "the first persons of a file, or persons drawn by a seed", "add --seed 1");
            var persons = AnnotatedPersons.Read(parse.GetRequiredValue(annotations), null, parse.GetValue(split));
            var usable = persons.Trainable();
            if (wanted > usable.Persons.Length)
                throw new DataException($"{wanted} persons are wanted, and {usable.Persons.Length} can be trained on.", persons.Name, "as many persons with a box and a labelled keypoint", "choose a smaller --count");
            var chosen = (by is { } s ? Draw.Persons(usable.Persons, s, stratum) : usable.Persons).Take(wanted).Select(p => p.Id).ToHashSet();
            var subset = usable.Where(p => chosen.Contains(p.Id));
            Split.OfPersons(subset.Persons).Write(path);
            if (parse.GetValue(coco) is { } file)
            {
                var pictures = subset.Persons.Select(p => p.Image.Id).ToHashSet();
                CocoWriter.Write(new PoseDataset(subset.Name, subset.Skeleton, [.. subset.Images.Where(i => pictures.Contains(i.Id))], subset.Persons), file);
            }

            Screen.Line($"{wanted} of {usable.Persons.Length} persons, {(by is null ? "the first of the file" : $"drawn by seed {by}")}");
            Screen.Files(parse.GetValue(coco) is { } also ? [("split", path), ("coco", also)] : [("split", path)]);
            return ExitCode.Ok;
        });
    }
}
