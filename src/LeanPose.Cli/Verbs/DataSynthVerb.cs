using System.CommandLine;
using LeanPose.Cli.Terminal;
using LeanPose.Synthetic;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data synth</c>: draws labelled pictures of people.</summary>
internal static class DataSynthVerb
{
    public static Verb Create()
    {
        var domain = Flags.Choice("--domain", "What the pictures look like.", [.. SyntheticDomain.All.Select(d => d.Name)], "studio");
        var count = Flags.Count("--count", "Number of pictures.", 200);
        var size = Flags.Pair("--size", "Width and height in pixels.", "WxH", 'x', (256, 192));
        var persons = Flags.Pair("--persons", "Fewest and most people in a picture.", "MIN-MAX", '-', (1, 3));
        var seed = Flags.Count("--seed", "The same seed draws the same pictures on every machine.", 1, min: 0);
        var output = new Option<string>("--out") { Description = "Folder to write to.", HelpName = "DIR", Required = true };
        return new Verb(
            "synth",
            "Draw labelled pictures of people: to try things out, and to test with exact labels.",
            "DIR/images/000001.jpg …         the pictures\nDIR/annotations/persons.json    COCO keypoints (17), boxes, areas, visibility",
            "data synth --domain studio --count 200 --out data/studio",
            "data synth --domain overhead-fisheye --count 50 --size 512x512 --persons 1-6 --seed 7 --out data/fisheye")
        {
            domain, count, size, persons, seed, output,
        }.ComputesNothing().Does((parse, stop) =>
        {
            var ((width, height), (fewest, most)) = (parse.GetValue(size), parse.GetValue(persons));
            var options = new SyntheticOptions
            {
                Domain = parse.GetValue(domain)!,
                Count = parse.GetValue(count),
                Width = width,
                Height = height,
                PersonsMin = fewest,
                PersonsMax = most,
                Seed = parse.GetValue(seed),
            };
            var folder = parse.GetRequiredValue(output);
            Check(options);
            Output.Folder(folder);
            Draw(options, folder, $"drawing {options.Count} pictures ({options.Domain})", stop);
            Screen.Files(("pictures", Path.Combine(folder, SyntheticDataset.ImageFolder)), ("annotations", Path.Combine(folder, SyntheticDataset.AnnotationFile)));
            return ExitCode.Ok;
        });
    }

    /// <summary>Draws a data set under a progress bar.</summary>
    public static void Draw(SyntheticOptions options, string folder, string what, CancellationToken stop) =>
        Screen.Progress(what, options.Count, progress =>
        {
            SyntheticDataset.Write(options, folder, progress, stop);
            return true;
        });

    private static void Check(SyntheticOptions options)
    {
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Usage, e.Message);
        }
    }
}
