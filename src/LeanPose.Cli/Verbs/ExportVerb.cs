using System.CommandLine;
using System.Globalization;
using LeanPose.Cli.Recipes;
using LeanPose.Cli.Reports;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Learning.Export;
using LeanPose.Learning.Prediction;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose export</c>: a trained network as an ONNX file.</summary>
internal static class ExportVerb
{
    private const int ComparedCrops = 8, CalibrationCrops = 128, Batch = 16;
    private const double Agreement = 0.05;

    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "Run folder or model file." };
        var onnx = new Option<string>("--onnx") { Description = "ONNX file to write.", HelpName = "FILE", Required = true };
        var heatmaps = new Option<bool>("--heatmaps") { Description = "Give out heatmaps instead of keypoints." };
        var decoder = Flags.Decoder();
        var mean = Flags.Mean();
        var with = Flags.With();
        var flip = new Option<bool>("--flip-test") { Description = "Average in the heatmaps of the mirrored crop, inside the graph: twice the work." };
        var half = new Option<bool>("--fp16") { Description = "Weights and computation in half precision: half the file." };
        var brain = new Option<bool>("--bf16") { Description = "Weights rounded to bf16, computation in float32: half the file." };
        var whole = new Option<bool>("--int8") { Description = "Weights and activations of 8 bits: about a quarter of the file." };
        var calibrate = new Option<string?>("--calibrate") { Description = "Pictures like those in use, for --int8: a folder, one person a picture, or a COCO file; no labels needed. By default the run's unlabelled persons.", HelpName = "PATH" };
        var eval = new Option<string?>("--eval") { Description = "COCO keypoints file to measure on what --fp16, --bf16 or --int8 cost. By default the run's validation persons.", HelpName = "FILE" };
        var images = new Option<string?>("--images") { Description = "Folder of the pictures of --eval and --calibrate.", HelpName = "DIR" };
        var json = Flags.Json("path, size, output, largest difference and accuracy");
        var verb = new Verb(
            "export",
            "Export a model as ONNX: pictures in as bytes, keypoints out. The result is compared with the network before it is written.",
            "FILE   the model with its description in the metadata (docs/export.md)",
            "export runs/studio-50-sspcm --onnx pose.onnx",
            "export runs/studio-50-sspcm --onnx pose.onnx --decoder dark --flip-test",
            "export runs/studio-50-sspcm --onnx pose-int8.onnx --int8",
            "export runs/studio-50-posedual --onnx pose-of-both.onnx --mean",
            "export model.safetensors --onnx pose-int8.onnx --int8 --calibrate photos --eval val.json --images images",
            "export model.safetensors --onnx heatmaps.onnx --heatmaps --json export.json")
        {
            model, onnx, heatmaps, decoder, mean, with, flip, half, brain, whole, calibrate, eval, images, json,
        };
        verb.Validators.Add(result =>
        {
            if (new[] { half, brain, whole }.Count(o => result.GetValue(o)) > 1)
                result.AddError("--fp16, --bf16 and --int8 exclude one another.");
        });
        return verb.Does((parse, stop) =>
        {
            var output = parse.GetValue(json);
            Output.TryJson(output);
            var file = parse.GetRequiredValue(onnx);
            Output.Folder(Path.GetDirectoryName(Path.GetFullPath(file))!);
            ModelWarning.Show([parse.GetRequiredValue(model), .. parse.GetRequiredValue(with)]);
            using var predictor = PosePredictor.Load(parse.GetRequiredValue(model), mean: parse.GetValue(mean), with: parse.GetRequiredValue(with));
            var recipe = RunRecipe.Find(parse.GetRequiredValue(model));
            var input = new ExportInput(parse.GetRequiredValue(model), recipe);
            var precision = parse.GetValue(half) ? OnnxPrecision.Float16 : parse.GetValue(brain) ? OnnxPrecision.BFloat16 : parse.GetValue(whole) ? OnnxPrecision.Int8 : OnnxPrecision.Float32;
            var measured = parse.GetValue(eval) is { } labelled ? ExportInput.Labelled(labelled, parse.GetValue(images)) : input.Validation();
            var calibration = precision == OnnxPrecision.Int8 ? input.Calibration(parse.GetValue(calibrate), parse.GetValue(images)) : null;
            var seen = measured ?? calibration;
            var options = new OnnxExportOptions
            {
                Heatmaps = parse.GetValue(heatmaps),
                Decoder = parse.GetValue(decoder) ?? (recipe?.Evaluation ?? new()).Decoder,
                FlipTest = parse.GetValue(flip),
                Precision = precision,
                Calibration = calibration is null ? [] : OnnxPredictor.Crops(predictor.Model, calibration, CalibrationCrops),
                Crops = seen is null ? [] : OnnxPredictor.Crops(predictor.Model, seen, ComparedCrops),
            };
            var report = OnnxExporter.Export(predictor.Networks, predictor.Model, file, options);
            Screen.Line(predictor.Description);
            if (calibration is not null)
                Screen.Line($"calibrated on {options.Calibration.Count} of {calibration.Persons.Length} persons of {calibration.Name}");
            var crops = seen is null ? "crops of random pixels" : $"crops of {seen.Name}";
            Screen.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"largest difference from the network on {report.Crops} {crops}: {report.Difference:0.0e+0} of the largest heatmap value (allowed {report.Tolerance:0.0e+0})"));
            var accuracy = precision == OnnxPrecision.Float32 || options.Heatmaps || seen is null ? null : Measure(predictor, file, options, seen, measured is not null, stop);
            Screen.Files(("onnx", report.Path));
            Output.Json(output, new
            {
                report.Path,
                report.Bytes,
                report.Output,
                precision = RecipeKeys.Camel(report.Precision.ToString()),
                decoder = report.Decoder is { } d ? RecipeKeys.Camel(d.ToString()) : null,
                networks = predictor.Networks.Count,
                report.FlipTest,
                report.Crops,
                cropsOf = seen?.Name,
                report.Difference,
                report.Tolerance,
                accuracy,
            });
            return ExitCode.Ok;
        });
    }

    // What the exported file finds beside what the network finds: by labels, and in any case by how often both agree.
    private static object Measure(PosePredictor predictor, string file, OnnxExportOptions options, PoseDataset persons, bool labelled, CancellationToken stop)
    {
        using var exported = new OnnxPredictor(file, predictor.Model);
        var output = labelled ? persons.Skeleton : predictor.Model.ToTrainedSkeleton();
        var how = new PredictionOptions(options.Decoder, options.FlipTest, Batch, output);
        var count = persons.Persons.Length;
        var network = Screen.Progress($"the network looks at {count} persons", count, progress => predictor.Predict(persons, how, progress, stop));
        var found = Screen.Progress($"the exported model looks at {count} persons", count, progress => exported.Predict(persons, Batch, output, progress, stop));
        var name = options.Precision.ToString().ToLowerInvariant();
        var agreement = KeypointAgreement.Of(persons, network, found, Agreement);
        IReadOnlyDictionary<string, EvaluationReport>? reports = null;
        if (labelled)
        {
            reports = new Dictionary<string, EvaluationReport> { ["network"] = Report(network), [name] = Report(found) };
            Screen.Table(MetricsTable.Of(reports));
        }

        Screen.Line(string.Create(CultureInfo.InvariantCulture, $"{100 * agreement:0.00} % of the keypoints of {count} persons lie within {Agreement} of the box's longer side of the network's"));
        return new { persons = persons.Name, count, agreement, network = reports?["network"].Metrics, exported = reports?[name].Metrics };

        EvaluationReport Report(IReadOnlyList<PoseResult> results) => PoseEvaluation.Run(persons, results, new Dictionary<string, string>());
    }
}
