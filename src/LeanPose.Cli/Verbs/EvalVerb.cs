using System.CommandLine;
using System.Globalization;
using LeanPose.Cli.Reports;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Evaluation.Sigmas;
using LeanPose.Learning.Prediction;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose eval</c>: measures a model, or what any program has predicted, on labelled persons.</summary>
internal static class EvalVerb
{
    public static Verb Create()
    {
        var model = new Argument<string?>("MODEL") { Description = "Run folder or model file; none with --results.", Arity = ArgumentArity.ZeroOrOne };
        var listed = new Option<string?>("--results") { Description = "Instead of a model: a COCO list of predicted persons, of whatever program.", HelpName = "FILE" };
        var annotations = Flags.Annotations();
        var images = new Option<string?>("--images") { Description = "Folder of its pictures; not needed with --results.", HelpName = "DIR" };
        var split = Flags.Split();
        var metric = Flags.Value("--metric", "Whose rules: COCO's; CrowdPose's (AP of easy, medium and hard pictures); AI Challenger's AP; MPII's PCKh; WEPDTOF-Pose's.", EvaluationRules.Coco);
        var pck = Flags.Pcks();
        var sigmas = new Option<string?>("--sigmas") { Description = "OKS sigmas by keypoint, as 'data sigmas' writes them; by default those of the skeleton.", HelpName = "FILE" };
        var boxes = new BoxFlags("Boxes of the persons: a COCO list of detections. By default the annotated boxes.", usualScore: 0.05);
        var decoder = Flags.Decoder();
        var flip = new Option<bool>("--flip") { Description = "Average in the heatmaps of the mirrored crop. By default as evaluation.flip of the run's recipe says.", HelpName = "true|false" };
        var batch = Flags.Count("--batch", "Persons per forward pass.", 32);
        var device = Flags.Device();
        var mean = Flags.Mean();
        var with = Flags.With();
        var json = Flags.Json("protocol, metrics, per-joint numbers and those by visibility and size");
        return boxes.AddTo(new Verb(
            "eval",
            "Measure a model on labelled persons: COCO's AP and AR, PCK, and the numbers of other benchmarks, in annotated or detected boxes.",
            "nothing, except the file of --json: {\"protocol\": …, \"metrics\": …, \"perJoint\": …, \"breakdown\": …}, fractions 0 to 1",
            "eval runs/studio-50-sspcm --annotations studio/annotations/val150.json --images studio/images",
            "eval runs/studio-50-sspcm --annotations val.json --images images --decoder dark --flip --json val-metrics.json",
            "eval runs/studio-50-sspcm --annotations val.json --images images --mean",
            "eval runs/seed1 --annotations val.json --images images --with runs/seed2",
            "eval runs/coco --annotations val2017.json --images val2017 --boxes val2017-detections.json",
            "eval runs/crowd --annotations crowdpose_val.json --images images --metric crowdPose --detector yolov8n.onnx",
            "eval --results yolo-results.json --annotations val2017.json --json yolo-metrics.json",
            "eval runs/hands --annotations val.json --images images --pck 0.5:head,0.3:left_hip-left_knee --sigmas sigmas.json")
        {
            model, listed, annotations, images, split, metric, pck, sigmas, decoder, mean, with, flip, batch, device, json,
        }).Does((parse, stop) =>
        {
            var output = parse.GetValue(json);
            Output.TryJson(output);
            if (parse.GetValue(model) is null == parse.GetValue(listed) is null)
                throw Usage("Expected a model or --results, and not both.", "a run folder or model file to predict with, or --results FILE with predictions");
            var protocol = new Dictionary<string, string>();
            var part = parse.GetValue(split);
            var (truth, plan, results) = parse.GetValue(listed) is null ? Predicted() : Listed(parse.GetValue(listed)!);
            if (part is not null)
                protocol["split"] = part;
            var report = PoseEvaluation.Run(truth, results, protocol, plan, new Bootstrap());
            Show(report);
            Output.Json(output, report);
            return ExitCode.Ok;

            // As soon as the truth is read: what the rules miss in it should not be news after an hour of predicting.
            EvaluationPlan Planned(PoseDataset truth) => Plan(truth, parse.GetValue(metric), parse.GetValue(pck)!, parse.GetValue(sigmas));

            (PoseDataset, EvaluationPlan, IReadOnlyList<PoseResult>) Listed(string file)
            {
                if (boxes.Given(parse) is { } of)
                    throw Usage($"{of} says how to predict, but --results holds predictions.", $"--results without {of}, or a model");
                Option[] unused = [decoder, mean, with, flip, batch, device];
                if (unused.FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } option)
                    throw Usage($"{option.Name} says how to predict, but --results holds predictions.", $"--results without {option.Name}, or a model");
                var truth = Truth(parse.GetRequiredValue(annotations), parse.GetValue(images), part, whole: true);
                var plan = Planned(truth);
                protocol["predictions"] = file;
                return (truth, plan, OfMeasured(CocoResults.Read(file, truth.Skeleton.Count), truth, part is not null));
            }

            (PoseDataset, EvaluationPlan, IReadOnlyList<PoseResult>) Predicted()
            {
                var folder = parse.GetValue(images) ?? throw Usage("A model needs pictures.", "--images DIR");
                using var detector = boxes.Open(parse);
                var file = parse.GetRequiredValue(annotations);
                var truth = Truth(file, folder, part, whole: detector is not null || parse.GetValue(boxes.Boxes) is not null);
                var plan = Planned(truth);
                var usual = RunRecipe.Evaluation(parse.GetValue(model)!);
                var options = new PredictionOptions(parse.GetValue(decoder) ?? usual.Decoder, parse.GetResult(flip) is { Implicit: false } ? parse.GetValue(flip) : usual.Flip, parse.GetValue(batch));
                ModelWarning.Show([parse.GetValue(model)!, .. parse.GetRequiredValue(with)]);
                using var predictor = PosePredictor.Load(parse.GetValue(model)!, parse.GetRequiredValue(device), parse.GetValue(mean), parse.GetRequiredValue(with));
                protocol["network"] = predictor.Description;
                if (parse.GetRequiredValue(with) is { Length: > 0 } others)
                    protocol["with"] = string.Join(", ", others);
                IReadOnlyList<PoseResult> results;
                if (detector is not null)
                {
                    protocol["boxes"] = $"detected by {boxes.DetectorFile(parse)} ({detector.Layout}, {detector.InputWidth}×{detector.InputHeight})";
                    var found = Screen.Progress($"looking for persons in {truth.Images.Length} pictures", truth.Images.Length, progress => DetectedPersons.Find(detector, truth, null, progress, stop));
                    results = Detected(predictor, found, options, protocol, stop);
                }
                else if (parse.GetValue(boxes.Boxes) is { } list)
                {
                    protocol["boxes"] = $"{list}, score from {boxes.FileScore(parse).ToString(CultureInfo.InvariantCulture)}";
                    results = Detected(predictor, Boxes(list, file, folder, truth, boxes.FileScore(parse)), options, protocol, stop);
                }
                else
                {
                    protocol["boxes"] = "ground truth";
                    var persons = truth.Trainable();
                    results = Predict(persons, progress => predictor.Predict(persons, options, progress, stop));
                }

                protocol["flip test"] = options.Flip ? "on" : "off";
                protocol["decoder"] = options.Decoder.ToString();
                return (truth, plan, results);
            }
        });
    }

    private static CommandException Usage(string problem, string expected) => new(ExitCode.Usage, problem, "leanpose eval", expected, "'leanpose eval --help' shows examples");

    private static PoseDataset Truth(string annotations, string? images, string? split, bool whole)
    {
        var truth = CocoReader.Read(annotations, images ?? "", new CocoReadOptions { CheckFiles = images is not null });
        if (split is not null)
        {
            var part = Split.Read(split);
            if (whole && part.AnnotationIds.Length > 0)
                throw new CommandException(ExitCode.Usage, "The split names persons; detected boxes and listed results are measured in whole pictures.", split, "a split of pictures", "make one with 'leanpose data split', or measure a model in annotated boxes");
            truth = truth.Select(part);
        }

        return truth.Trainable().Persons.Length > 0
            ? truth
            : throw new DataException("There is no person to measure on.", truth.Name, "a person with a box and at least one labelled keypoint", "check the file and the split");
    }

    private static EvaluationPlan Plan(PoseDataset truth, EvaluationRules rules, IReadOnlyList<PckMeasure> pcks, string? sigmas)
    {
        var plan = new EvaluationPlan { Rules = rules, Pcks = [.. pcks] };
        plan.Require(truth);
        if (sigmas is null)
            return plan;
        var read = SigmaFile.Read(sigmas, truth.Skeleton);
        foreach (var doubt in SigmaCheck.Of(truth.Skeleton.Keypoints, read))
            Screen.Warning(doubt);
        return plan with { Sigmas = read };
    }

    private static PoseDataset Boxes(string boxes, string annotations, string images, PoseDataset truth, double minScore)
    {
        var listed = BoxFileReader.Read(boxes, images, new BoxReadOptions { ImagesFrom = annotations, MinScore = minScore, Skeleton = truth.Skeleton });
        var measured = truth.Images.Select(i => i.Id).ToHashSet();
        return listed.Where(p => measured.Contains(p.Image.Id) && p.Box is { Width: > 0, Height: > 0 });
    }

    // With a split, or from a file of all pictures; a picture that the annotations do not know is a mistake, and the evaluator says so.
    private static IReadOnlyList<PoseResult> OfMeasured(IReadOnlyList<PoseResult> results, PoseDataset truth, bool part)
    {
        if (!part)
            return results;
        var measured = truth.Images.Select(i => i.Id).ToHashSet();
        return [.. results.Where(r => measured.Contains(r.ImageId))];
    }

    private static IReadOnlyList<PoseResult> Detected(PosePredictor predictor, PoseDataset persons, PredictionOptions options, Dictionary<string, string> protocol, CancellationToken stop)
    {
        var results = Predict(persons, progress => predictor.PredictDetected(persons, options, progress, stop));
        protocol["detected persons"] = string.Create(CultureInfo.InvariantCulture, $"{persons.Persons.Length}, {results.Count} after OKS suppression at {Rescoring.OksThreshold}");
        return results;
    }

    private static IReadOnlyList<PoseResult> Predict(PoseDataset persons, Func<IProgress<int>, IReadOnlyList<PoseResult>> predict) =>
        Screen.Progress($"predicting {persons.Persons.Length} persons", persons.Persons.Length, predict);

    private static void Show(EvaluationReport report)
    {
        Screen.Table(MetricsTable.Of(new Dictionary<string, EvaluationReport> { ["all keypoints"] = report }));
        if (report.PerJoint.Values.Any(j => j.Count > 0))
            Screen.Table(MetricsTable.Of("keypoint", report.PerJoint));
        if (report.Breakdown is { } breakdown)
            Screen.Table(MetricsTable.Of("keypoints of", breakdown));
        ProtocolText.Show(report);
    }
}
