using System.CommandLine;
using System.Globalization;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Datasets.Parts;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data split</c>: divides the pictures of a data set.</summary>
internal static class DataSplitVerb
{
    public static Verb Create()
    {
        var annotations = Flags.Annotations();
        var parts = new Option<string>("--parts")
        {
            Description = "Names of the parts and how many pictures each gets: a share, a number, or the rest.",
            HelpName = "NAME=80%,NAME=500,NAME=rest",
            DefaultValueFactory = _ => "train=80%,val=rest",
        };
        var seed = Flags.Count("--seed", "The same seed divides the same way on every machine.", 1, min: 0);
        var stratify = Flags.Value("--stratify", "What all parts have in the same proportions.", Stratum.None);
        var folders = new Option<bool>("--keep-folders") { Description = "Keep the pictures of a folder in one part, as frames of a video must be; parts are then only about as large as asked for." };
        var output = new Option<string>("--out") { Description = "Folder to write to.", HelpName = "DIR", Required = true };
        var force = Flags.Force();
        return new Verb(
            "split",
            "Divide a data set by pictures, so that no picture is on two sides.",
            "DIR/NAME.json   one split file a part: {\"image_ids\": […], \"file_names\": […]}",
            "data split --annotations persons.json --out splits",
            "data split --annotations persons.json --parts train=70%,val=15%,test=rest --stratify size --seed 7 --out splits")
        {
            annotations, parts, seed, stratify, folders, output, force,
        }.ComputesNothing().Does((parse, _) =>
        {
            var dataset = AnnotatedPersons.Read(parse.GetRequiredValue(annotations), null);
            var wanted = Parts(parse.GetValue(parts)!, dataset.Images.Length);
            var folder = Output.Folder(parse.GetRequiredValue(output));
            var files = wanted.Select(p => Output.NewFile(Path.Combine(folder, p.Name + ".json"), parse.GetValue(force), "train.json")).ToArray();
            var splits = PictureSplit.Draw(dataset, wanted, parse.GetValue(seed), parse.GetValue(stratify), parse.GetValue(folders));
            for (var i = 0; i < files.Length; i++)
            {
                splits[i].Write(files[i]);
                Screen.Line($"{wanted[i].Name.PadRight(wanted.Max(p => p.Name.Length))}  {splits[i].ImageIds.Length} pictures, {dataset.Select(splits[i]).Trainable().Persons.Length} persons");
            }

            Screen.Files(files.Select((f, i) => (wanted[i].Name, f)));
            return ExitCode.Ok;
        });
    }

    private static List<SplitPart> Parts(string text, int pictures)
    {
        CommandException Wrong(string what) => new(ExitCode.Usage, $"--parts: {what}.", text, "NAME=80%, NAME=500 or NAME=rest for each part, with commas", "for example --parts train=80%,val=rest");
        var found = new List<SplitPart>();
        var rest = -1;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split('=') is not [{ Length: > 0 } name, var size] || name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0 || name.Contains('/'))
                throw Wrong($"found '{part}'");
            if (found.Any(p => p.Name == name))
                throw Wrong($"'{name}' stands twice");
            if (size == "rest" && rest >= 0)
                throw Wrong("only one part can be the rest");
            if (size == "rest")
                rest = found.Count;
            found.Add(new SplitPart(name, size == "rest" ? 0 : Count(size, pictures) ?? throw Wrong($"found '{size}'")));
        }

        var taken = found.Sum(p => (long)p.Pictures);
        if (taken > pictures)
            throw new DataException($"The parts need {taken} pictures, and there are {pictures}.", text, $"at most {pictures} pictures in all", "choose smaller parts");
        if (rest >= 0)
            found[rest] = found[rest] with { Pictures = pictures - (int)taken };
        return found.FirstOrDefault(p => p.Pictures == 0) is { } empty
            ? throw new DataException($"The part '{empty.Name}' would be empty.", text, $"parts of {pictures} pictures with at least one each", "choose other parts")
            : found;
    }

    private static int? Count(string size, int pictures)
    {
        if (size.EndsWith('%'))
            return double.TryParse(size[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100 ? (int)Math.Round(pictures * percent / 100) : null;
        return int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
    }
}
