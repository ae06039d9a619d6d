using System.CommandLine;
using LeanPose.Cli.Reports;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.IO;
using LeanPose.Learning.Prediction;
using LeanPose.Suspicion;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose pseudo</c>: pseudo labels, and which labels and pseudo labels to doubt.</summary>
internal static class PseudoVerb
{
    private sealed record Request(string Model, string Out, PseudoLabelOptions Options, double MinCertainty, string? Review, int Top, string? Truth, double Share, string Device, string? Json);

    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "Run folder, finished or not, or model file." };
        var output = new Option<string>("--out") { Description = "COCO file to write.", HelpName = "FILE", Required = true };
        var of = Flags.Choice("--of", "Which persons of the run's recipe.", [.. PseudoInput.Parts], "unlabelled");
        var annotations = new Option<string?>("--annotations") { Description = "Other persons than the run's: a COCO file.", HelpName = "FILE" };
        var images = new Option<string?>("--images") { Description = "Folder of its pictures.", HelpName = "DIR" };
        var certainty = Flags.Share("--min-certainty", "Keypoints that are less certain get v = 0, which training passes over.", 0.5);
        var review = new Option<string?>("--review") { Description = "Also write a page with the most suspicious persons: picture, label, what each network sees.", HelpName = "FILE" };
        var top = Flags.Count("--top", "Persons on that page.", 24);
        var truth = new Option<string?>("--truth") { Description = "Measure how well suspicion finds labels that 'leanpose data corrupt' made wrong: its list of changes.", HelpName = "FILE" };
        var share = Flags.Share("--share", "With --truth: which part of the labels one would look at.", 0.05);
        var flip = new Option<bool>("--flip") { Description = "Every network also looks at the mirrored crop, as a member of its own; 'false' to save half of the time.", HelpName = "true|false", DefaultValueFactory = _ => true };
        var decoder = Flags.Decoder();
        var batch = Flags.Count("--batch", "Persons per forward pass.", 32);
        var device = Flags.Device();
        var force = new Option<bool>("--force") { Description = "Replace the file if it exists." };
        var json = Flags.Json("numbers of persons, trusted keypoints and suspicious labels");
        return new Verb(
            "pseudo",
            "Write pseudo labels, and how far each is to be doubted: all networks of a run look at each person, plain and mirrored. Labels are compared with what they see, so that wrong ones can be found.",
            "FILE     COCO keypoints with scores, disagreement and suspicion (docs/suspicion.md)",
            "pseudo runs/studio-50-sspcm --out pseudo.json",
            "pseudo runs/studio-50-sspcm --of labelled --out doubts.json --review doubts.html",
            "pseudo runs/studio-50-sspcm --annotations val-corrupt.json --images images --truth val-corrupt.changes.json --out found.json")
        {
            model, output, of, annotations, images, certainty, review, top, truth, share, flip, decoder, batch, device, force, json,
        }.Does((parse, stop) =>
        {
            var request = new Request(
                parse.GetRequiredValue(model), parse.GetRequiredValue(output),
                new PseudoLabelOptions(parse.GetValue(decoder) ?? RunRecipe.Evaluation(parse.GetRequiredValue(model)).Decoder, parse.GetValue(flip), parse.GetValue(batch)),
                parse.GetValue(certainty), parse.GetValue(review), parse.GetValue(top), parse.GetValue(truth), parse.GetValue(share), parse.GetRequiredValue(device), parse.GetValue(json));
            Output.NewFile(request.Out, parse.GetValue(force), "pseudo.json");
            Output.TryJson(request.Json);
            if (request.Review is { } page)
                Output.Folder(Path.GetDirectoryName(Path.GetFullPath(page))!);
            var parts = (parse.GetValue(annotations), parse.GetValue(images)) switch
            {
                ({ }, _) when parse.GetResult(of) is { Implicit: false } => throw new CommandException(ExitCode.Usage, "--of and --annotations do not go together.", "leanpose pseudo", "--of for persons of the run, or --annotations FILE with --images DIR"),
                ({ } file, { } folder) => PseudoInput.Given(file, folder),
                (null, null) => PseudoInput.OfRun(request.Model, parse.GetRequiredValue(of)),
                _ => throw new CommandException(ExitCode.Usage, "--annotations and --images go together.", "leanpose pseudo", "--annotations FILE with --images DIR"),
            };
            if (request.Truth is not null && parts.Count > 1)
                throw new CommandException(ExitCode.Usage, "--truth is the list of one annotation file.", request.Truth, "--annotations FILE with --images DIR, or one part with --of");
            return Run(request, parts, stop);
        });
    }

    private static int Run(Request request, IReadOnlyList<(string Name, PoseDataset Persons)> parts, CancellationToken stop)
    {
        ModelWarning.Show(request.Model);
        using var predictor = EnsemblePredictor.Load(request.Model, request.Device);
        var changes = request.Truth is { } file ? Changes(file, parts[0].Persons, predictor) : null;
        var total = parts.Sum(p => p.Persons.Persons.Length);
        var made = Screen.Progress(
            $"{predictor.Members(request.Options.Mirrored).Count} members look at {total} persons",
            total,
            progress => PseudoLabels.Make(predictor, parts, request.Options, progress, stop));
        var (folder, persons) = PseudoInput.Unify(made.Persons);
        PseudoLabelFile.Write(request.Out, persons, made.Skeleton, new(predictor.Description, predictor.Members(request.Options.Mirrored), request.MinCertainty, made.Tolerance));
        var rows = changes is null ? null : CorruptionTrial.Measure(made.Persons, changes, request.Share);
        var summary = PseudoSummary.Of(persons, request.MinCertainty);
        Screen.Table(PseudoSummary.Table(summary));
        if (rows is not null)
            Screen.Table(PseudoSummary.Table(rows, request.Share));
        Screen.Line($"members    {string.Join("; ", predictor.Members(request.Options.Mirrored))}");
        if (request.Review is { } page)
            AtomicFile.WriteAllText(page, ReviewPage.Of(predictor.Description, made.Skeleton, persons, request.Top));
        Screen.Files(("annotations", request.Out), ("images", folder), ("review", request.Review ?? ""));
        Output.Json(request.Json, new
        {
            path = request.Out,
            images = folder,
            members = predictor.Members(request.Options.Mirrored),
            minCertainty = request.MinCertainty,
            tolerance = made.Tolerance,
            parts = summary,
            truth = rows?.ToDictionary(r => r.Fault, r => new { wrong = r.Wrong, labels = r.Labels, scores = r.Scores }),
        });
        return ExitCode.Ok;
    }

    // Read before the long work.
    private static IReadOnlyList<LabelChange> Changes(string file, PoseDataset labels, EnsemblePredictor predictor)
    {
        var skeleton = predictor.Model.ToTrainedSkeleton();
        var changes = LabelChangeFile.Read(file, skeleton);
        LabelChangeFile.RequireFitting(file, changes, skeleton, labels);
        return changes;
    }
}
