using System.CommandLine;
using LeanPose.Cli.Reports;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Learning.Prediction;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose eval</c>: measures a model on labelled persons.</summary>
internal static class EvalVerb
{
    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "Run folder or model file." };
        var annotations = new Option<string>("--annotations") { Description = "COCO keypoints file.", HelpName = "FILE", Required = true };
        var images = new Option<string>("--images") { Description = "Folder of its pictures.", HelpName = "DIR", Required = true };
        var split = new Option<string?>("--split") { Description = "Split file: only what it names.", HelpName = "FILE" };
        var decoder = Flags.Decoder();
        var flip = new Option<bool>("--flip") { Description = "Average in the heatmaps of the mirrored crop." };
        var batch = Flags.Count("--batch", "Persons per forward pass.", 32);
        var device = Flags.Device();
        var json = Flags.Json("protocol, metrics and per-joint numbers");
        return new Verb(
            "eval",
            "Measure a model on labelled persons, in their annotated boxes: COCO's AP and AR, and PCK.",
            "nothing, except the file of --json: {\"protocol\": …, \"metrics\": …, \"perJoint\": …}, fractions 0 to 1",
            "eval runs/studio-50-sspcm --annotations studio/annotations/val150.json --images studio/images",
            "eval runs/studio-50-sspcm --annotations val.json --images images --decoder dark --flip --json val-metrics.json")
        {
            model, annotations, images, split, decoder, flip, batch, device, json,
        }.Does((parse, stop) =>
        {
            var output = parse.GetValue(json);
            Output.TryJson(output);
            var truth = CocoReader.Read(parse.GetRequiredValue(annotations), parse.GetRequiredValue(images));
            if (parse.GetValue(split) is { } file)
                truth = truth.Select(Split.Read(file));
            var options = new PredictionOptions(parse.GetValue(decoder), parse.GetValue(flip), parse.GetValue(batch));
            var report = Measure(parse.GetRequiredValue(model), parse.GetRequiredValue(device), truth, parse.GetValue(split), options, stop);
            Screen.Table(MetricsTable.Of(new Dictionary<string, EvaluationReport> { ["all keypoints"] = report }));
            ProtocolText.Show(report);
            Output.Json(output, report);
            return ExitCode.Ok;
        });
    }

    private static EvaluationReport Measure(string model, string device, PoseDataset truth, string? split, PredictionOptions options, CancellationToken stop)
    {
        var persons = truth.Trainable();
        if (persons.Persons.Length == 0)
            throw new DataException("There is no person to measure on.", truth.Name, "a person with a box and at least one labelled keypoint", "check the file and the split");
        using var predictor = PosePredictor.Load(model, device);
        var results = Screen.Progress($"predicting {persons.Persons.Length} persons", persons.Persons.Length, progress => predictor.Predict(persons, options, progress, stop));
        var protocol = new Dictionary<string, string>
        {
            ["network"] = predictor.Description,
            ["boxes"] = "ground truth",
            ["flip test"] = options.Flip ? "on" : "off",
            ["decoder"] = options.Decoder.ToString(),
        };
        if (split is not null)
            protocol["split"] = split;
        return PoseEvaluation.Run(truth, results, protocol, bootstrap: new Bootstrap());
    }
}
