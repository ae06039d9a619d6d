using System.CommandLine;
using System.Globalization;
using LeanPose.Cli.Recipes;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Datasets.Packed;
using LeanPose.Imaging;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data pack</c>: persons, labels and the pixels around them in one file.</summary>
internal static class DataPackVerb
{
    public static Verb Create()
    {
        var (size, margin) = (new ModelRecipe(), new AugmentationRecipe());
        var recipe = new Option<string?>("--recipe") { Description = "Pack all that this recipe reads (labelled, unlabelled, validation), for its crops and random changes.", HelpName = "FILE" };
        var set = new Option<string[]>("--set") { Description = "Override a field of the recipe; may be given several times.", HelpName = "key.path=value", DefaultValueFactory = _ => [] };
        var annotations = new Option<string?>("--annotations") { Description = "Pack the persons of this COCO keypoints file.", HelpName = "FILE" };
        var images = new Option<string?>("--images") { Description = "Folder of its pictures.", HelpName = "DIR" };
        var split = new Option<string?>("--split") { Description = "Split file: only what it names.", HelpName = "FILE" };
        var exclude = new Option<string?>("--exclude") { Description = "Split file: all but what it names.", HelpName = "FILE" };
        var crop = Flags.Pair("--size", "Width and height of the crops, pixels.", "WxH", 'x', (size.InputWidth, size.InputHeight));
        var percent = Flags.OptionalCount("--margin", $"How much larger than the plain crop the packed part is, percent; by default what a recipe's usual random changes can touch (scale {margin.Scale.ToString(CultureInfo.InvariantCulture)}, rotation {margin.Rotation}).", min: 0);
        var quality = Flags.OptionalCount("--quality", "JPEG quality, 1 to 100; 95 by default.");
        var lossless = new Option<bool>("--lossless") { Description = "Keep every pixel as it is (WebP without loss); two to four times the size." };
        var output = new Option<string>("--out") { Description = "File to write.", HelpName = "FILE", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace the file if it exists." };
        var json = Flags.Json("persons, bytes and parts");
        return new Verb(
            "pack",
            "Pack persons, labels and the part of the pictures around each into one file: to train faster, and to take the data to another machine.",
            "FILE   index and pictures (docs/packed-data.md)",
            "data pack --recipe recipes/studio-50-sspcm.yaml --out studio-50.lppack",
            "data pack --annotations train.json --images images --size 192x256 --out train.lppack",
            "train recipes/studio-50-sspcm.yaml --set data.labelled.packed=studio-50.lppack")
        {
            recipe, set, annotations, images, split, exclude, crop, percent, quality, lossless, output, force, json,
        }.Does((parse, stop) =>
        {
            var path = parse.GetRequiredValue(output);
            Output.NewFile(path, parse.GetValue(force), "train.lppack");
            Output.TryJson(parse.GetValue(json));
            var jpeg = Quality(parse.GetValue(quality), parse.GetValue(lossless));
            var sources = (parse.GetValue(recipe), parse.GetValue(annotations)) switch
            {
                ({ } file, null) when Given(parse, images, split, exclude, crop, percent) is null => RecipeData.ToPack(RecipeReader.Read(file, parse.GetValue(set) ?? [])),
                ({ } file, null) => throw new CommandException(ExitCode.Usage, $"--recipe and {Given(parse, images, split, exclude, crop, percent)} do not go together.", file, "a recipe, which says all of it", "leave one of them out; a recipe's fields are overridden with --set"),
                (null, { } file) when Given(parse, set) is not null => throw new CommandException(ExitCode.Usage, "--set overrides fields of a recipe, and there is none.", file, "--recipe FILE with --set", "leave --set out"),
                (null, { } file) => [Persons(file, parse.GetValue(images), parse.GetValue(split), parse.GetValue(exclude), Reach(parse.GetValue(crop), parse.GetValue(percent)))],
                _ => throw new CommandException(ExitCode.Usage, "What is to be packed must be said in one way.", "leanpose data pack", "--recipe FILE, or --annotations FILE with --images DIR"),
            };
            Pack(path, sources, jpeg, parse.GetValue(json), stop);
            return ExitCode.Ok;
        });
    }

    private static void Pack(string path, IReadOnlyList<PackSource> sources, int? quality, string? json, CancellationToken stop)
    {
        var total = sources.Sum(s => s.Persons.Persons.Length);
        var summary = Screen.Progress($"packing {total} persons", total, progress => PackWriter.Write(path, sources, quality, progress, stop));
        foreach (var source in sources)
            Screen.Line($"{source.Name,-10}  {source.Persons.Persons.Length} persons");
        var each = summary.Bytes / Math.Max(1, summary.Persons);
        Screen.Line(string.Create(CultureInfo.InvariantCulture, $"{"size",-10}  {summary.Bytes / 1e6:0.0} MB, {each} bytes a person"));
        Screen.Files(("packed", path));
        Output.Json(json, new { path, persons = summary.Persons, bytes = summary.Bytes, bytesPerPerson = each, parts = sources.ToDictionary(s => s.Name, s => s.Persons.Persons.Length) });
    }

    private static PackSource Persons(string annotations, string? images, string? split, string? exclude, CropReach reach)
    {
        if (images is null)
            throw new CommandException(ExitCode.Usage, "--annotations needs the folder of the pictures.", annotations, "--images DIR");
        var persons = CocoReader.Read(annotations, images);
        if (split is not null)
            persons = persons.Select(Split.Read(split));
        if (exclude is not null)
        {
            var named = persons.Select(Split.Read(exclude)).Persons.Select(p => p.Id).ToHashSet();
            persons = persons.Where(p => !named.Contains(p.Id));
        }

        return persons.Persons.Length > 0
            ? new PackSource("persons", persons, reach)
            : throw new DataException("There is no person to pack.", annotations, "annotations of persons", "check the file, --split and --exclude");
    }

    private static CropReach Reach((int Width, int Height) size, int? margin)
    {
        var reach = CropMaker.Reach(size.Width, size.Height, new AugmentationRecipe());
        return margin is { } percent ? reach with { MaxScale = 1 + (percent / 100.0), MaxRotation = 0 } : reach;
    }

    private static int? Quality(int? quality, bool lossless)
    {
        if (quality > 100)
            throw new CommandException(ExitCode.Usage, $"--quality: found {quality}, expected 1 to 100.");
        if (quality is not null && lossless)
            throw new CommandException(ExitCode.Usage, "--quality and --lossless do not go together.");
        return lossless ? null : quality ?? 95;
    }

    private static string? Given(ParseResult parse, params Option[] options) =>
        options.FirstOrDefault(o => parse.GetResult(o) is { Implicit: false })?.Name;
}
